"""Every door of the program, found by asking the program, and trying one as somebody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse  # noqa: TID251  answers are what is looked at
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tablica.accounts.models import User
from tests.checksum import VOLATILE
from tests.gates.worlds import Target, World
from tests.signing import stay_signed_in

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
API = "api-1:"
# What is new in every answer: a key of a form, a token against forgery, the moment of reading.
ONCE = re.compile(
    rb'(name="(?:csrfmiddlewaretoken|_once)" value=")[^"]*|("X-CSRFToken": ?")[^"]*'
    rb'|(data-(?:csrf|person)=")[^"]*|(name="(?:csrf-token|live)" content=")[^"]*'
)


@dataclass(frozen=True)
class Route:
    """An address with its name and the names of the numbers in it."""

    name: str
    parameters: tuple[str, ...]
    pattern: str

    def url(self, values: Mapping[str, Any]) -> str:
        return reverse(self.name, kwargs={n: values[n] for n in self.parameters})


def routes() -> dict[str, Route]:
    """Every address, by its name. One without a name cannot be declared, and fails."""
    found: dict[str, Route] = {}
    for name, pattern in _patterns(get_resolver().url_patterns, ""):
        assert name, f"{pattern} has no name"
        parameters = tuple(pattern.pattern.regex.groupindex)
        route = Route(name, parameters, str(pattern.pattern))
        assert found.setdefault(name, route) == route, f"{name} is two addresses"
    return found


def _patterns(
    patterns: Iterable[URLPattern | URLResolver], space: str
) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _patterns(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name}" if pattern.name else "", pattern


class Guests:
    """Signed-in browsers and keys for everybody; `anonymous` has neither."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browsers = {"anonymous": Client(raise_request_exception=False)}
        for name, user in world.people.items():
            self.browsers[name] = Client(raise_request_exception=False)
            self._sign_in(name, user)

    def _sign_in(self, name: str, user: User) -> None:
        """Also somebody who left: their browser still has the session of better days."""
        left, user.deactivated_at = user.deactivated_at, None
        stay_signed_in(self.browsers[name], user)
        user.deactivated_at = left

    def ask(
        self,
        who: str,
        method: str,
        url: str,
        sent: Mapping[str, Any] | None = None,
        *,
        scope: str = "write",
        partial: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> HttpResponse:
        """One request of `who`: to the API with their key, to a page with their session.

        Their browser is afterwards as it was: still signed in, also when this signed them out.
        """
        cookies = self.browsers[who].cookies.copy()
        try:
            return self._ask(who, method, url, sent, scope, partial, dict(headers or {}))
        finally:
            self.browsers[who].cookies = cookies

    def _ask(
        self,
        who: str,
        method: str,
        url: str,
        sent: Mapping[str, Any] | None,
        scope: str,
        partial: bool,
        more: dict[str, str],
    ) -> HttpResponse:
        if url.startswith("/api/"):
            if (who, scope) in self.world.tokens:
                more["Authorization"] = f"Bearer {self.world.tokens[who, scope]}"
            client = self.browsers["anonymous"]
            files = {n: v for n, v in (sent or {}).items() if hasattr(v, "read")}
            if files:
                return client.generic(method, url, **_multipart(files), headers=more)
            body = "" if sent is None else json.dumps(sent)
            return client.generic(method, url, body, "application/json", headers=more)
        if partial:
            more["HX-Request"] = "true"
        browser = self.browsers[who]
        if method == "POST":
            return browser.post(url, dict(sent or {}), headers=more)
        return browser.generic(method, url, headers=more)


def _multipart(files: Mapping[str, Any]) -> dict[str, Any]:
    from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

    for file in files.values():
        file.seek(0)
    return {"data": encode_multipart(BOUNDARY, files), "content_type": MULTIPART_CONTENT}


@contextmanager
def taken_back() -> Iterator[None]:
    """Whatever happens here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


WRITES = re.compile(r'^\s*(?:INSERT\s+(?:OR \w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.I)


class Writes:
    """Notes the tables into which something was written, and files that came to be."""

    def __init__(self) -> None:
        self.tables: set[str] = set()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found = WRITES.match(sql)
        if found and found[1] not in VOLATILE:
            self.tables.add(found[1])
        return execute(sql, params, many, context)


@contextmanager
def watched() -> Iterator[Writes]:
    """Which tables were written to, within; what only reads cannot have changed anything."""
    writes = Writes()
    with connection.execute_wrapper(writes):
        yield writes


def stored_files() -> int:
    """How many files there are on the disk."""
    folder = settings.TABLICA_DATA / "files"
    return sum(1 for path in folder.rglob("*") if path.is_file())


def body_of(response: Any) -> bytes:
    """The whole body of an answer, streamed or not."""
    if getattr(response, "streaming", False):
        return b"".join(response.streaming_content)
    return bytes(response.content)


def masked(response: Any, *numbers: int) -> tuple[int, bytes, list[tuple[str, str]]]:
    """An answer without what differs each time, and without the numbers that were asked for."""
    body = ONCE.sub(rb"\1\2\3\4", body_of(response))
    left_out = {"set-cookie", "x-request-id"}
    headers = sorted(
        (name.lower(), value) for name, value in response.items() if name.lower() not in left_out
    )
    for number in numbers:
        place = rf'(?<=[/="]){number}(?=[/"?&#]|$)'
        body = re.sub(place.encode(), b"#", body)
        headers = [(n, re.sub(place, "#", v)) for n, v in headers]
    return response.status_code, body, [h for h in headers if h[0] != "content-length"]


def values_for(route: Route, target: Target) -> dict[str, Any]:
    """The numbers of the target's parts under the names that addresses use."""
    record = target.number("record")
    return {
        "record_id": record,
        "deal_id": record,
        "entry_id": target.number("entry"),
        "comment_id": target.number("comment"),
        "file_id": target.number("file"),
    }
