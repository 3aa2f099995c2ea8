"""Working time of a place: which days people work, and what their clock says in UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY = 86_400


def moment(seconds: int) -> datetime:
    """The aware UTC moment so many seconds after 1970."""
    return _EPOCH + timedelta(seconds=seconds)


def seconds_of(at: datetime) -> int:
    """Whole seconds since 1970."""
    return int((at - _EPOCH).total_seconds())


class WorkClock:
    """Days are proleptic ordinals (`date.toordinal`), moments are seconds since 1970 in UTC."""

    def __init__(
        self,
        zone: str,
        days_off: frozenset[int],
        closed: frozenset[tuple[int, int]],
        first: date,
        last: date,
    ) -> None:
        self._zone = ZoneInfo(zone)
        self._base = first.toordinal()
        self._offsets: dict[int, int] = {}
        self._working: list[int] = []
        self._rank: list[int] = []
        for ordinal in range(self._base, last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            self._rank.append(len(self._working))
            if day.weekday() not in days_off and (day.month, day.day) not in closed:
                self._working.append(ordinal)

    def workday(self, day: int, plus: int = 0) -> int:
        """The first working day on or after `day`, then `plus` working days further on.

        Days outside the told period are pulled to its first or last working day.
        """
        index = min(max(day - self._base, 0), len(self._rank) - 1)
        rank = min(self._rank[index] + plus, len(self._working) - 1)
        return self._working[max(rank, 0)]

    def is_workday(self, day: int) -> bool:
        return self.workday(day) == day

    def at(self, day: int, minute: int, second: int = 0) -> int:
        """When the local clock shows `minute` minutes after midnight of `day`."""
        offset = self._offsets.get(day)
        if offset is None:
            noon = datetime.combine(date.fromordinal(day), datetime.min.time()).replace(hour=12)
            delta = noon.replace(tzinfo=self._zone).utcoffset()
            offset = self._offsets[day] = int(delta.total_seconds()) if delta else 0
        return (day - _EPOCH_DAY) * DAY + minute * 60 + second - offset

    def in_hours(self, day: int, rng: Random) -> int:
        """A moment of the working day: busy before noon and after lunch, quiet between."""
        roll = rng.random()
        if roll < 0.55:
            minute = 8 * 60 + 30 + int(rng.random() * 215)
        else:
            minute = 12 * 60 + 50 + int(rng.random() * 230)
        return self.at(day, minute, int(rng.random() * 60))

    def day_of(self, seconds: int) -> int:
        """The local day of a moment."""
        guess = seconds // DAY + _EPOCH_DAY
        start = self.at(guess, 0)
        if seconds < start:
            return guess - 1
        return guess + 1 if seconds >= start + DAY else guess

    def later(self, seconds: int, minutes: int) -> int:
        """So many minutes later, or early on the next working day when people went home."""
        day = self.day_of(seconds)
        then = seconds + minutes * 60
        if self.is_workday(day) and then <= self.at(day, 17 * 60 + 40):
            return max(then, self.at(day, 8 * 60 + 10 + minutes % 50, seconds % 60))
        return self.at(self.workday(day + 1), 8 * 60 + 15, seconds % 60) + minutes % 90 * 60
