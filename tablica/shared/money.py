"""Amounts of money, as `Decimal` with an ISO 4217 code, written and read in four languages."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from babel.core import Locale, get_global
from babel.numbers import format_currency, format_decimal
from django.utils.translation import gettext as _

from tablica.shared.text.cleaning import BadText
from tablica.shared.text.folding import fold

LARGEST_DIGITS = 15
"""Digits before the decimal mark."""
MOST_DECIMALS = 4

_SPACES = re.compile(r"[\s']+")
_PERSIAN_MARKS = str.maketrans({"٫": ".", "٬": "'", "،": ",", "’": "'"})
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_CODE_AND_NUMBER = re.compile(r"(?<=[A-Z]{3})(?=\d)")
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?")


def _current_currencies() -> tuple[str, ...]:
    """The currencies some territory uses now, by Unicode's CLDR as of this release."""
    today = datetime.now(UTC).timetuple()[:3]
    return tuple(
        sorted(
            {
                code
                for used in get_global("territory_currencies").values()
                for code, _start, end, is_tender in used
                if is_tender and (end is None or tuple(end) >= today)
            }
        )
    )


CURRENCIES: tuple[str, ...] = _current_currencies()
"""ISO 4217 codes of the currencies in use, sorted."""


def format_money(amount: Decimal, currency: str, language: str) -> str:
    """Write `amount` the way a reader of `language` does, with the currency's own decimals.

    Whole amounts go without decimals, and a code keeps a space from the number. Persian gets
    Persian digits. Raises ValueError for an unknown currency.
    """
    if currency not in CURRENCIES:
        raise ValueError(f"Unknown currency {currency!r}.")
    locale = _locale(language)
    pattern = Locale.parse(locale).currency_formats["standard"].pattern
    is_whole = amount == amount.to_integral_value()
    written = format_currency(
        amount,
        currency,
        pattern.replace(".00", "") if is_whole else pattern,
        locale=locale,
        numbering_system="default",
        currency_digits=not is_whole,
    )
    written = _CODE_AND_NUMBER.sub("\u00a0", written)
    return written.translate(_PERSIAN_DIGITS) if locale == "fa" else written


def format_amount(amount: Decimal, language: str) -> str:
    """Write an amount without its currency, grouped as `format_money` groups it."""
    locale = _locale(language)
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00"
    written = format_decimal(amount, pattern, locale=locale, numbering_system="default")
    return written.translate(_PERSIAN_DIGITS) if locale == "fa" else written


def _locale(language: str) -> str:
    return language[:2] if language[:2] in ("en", "pl", "ru", "fa") else "en"


def parse_amount(s: str, language: str | None = None) -> Decimal:
    """Read a typed amount: `1 234,50`, `1,234.50`, `1.234,50`, `۱۲۳۴٫۵`, `-5`.

    `language` decides what one mark before three digits means: in English and Persian `1,234` is
    1234, in Polish and Russian 1.234. A form that stays unclear is refused, for a wrong guess
    is wrong a thousandfold. Raises `BadText`; also past 15 digits or 4 decimals.
    """
    typed = s.strip().translate(_PERSIAN_MARKS)
    number = _SPACES.sub(" ", fold(typed)).strip()
    number = re.sub(r"^([+-]) ", r"\1", number)
    has_odd_digits = any(c.isnumeric() and not c.isdecimal() for c in typed)  # ², ½, 千
    plain = "" if has_odd_digits else _without_groups(number, language)
    if not _PLAIN.fullmatch(plain):
        raise BadText(_("Write an amount in digits, such as 1234.50."), code="amount")
    whole, _point, decimals = plain.lstrip("+-").partition(".")
    if len(whole.lstrip("0")) > LARGEST_DIGITS or len(decimals.rstrip("0")) > MOST_DECIMALS:
        raise BadText(
            _("Use at most %(digits)d digits and %(decimals)d decimals.")
            % {"digits": LARGEST_DIGITS, "decimals": MOST_DECIMALS},
            code="amount",
        )
    return Decimal(plain)


def _without_groups(number: str, language: str | None) -> str:
    """Return `number` with `.` as its only mark, or what `_PLAIN` will refuse."""
    decimal = _decimal_mark(number, language)
    whole, mark, decimals = number.partition(decimal) if decimal else (number, "", "")
    groups = re.split(r"[ .,]", whole)
    is_grouped = len(groups) > 1
    if is_grouped:
        marks = set(re.findall(r"[ .,]", whole))
        if len(marks) > 1 or any(len(group) != 3 for group in groups[1:]):
            return ""
        if not 1 <= len(groups[0].lstrip("+-")) <= 3:
            return ""
    return "".join(groups) + ("." + decimals if mark else "")


def _decimal_mark(number: str, language: str | None) -> str:
    """Which mark in `number` is the decimal one; none when all of them part thousands."""
    last = max(number.rfind("."), number.rfind(","))
    if last < 0:
        return ""
    mark = number[last]
    if number.count(mark) > 1:
        return ""
    is_only = "." not in number[:last] and "," not in number[:last] and " " not in number
    before = number[:last].lstrip("+-")
    looks_grouped = is_only and len(number) - last == 4 and 1 <= len(before) <= 3 and before != "0"
    if not looks_grouped:
        return mark
    own = {"en": ".", "fa": ".", "pl": ",", "ru": ","}.get((language or "")[:2])
    if own == mark:
        return mark
    if own == "." and mark == ",":
        return ""
    raise BadText(
        _("It is not clear whether %(number)s has thousands or decimals. Write it without groups.")
        % {"number": number},
        code="unclear",
    )
