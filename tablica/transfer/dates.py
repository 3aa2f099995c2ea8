"""Days as people write them: five orders of numbers, months by name, and the Jalali calendar."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Literal

from babel import Locale
from django.utils.translation import gettext as _

from tablica.shared.text import BadText
from tablica.shared.text.folding import fold

Order = Literal["day", "month"] | None
LANGUAGES = ("en", "pl", "ru", "fa")

_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/. ]+)(\d{1,2})[-/. ]+(\d{4}|\d{2})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_TIME = re.compile(
    r"[t ,]+\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]m)?( ?(z|utc|[+-]\d{2}:?\d{2}))?$"
)
_SUFFIX = re.compile(r"(?<=\d)(st|nd|rd|th|г\.?|r\.?)\b|\bof\b|[,]|(?<=\d)\s+(г|года|r|roku)\.?$")
_JALALI_YEARS = range(1250, 1500)
_JALALI_EPOCH = 226_894  # the ordinal of the day before 1 Farvardin of the year 1


def order_of(cells: Iterable[str]) -> Order:
    """Whether the days of a column stand before or after the months, as far as its values show.

    `13/05/2024` can only begin with a day, `05/13/2024` only with a month.
    """
    found: set[Order] = set()
    for cell in cells:
        match = _YEAR_LAST.fullmatch(_bare(cell))
        if match:
            if int(match[1]) > 12 >= int(match[3]):
                found.add("day")
            elif int(match[3]) > 12 >= int(match[1]):
                found.add("month")
    return found.pop() if len(found) == 1 else None


def parse_day(typed: str, order: Order = None) -> date:
    """The day that `typed` names, with or without a time after it. Raises `BadText`.

    `5/3/2024` is refused as unclear unless `order` tells; with points, the day always comes first.
    A year between 1250 and 1499 is one of the Jalali calendar.
    """
    bare = _bare(typed)
    try:
        found = _numbers(bare, order) or _named(bare)
    except BadText:
        raise
    except ValueError:
        found = None
    if found is None:
        raise BadText(_("Write a date as 2024-03-05."), code="date")
    return found


def _bare(typed: str) -> str:
    return _TIME.sub("", fold(typed).strip()).strip()


def _numbers(bare: str, order: Order) -> date | None:
    if match := _YEAR_FIRST.fullmatch(bare) or _COMPACT.fullmatch(bare):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    match = _YEAR_LAST.fullmatch(bare)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[3]), _whole_year(match[4])
    if match[2].strip() == "." or first > 12 or order == "day" or first == second:
        return _day(year, second, first)
    if second > 12 or order == "month":
        return _day(year, first, second)
    raise BadText(
        _("It is not clear which number is the day. Write the date as 2024-03-05."), code="unclear"
    )


def _whole_year(digits: str) -> int:
    """Two digits mean a year not far ahead."""
    if len(digits) == 4:
        return int(digits)
    year = 2000 + int(digits)
    return year if year <= datetime.now(UTC).year + 20 else year - 100


def _day(year: int, month: int, day: int) -> date:
    return _from_jalali(year, month, day) if year in _JALALI_YEARS else date(year, month, day)


def _from_jalali(year: int, month: int, day: int) -> date:
    """The Gregorian day; leap years by the 33-year cycle, right from 1244 to 1498 AP."""
    in_year = (month - 1) * 31 - max(0, month - 7) + day
    found = _before_year(year) + in_year
    if not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30):
        raise ValueError("no such day")
    if found > _before_year(year + 1):
        raise ValueError("no leap year")
    return date.fromordinal(found)


def _before_year(year: int) -> int:
    return _JALALI_EPOCH + 365 * (year - 1) + (8 * year + 21) // 33


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """The names of the months, long and short, in every language of ours."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        locale = Locale.parse(language)
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    found.setdefault(fold(name).strip("."), number)
    return found


def _named(bare: str) -> date | None:
    """`5 March 2024`, `March 5, 2024`, `5 marca 2024`, `5 марта 2024 г.`"""
    words = [word.strip(".") for word in _SUFFIX.sub(" ", bare).split()]
    months = [_months()[word] for word in words if word in _months()]
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(months) != 1 or len(numbers) != 2 or len(words) != 3:
        return None
    if numbers[0] > 31:
        numbers.reverse()
    return date(numbers[1], months[0], numbers[0])
