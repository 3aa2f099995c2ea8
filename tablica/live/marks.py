"""A moment as pages and streams name it: microseconds since 1970, UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

_START = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST = 16  # digits


def mark_of(moment: datetime) -> int:
    """The mark of a moment."""
    return (moment - _START) // timedelta(microseconds=1)


def mark_of_now() -> int:
    """The mark of what a page that is read now has in it."""
    return mark_of(timezone.now())


def moment_of(said: str) -> datetime | None:
    """The moment of a mark, None for what is none."""
    if not said.isdecimal() or len(said) > _LONGEST:
        return None
    return _START + timedelta(microseconds=int(said))
