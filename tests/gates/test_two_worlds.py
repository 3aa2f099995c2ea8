"""S5: with and without what is hidden, every answer is the same, byte by byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from tests.gates import worlds
from tests.gates.doors import Guests, masked, taken_back
from tests.gates.reading import addresses
from tests.gates.test_canaries import Planter, _hide
from tests.gates.worlds import World

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 4, 6, 12, tzinfo=UTC)
# What each of these may not see is hidden from all of them; nobody looks after the tags.
READERS = ("outsider", "read-only", "no-deals")
Answer = tuple[int, bytes, list[tuple[str, str]]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, Guests]]:
    with django_db_blocker.unblock(), taken_back(), time_machine.travel(NOON, tick=False):
        made = worlds.build()
        yield made, Guests(made)


def answers(world: World, guests: Guests, who: str) -> dict[str, Answer]:
    """Everything that somebody is given, whole pages and parts of pages."""
    some = [t for t in world.targets if t.state == "everyone"]
    found: dict[str, Answer] = {}
    with taken_back():
        for url in addresses(world, some):
            for partial in (False, True):
                if partial and url.startswith(("/api/", "/files/")):
                    continue
                response = guests.ask(who, "GET", url, partial=partial)
                found[f"{url}{' (part)' if partial else ''}"] = masked(response)
    return found


def difference(one: Answer, two: Answer) -> str:
    """The first place at which two answers differ."""
    if one[0] != two[0] or one[2] != two[2]:
        return f"{one[0]} {one[2]} became {two[0]} {two[2]}"
    at = next(
        (n for n, (a, b) in enumerate(zip(one[1], two[1], strict=False)) if a != b),
        min(len(one[1]), len(two[1])),
    )
    return f"…{one[1][max(0, at - 60) : at + 80]!r} became …{two[1][max(0, at - 60) : at + 80]!r}"


def test_nobody_can_tell_whether_there_is_something_hidden(world: tuple[World, Guests]) -> None:
    made, guests = world
    with time_machine.travel(NOON, tick=False):
        without = {who: answers(made, guests, who) for who in READERS}
        with taken_back():
            _hide(made, Planter())
            wrong = []
            compared = 0
            for who in READERS:
                for url, answer in answers(made, guests, who).items():
                    compared += 1
                    if answer != without[who][url]:
                        wrong.append(f"{who} {url}: {difference(without[who][url], answer)}")
    assert compared > 900
    assert wrong == [], f"{len(wrong)} of {compared}:\n" + "\n".join(wrong[:15])


def test_the_owner_can_tell(world: tuple[World, Guests]) -> None:
    """The comparison has eyes: for who may see it, nearly every list is another one."""
    made, guests = world
    with time_machine.travel(NOON, tick=False):
        before = answers(made, guests, "owner")
        with taken_back():
            _hide(made, Planter())
            after = answers(made, guests, "owner")
    differing = {url.split("?")[0] for url in before if before[url] != after[url]}
    assert {"/", "/companies", "/people", "/deals", "/spaces", "/deals/board"} <= differing
    assert {"/search", "/search/suggest", "/records/suggest"} <= differing
    assert {"/api/v1/records", "/api/v1/feed", "/api/v1/search", "/api/v1/tags"} <= differing
