"""Every page and call that only reads, with every number and in every variant."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.gates.api_policy import CALLS
from tests.gates.doors import Guests, Route, body_of, routes, values_for
from tests.gates.policy import PAGES, PARTS
from tests.gates.worlds import Target, World

LINK = re.compile(rb"""(?:href|src|action|hx-get|data-url)=["']([^"'#]+)""")
NEXT = re.compile(rb'"next": ?"([^"]+)"')

WORDS = ("zqk", "entry", "everyone", "vip", "plan")
# Lists in their variants: filtered, sorted, searched, of few.
VARIANTS: dict[str, tuple[str, ...]] = {
    "dashboard": ("?followed=1", "?type=note", "?tag=vip", "?has_file=1", "?talk=1", "?q=zqk"),
    "company": ("?context=1", "?type=moved", "?has_file=1", "?q=zqk", "?tag=vip"),
    "person": ("?context=1",),
    "deal": ("?context=1", "?context=1&q=zqk"),
    "space": ("?context=1", "?type=moved"),
    "board": ("?mine=1",),
    "api-1:read_feed": ("?limit=3", "?followed=1", "?type=moved", "?tag=vip", "?q=zqk"),
    "api-1:read_wall": ("?context=1&limit=2", "?type=changed", "?q=zqk"),
    "api-1:list_tags": ("?q=zqk", "?limit=1"),
    "api-1:list_records": ("?limit=3", "?tag=vip", "?sort=title"),
}
for _kind in ("company", "person", "deal", "space"):
    VARIANTS[f"{_kind}-list"] = ("?sort=title", "?sort=-created", "?q=zqk", "?tag=vip")
    VARIANTS[f"{_kind}-new"] = ("?title=x",)
    VARIANTS[f"{_kind}-export"] = ("?q=zqk", "?tag=vip", "?sort=title")
for _name in ("search", "search-suggest", "records-suggest", "api-1:search", "api-1:suggest"):
    VARIANTS[_name] = tuple(f"?q={word}" for word in WORDS)


def addresses(world: World, targets: Iterable[Target]) -> list[str]:
    """The address of everything that can be read: of each target, and each list in each variant."""
    found: dict[str, None] = {}
    every, named = list(targets), routes()
    for (name, method), door in {**PAGES, **CALLS}.items():
        if method != "GET":
            continue
        route = named[name]
        of_things = bool(set(PARTS) & set(route.parameters))
        for target in every if of_things else every[:1]:
            url = _url(route, door.at(target, world), target)
            for query in (door.query, *VARIANTS.get(name, ())):
                found[url + query] = None
    return list(found)


def _url(route: Route, more: Any, target: Target) -> str:
    return route.url({**values_for(route, target), **more})


def read(
    guests: Guests, who: str, urls: Iterable[str], *, follow: int = 0
) -> Iterator[tuple[str, Any, bytes]]:
    """What `who` is given at each address, page and part of it; then up to `follow` more links."""
    waiting = list(dict.fromkeys(urls))
    seen = set(waiting)
    left = follow
    while waiting:
        url = waiting.pop(0)
        for partial in (False, True):
            if partial and url.startswith(("/api/", "/files/")):
                continue
            response = guests.ask(who, "GET", url, partial=partial)
            body = body_of(response)
            yield url, response, body
            for link in _links(url, body):
                if link not in seen and left:
                    seen.add(link)
                    waiting.append(link)
                    left -= 1


def _links(url: str, body: bytes) -> Iterator[str]:
    for found in LINK.findall(body):
        link = urljoin(url, html.unescape(found.decode("utf-8", "replace")))
        parts = urlsplit(link)
        if not parts.netloc and parts.path.startswith("/") and "/static/" not in parts.path:
            yield parts._replace(fragment="").geturl()
    for cursor in NEXT.findall(body):
        base, _mark, query = url.partition("?")
        others = "&".join(p for p in query.split("&") if p and not p.startswith("cursor="))
        yield f"{base}?{others}&cursor={cursor.decode()}".replace("?&", "?")
