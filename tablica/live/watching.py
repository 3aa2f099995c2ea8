"""Noticing at once that something was committed, by this process or another."""

from __future__ import annotations

import time
from typing import Protocol

from django.db import connection

LOOK = 0.05  # seconds between two looks (SQLite)


class Watch(Protocol):
    """Waits for commits, on the connection of the thread that made it."""

    def wait(self, seconds: float) -> None:
        """Return as soon as something was committed since the last time, or when time is up."""


def new_watch() -> Watch:
    """A watch for the engine in use."""
    return _Notified() if connection.vendor == "postgresql" else _Counted()


class _Counted:
    """SQLite counts for each connection the commits of the others."""

    def __init__(self) -> None:
        self._last = self._count()

    def wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (count := self._count()) == self._last and time.monotonic() < end:
            time.sleep(LOOK)
        self._last = count

    @staticmethod
    def _count() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])


class _Notified:
    """PostgreSQL tells those that listen, on a connection that is not shared."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("LISTEN tablica_live")

    def wait(self, seconds: float) -> None:
        connection.ensure_connection()
        for _ in connection.connection.notifies(timeout=seconds, stop_after=1):
            pass
