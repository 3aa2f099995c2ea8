"""Days as people say them, in the language now in force; the digits are not yet the reader's."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.dates import MONTHS_ALT
from django.utils.translation import get_language


def month_name(day: date) -> str:
    """The month of `day` as it follows a number: 'November', 'listopada'."""
    return _month(day.month, get_language())


def day_and_month(day: date) -> str:
    """'13 Nov': Persian months have no short form."""
    name = month_name(day)
    return f"{day.day} {name if get_language() == 'fa' else name[:3]}"


def short_date(day: date) -> str:
    """'13 Nov 2025': the day before the month in every language, as the wall says it."""
    return f"{day_and_month(day)} {day.year}"


@lru_cache(maxsize=64)
def _month(number: int, language: str | None) -> str:
    """The month in the language now in force, which is `language`."""
    return str(MONTHS_ALT[number])
