"""How fast the machine of a test is just now, so that a limit in seconds means the same on each."""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 1_000_000
USUAL = 0.08
"""Seconds that so many rounds take on the machine on which the limits were measured, at rest."""


def patience(usual: float, clock: Callable[[], float] = time.monotonic) -> float:
    """The seconds after which what takes `usual` seconds at most is too slow here and now.

    Never less than `usual`. With `time.process_time` what others do here at the same time does not
    count. To be asked right after what was measured.
    """
    began, total = clock(), 0
    for number in range(ROUNDS):
        total += number * number % 7
    return usual * max(1.0, (clock() - began) / USUAL)
