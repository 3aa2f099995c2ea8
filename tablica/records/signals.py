"""What rooms above may hear of.

`text_changed` is sent *inside* the transaction of the change, because the search index must change
with it or not at all (ADR 0006). It carries `records`, `entries` and `comments`: lists of numbers
whose text, place or existence changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.dispatch import Signal

_gathered: ContextVar[dict[int, None] | None] = ContextVar("gathered", default=None)


class _TextChanged(Signal):
    def send(self, sender: object, **named: Any) -> list[tuple[Any, Any]]:
        gathered = _gathered.get()
        if gathered is None or set(named) != {"records"}:
            return super().send(sender, **named)
        gathered.update(dict.fromkeys(named["records"]))
        return []


text_changed = _TextChanged()


@contextmanager
def told_together() -> Iterator[None]:
    """Tell of all records that change inside at once, at the end of it: for many at a time.

    Use it inside one transaction. After an error nothing is told, and nothing may be kept.
    """
    gathered: dict[int, None] = {}
    before = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(before)
    if gathered:
        text_changed.send(None, records=list(gathered))
