"""Every page says which methods it answers: to all others it is 405, before anything is read."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client

from tests import world
from tests.gates.doors import METHODS, Route, routes
from tests.gates.policy import BY_HAND, PAGES

pytestmark = pytest.mark.django_db
TRIED = (*METHODS, "TRACE", "PROPFIND", "X" * 300)


def pages() -> Iterator[tuple[Route, set[str]]]:
    """The pages, each with the methods that the table of doors gives to its address."""
    declared = {*PAGES, *BY_HAND}
    every = routes()
    for name, route in every.items():
        if name.startswith("api-") or name == "openapi":
            continue
        same = {n for n, other in every.items() if other.pattern == route.pattern}
        methods = {method for n, method in declared if n in same}
        yield route, methods | ({"HEAD"} if "GET" in methods else set())


def address(route: Route) -> str:
    """The page of number 1, or of the name x: whether it is there must not matter."""
    names = {"slug", "name", "emoji", "secret"}
    values = {n: "x" if n in names else 1 for n in route.parameters}
    return route.url(values | {"upload_number": UUID(int=1)})


def test_a_method_that_is_not_declared_is_405() -> None:
    client = Client(raise_request_exception=False)
    ada = world.user("Ada", "administrator")
    tried, wrong = 0, []
    for route, methods in pages():
        for method in TRIED:
            client.force_login(ada)  # one of the pages signs out
            answer = client.generic(method, address(route))
            if (answer.status_code == 405) is (method in methods):
                wrong.append(f"{method} {route.name}: {answer.status_code}")
            tried += 1
            if answer.status_code == 405 and set(answer["Allow"].split(", ")) != methods:
                wrong.append(f"{route.name} allows {answer['Allow']}, declared are {methods}")
    assert tried > 500
    assert wrong == [], "\n".join(wrong)
