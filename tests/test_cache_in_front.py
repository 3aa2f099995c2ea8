"""S9: a cache in front of the server, keeping all it may, gives nobody what is somebody else's."""

from __future__ import annotations

import http.client
import re
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tablica.shared.testing.cache import Cache, caching
from tablica.shared.testing.plugin import MakeServer
from tests import world as begun
from tests.gates import worlds
from tests.gates.doors import Guests
from tests.gates.reading import addresses

pytestmark = [pytest.mark.any_engine, pytest.mark.django_db(transaction=True)]

READERS = ("administrator", "member", "outsider", "anonymous")
"""Who asks for each address, one after another: who may the most comes first."""
PART = 5
"""The quick run asks for each so-manieth address."""
ASSET = re.compile(rb'(?:href|src)="(/static/[^"]+)"')


@dataclass
class Reader:
    """What somebody sends with each request."""

    session: Mapping[str, str]
    key: Mapping[str, str]

    def headers(self, url: str) -> Mapping[str, str]:
        return self.key if url.startswith("/api/") else self.session


@dataclass
class Front:
    """The cache, who asks, and for what."""

    cache: Cache
    readers: dict[str, Reader]
    urls: list[str]

    def ask(self, url: str, who: str) -> tuple[int, str, bytes]:
        """Status, whether it was kept (`HIT`) or not, and the body."""
        line = http.client.HTTPConnection(self.cache.address, timeout=60)
        with closing(line):
            line.request("GET", url, headers=dict(self.readers[who].headers(url)))
            answer = line.getresponse()
            # A stream never ends by itself.
            body = b"" if "event-stream" in str(answer.headers["Content-Type"]) else answer.read()
            return answer.status, str(answer.headers["X-Kept"]), body


@pytest.fixture
def front(make_server: MakeServer, tmp_path: Path) -> Iterator[Front]:
    """The real server on a copy of the world of the gates, behind a cache."""
    begun.ready()
    world = worlds.build()
    guests = Guests(world)
    readers = {name: _reader(guests, name) for name in READERS}
    some = [t for t in world.targets if t.state in ("everyone", "me") and t.kind == "company"]
    urls = [url for url in addresses(world, some) if not url.startswith("/live")]
    server = make_server()
    _copy(server.data)
    with caching(server.start().url, tmp_path / "nginx") as cache:
        yield Front(cache, readers, urls)
    server.stop()


def _reader(guests: Guests, name: str) -> Reader:
    cookies = guests.browsers[name].cookies
    said = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    token = guests.world.tokens.get((name, "read"))
    return Reader({"Cookie": said} if said else {}, {"Authorization": f"Bearer {token}"})


def _copy(data: Path) -> None:
    """Let a server that is not started yet have our database, our keys and our files."""
    (data / "tablica.sqlite3").unlink()
    ours = sqlite3.connect(str(connection.settings_dict["NAME"]))
    with closing(ours), closing(sqlite3.connect(data / "tablica.sqlite3")) as theirs:
        ours.backup(theirs)
    for path in Path(settings.TABLICA_DATA).iterdir():
        if path.is_dir():
            shutil.copytree(path, data / path.name, dirs_exist_ok=True)
        elif "sqlite3" not in path.name:
            shutil.copy2(path, data / path.name)


def test_a_cache_keeps_nothing_of_what_people_see(
    front: Front, request: pytest.FixtureRequest
) -> None:
    urls = front.urls if request.config.option.long else front.urls[::PART]
    met: dict[str, int] = {}
    hits = []
    for url in urls:
        for who in READERS:
            status, kept, _body = front.ask(url, who)
            met[f"{who} {status}"] = met.get(f"{who} {status}", 0) + 1
            if kept == "HIT":
                hits.append(f"{url} as {who}: {status}")
    assert hits == [], f"{len(hits)} of {len(urls)}:\n" + "\n".join(hits[:12])
    assert {url for url in front.cache.kept() if not url.startswith("/static/")} == set()
    assert met["administrator 200"] >= len(urls) / 3, "the pages were there"
    assert met["anonymous 302"] > 10, met


def test_what_is_the_same_for_all_is_kept(front: Front) -> None:
    """The cache does keep: what the pages are laid out with comes from it from the second time."""
    _status, _kept, page = front.ask("/login", "anonymous")
    assets = sorted({found.decode() for found in ASSET.findall(page)})
    assert len(assets) >= 3
    for url in assets:
        assert front.ask(url, "anonymous")[:2] == (200, "MISS"), url
        assert front.ask(url, "member")[:2] == (200, "HIT"), url
    assert {urlsplit(url).path for url in front.cache.kept()} == {
        urlsplit(url).path for url in assets
    }
