"""How often for which reason, unless somebody says otherwise; and which digest is due when."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache

from tablica.letters.models import Choice, Rhythm
from tablica.notices.models import Notice

Often = Choice.Often
DEFAULTS = {"follow": Often.DAILY, "like": Often.NEVER}
"""For every other reason: at once."""
PERIODS = {Often.DAILY: timedelta(days=1), Often.WEEKLY: timedelta(days=7)}


def often_by_reason(chosen: Iterable[Choice]) -> dict[str, str]:
    """For each reason there is, how often somebody with these choices gets letters."""
    said = {choice.reason: choice.often for choice in chosen}
    return {
        reason: said.get(reason, DEFAULTS.get(reason, Often.NOW))
        for reason in map(str, Notice.Reason.values)
    }


@lru_cache(maxsize=600)
def zone_named(name: str) -> zoneinfo.ZoneInfo:
    """The time zone of this name; UTC when there is none."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")


def last_due(often: str, rhythm: Rhythm, zone: str, now: datetime) -> date:
    """The local date of the latest digest whose hour has come by `now`.

    By the hour of the wall clock: one that summer time leaves out has come when the next one has.
    """
    local = now.astimezone(zone_named(zone))
    day = local.date() if local.hour >= rhythm.hour else local.date() - timedelta(days=1)
    if often == Often.WEEKLY:
        day -= timedelta(days=(day.weekday() - rhythm.weekday) % 7)
    return day


def is_due(often: str, last: date | None, due: date) -> bool:
    """Whether the digest of `due` is still to be sent when that of `last` was the last one.

    Not only a later one: a clock that was a year ahead must not keep digests back for a year. One
    period ahead is where a clock stands that was put back by some hours.
    """
    return last not in (due, due + PERIODS[Often(often)])
