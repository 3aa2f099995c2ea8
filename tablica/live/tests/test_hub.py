"""The listeners of one process: how many, what they miss, and how they end."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.db import DatabaseError

from tablica.accounts.models import User
from tablica.live import commands
from tablica.live import hub as hubs
from tablica.live.hub import MOST_WAITING, Hub, TooMany
from tablica.live.queries import MOST_MISSED, last_number
from tests.cast import Three

pytestmark = pytest.mark.django_db


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub whose thread does nothing: tests tell by hand."""
    made = Hub()
    monkeypatch.setattr(made, "_run", lambda: None)
    return made


def flow(listener: Any, *, pieces: int) -> list[bytes]:
    """What is sent until so many pieces came, or the stream has ended by itself."""
    sent: list[bytes] = []

    async def run() -> None:
        gone = asyncio.Event()

        async def receive() -> dict[str, str]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(event: dict[str, bytes]) -> None:
            sent.append(event["body"])
            if len(sent) >= pieces:
                gone.set()

        async with asyncio.timeout(10):
            await listener.flow(receive, send)

    asyncio.run(run())
    return sent


def test_what_was_missed_comes_before_what_came_meanwhile(three: Three, hub: Hub) -> None:
    listener = hub.listen(three.owner, "session", None)
    listener.tell(b"later")
    assert flow(listener, pieces=1) == [hubs.HELLO + b"later"]
    assert hub._all() == []


def test_nobody_can_take_all_streams(
    three: Three, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST_EACH", 2)
    monkeypatch.setattr(hubs, "MOST", 3)
    for _ in range(2):
        hub.listen(three.owner, "a", None)
    with pytest.raises(TooMany):
        hub.listen(three.owner, "a", None)
    hub.listen(three.colleague, "b", None)
    with pytest.raises(TooMany):
        hub.listen(three.stranger, "c", None)


def test_who_does_not_read_is_let_go(three: Three, hub: Hub) -> None:
    listener = hub.listen(three.owner, "session", None)
    for _ in range(MOST_WAITING + 1):
        listener.tell(b"x")
    assert hub._all() == []
    assert flow(listener, pieces=1) == []


def test_the_end_of_the_process_ends_all(three: Three, hub: Hub) -> None:
    listener = hub.listen(three.owner, "session", None)
    hub.stop()
    assert flow(listener, pieces=1) == []
    with pytest.raises(TooMany):
        hub.listen(three.owner, "session", None)


def test_news_that_could_not_be_told_are_made_up_for(
    three: Three, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database fails once while it is asked who hears: everybody is told to look anew."""
    listener = hub.listen(three.owner, "session", None)
    hub.latest = last_number()
    commands.entry_came(1, by=None)
    fail = iter([DatabaseError("away")])

    def listeners(_numbers: object) -> list[User]:
        for error in fail:
            raise error
        return []

    def watch() -> None:
        hub._tell()
        hub._stopped = True

    monkeypatch.setattr(hubs, "listeners", listeners)
    monkeypatch.setattr(hubs, "close_old_connections", lambda: None)
    monkeypatch.setattr("tablica.live.hub.connection.close", lambda: None)
    monkeypatch.setattr("tablica.live.hub.time.sleep", lambda _seconds: None)
    monkeypatch.setattr(hub, "_watch", watch)
    Hub._run(hub)
    assert flow(listener, pieces=1) == [hubs.HELLO + hubs.RESET]
    assert hub.latest == last_number()


def test_a_flood_is_told_once(three: Three, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    listener = hub.listen(three.owner, "session", None)
    hub.latest = 0
    for entry in range(MOST_MISSED + 1):
        commands.entry_came(entry, by=None)
    for _ in range(5):
        hub._tell()
    assert flow(listener, pieces=1) == [hubs.HELLO + hubs.RESET]
