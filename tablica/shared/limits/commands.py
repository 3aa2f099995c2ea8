"""Counting requests, cheaply: each process counts for itself and tells the others now and then."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.db import transaction

from tablica.shared.limits.models import Window

PART = 20
"""A process tells the others whenever it has counted this part of the limit."""
MOST_KEYS = 10_000


@dataclass
class _Tally:
    """What this process knows of one key in one minute."""

    minute: int
    told: int = 0
    untold: int = 0


_tallies: dict[str, _Tally] = {}
_lock = threading.Lock()


def seconds_to_wait(key: str, limit: int) -> int:
    """Count once more under `key`; 0, or the seconds until it may be tried again.

    `limit` is per minute and over all processes. Since each process tells the others only after
    every twentieth of the limit, with n processes n twentieths more may pass.
    """
    now = time.time()
    minute, part = int(now // 60), max(limit // PART, 1)
    with _lock:
        tally = _tally(key, minute)
        if tally.told >= limit:
            return 60 - int(now) % 60
        tally.untold += 1
        add = tally.untold if tally.untold >= part else 0
        tally.untold -= add
    if add:
        total = add_up(key, minute, add)
        with _lock:
            tally.told = max(tally.told, total)
    return 60 - int(now) % 60 if tally.told + tally.untold > limit else 0


def forget_all() -> None:
    """Forget what this process counted."""
    with _lock:
        _tallies.clear()


def _tally(key: str, minute: int) -> _Tally:
    if len(_tallies) > MOST_KEYS:
        _tallies.clear()
    tally = _tallies.get(key)
    if tally is None or tally.minute != minute:
        tally = _tallies[key] = _Tally(minute)
    return tally


@transaction.atomic
def add_up(key: str, minute: int, add: int) -> int:
    """Add to what all processes counted under `key` in this stretch of time; the sum."""
    Window.objects.get_or_create(key=key, defaults={"minute": minute})
    window = Window.objects.select_for_update().get(key=key)
    window.count = add + (window.count if window.minute == minute else 0)
    window.minute = minute
    window.save(update_fields=["minute", "count"])
    return window.count
