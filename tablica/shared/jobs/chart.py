"""The last hours as columns: how high each one stands, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.shared.writing import in_digits

HEIGHT = 64
STEP = 20
LEAST = 2
"""What is not nothing is seen."""


class Ended(Protocol):
    """How many jobs ended in the hour from `at` on."""

    @property
    def at(self) -> datetime: ...
    @property
    def done(self) -> int: ...
    @property
    def failed(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One hour: numbers as SVG wants them, those that failed on top of those done."""

    x: str
    done: str
    done_y: str
    failed: str
    failed_y: str
    hour: str
    said: str


def columns(hours: Sequence[Ended]) -> list[Column]:
    """A column for each hour; the highest fills the height."""
    most = max((hour.done + hour.failed for hour in hours), default=0) or 1
    drawn = []
    for n, hour in enumerate(hours):
        failed = _height(hour.failed, most)
        done = min(_height(hour.done, most), HEIGHT - failed)
        begin = f"{timezone.localtime(hour.at):%H:%M}"
        values = {"hour": begin, "done": hour.done, "failed": hour.failed}
        said = in_digits(_("%(hour)s: %(done)d done, %(failed)d failed") % values)
        y = HEIGHT - done
        at = (str(n * STEP), str(done), str(y), str(failed), str(y - failed))
        drawn.append(Column(*at, in_digits(begin), said))
    return drawn


def _height(count: int, most: int) -> int:
    return max(LEAST, count * HEIGHT // most) if count else 0
