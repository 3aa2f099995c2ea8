"""Dates, numbers and money as colleagues write them, in each language."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

_MONTHS = {
    "pl": (
        "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października "
        "listopada grudnia"
    ).split(),
    "ru": (
        "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
    ).split(),
    "en": (
        "January February March April May June July August September October November December"
    ).split(),
    "fa": "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند".split(),
}

# "On Tuesday", Monday first.
_ON_WEEKDAY = {
    "pl": (
        "w poniedziałek",
        "we wtorek",
        "w środę",
        "w czwartek",
        "w piątek",
        "w sobotę",
        "w niedzielę",
    ),
    "ru": (
        "в понедельник",
        "во вторник",
        "в среду",
        "в четверг",
        "в пятницу",
        "в субботу",
        "в воскресенье",
    ),
    "en": (
        "on Monday",
        "on Tuesday",
        "on Wednesday",
        "on Thursday",
        "on Friday",
        "on Saturday",
        "on Sunday",
    ),
    "fa": ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه"),
}

_CURRENCY_WORDS = {
    "pl": {"PLN": "zł", "EUR": "euro"},
    "ru": {"UAH": "грн", "KZT": "тенге", "EUR": "евро"},
    "fa": {"IRR": "ریال", "AED": "درهم", "EUR": "یورو"},
    "en": {},
}
_CURRENCY_SIGNS = {"GBP": "£", "EUR": "€", "AED": "AED "}


def jalali(day: date) -> tuple[int, int, int]:
    """Year, month and day of the Solar Hijri calendar (33-year cycle, right for 1800 to 2256)."""
    days_before_month = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
    year = day.year - 1600
    days = 365 * year + (year + 3) // 4 - (year + 99) // 100 + (year + 399) // 400
    days += days_before_month[day.month - 1] + day.day - 1
    leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
    if day.month > 2 and leap:
        days += 1
    days -= 79
    cycles, days = divmod(days, 12053)
    jalali_year = 979 + 33 * cycles + 4 * (days // 1461)
    days %= 1461
    if days >= 366:
        jalali_year += (days - 1) // 365
        days = (days - 1) % 365
    if days < 186:
        return jalali_year, days // 31 + 1, days % 31 + 1
    return jalali_year, (days - 186) // 30 + 7, (days - 186) % 30 + 1


def digits(text: str, language: str) -> str:
    """The text with the digits of the language."""
    return text.translate(_PERSIAN_DIGITS) if language == "fa" else text


class DayWords:
    """The words for days in one language, kept after the first use."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._dates: dict[int, str] = {}

    def date(self, day: int) -> str:
        """`12 marca`: day and month without a year."""
        said = self._dates.get(day)
        if said is None:
            value = date.fromordinal(day)
            if self.language == "fa":
                _, month, number = jalali(value)
            else:
                month, number = value.month, value.day
            said = f"{digits(str(number), self.language)} {_MONTHS[self.language][month - 1]}"
            self._dates[day] = said
        return said

    def weekday(self, day: int) -> str:
        """`we wtorek`, `on Tuesday`."""
        return _ON_WEEKDAY[self.language][(day - 1) % 7]

    def year(self, day: int) -> str:
        """The year that the day is in, in the calendar of the language."""
        value = date.fromordinal(day)
        return digits(str(jalali(value)[0] if self.language == "fa" else value.year), self.language)

    def time(self, minute: int) -> str:
        """`10:30` of minutes after midnight."""
        return digits(f"{minute // 60}:{minute % 60:02d}", self.language)

    def number(self, value: int) -> str:
        """An integer with the thousands parted."""
        separator = {"pl": "\u00a0", "ru": "\u00a0", "en": ",", "fa": "٬"}[self.language]
        return digits(f"{value:,}".replace(",", separator), self.language)

    def money(self, amount: Decimal | int, currency: str) -> str:
        """`48 600 zł`, `£18,400`: whole units only."""
        number = self.number(int(amount))
        if self.language == "en":
            return f"{_CURRENCY_SIGNS.get(currency, currency + ' ')}{number}"
        return f"{number}\u00a0{_CURRENCY_WORDS[self.language].get(currency, currency)}"

    def length(self, centimetres: int) -> str:
        """`1,4 m`, `1400 mm`: how fitters of the country say it."""
        if self.language == "en":
            return f"{centimetres * 10} mm"
        if self.language == "fa":
            return f"{self.number(centimetres)} سانتی‌متر"
        metres = f"{centimetres / 100:.1f}".replace(".", ",")
        return f"{metres}\u00a0{'м' if self.language == 'ru' else 'm'}"
