"""Noticing that somebody did the same with unusually many different things within one hour.

Like the counts of requests it costs next to nothing: each process remembers what it met, and tells
the others only after a quarter of what is unusual. A thing met in two processes counts twice.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction

from tablica.shared.limits.commands import MOST_KEYS, add_up

PARTS = 4
HOUR = 3600  # seconds


@dataclass
class _Met:
    """What this process met under one key in one hour; nothing any more once it is over."""

    hour: int
    things: set[int] = field(default_factory=set)
    untold: int = 0
    is_over: bool = False


_met: dict[str, _Met] = {}
_lock = threading.Lock()


def note_many(key: str, things: Iterable[int], many: int, then: Callable[[int], object]) -> None:
    """Count different things under `key`; when there are `many` in this hour, `then(how many)`.

    It is called once an hour, whatever the number of processes, in the transaction of the count.
    """
    hour = int(time.time() // HOUR)
    with _lock:
        add = _count(key, hour, things, max(many // PARTS, 1))
    if not add:
        return
    with transaction.atomic():
        total = add_up(key, hour, add)
        if total - add < many <= total:
            then(total)
    if total >= many:
        with _lock:
            _met[key] = _Met(hour, is_over=True)


def forget_all() -> None:
    """Forget what this process met."""
    with _lock:
        _met.clear()


def _count(key: str, hour: int, things: Iterable[int], part: int) -> int:
    """Remember these, and give how many are to be told, if it is time."""
    if len(_met) > MOST_KEYS:
        _met.clear()
    met = _met.get(key)
    if met is None or met.hour != hour:
        met = _met[key] = _Met(hour)
    if met.is_over:
        return 0
    new = set(things) - met.things
    met.things |= new
    met.untold += len(new)
    add = met.untold if met.untold >= part else 0
    met.untold -= add
    return add
