"""Form fields that several kinds use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tablica.records.forms import CleanText
from tablica.shared.money import parse_amount
from tablica.shared.text import BadText

TOO_LARGE_FOR_CENTS = Decimal(10) ** 13
"""SQLite keeps fifteen digits of a number: from here on cents would be lost."""
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class CheckedText(CleanText):
    """A one-line text that a function brings into its form, or refuses with `BadText`."""

    def __init__(
        self, check: Callable[[str], str], *, api_type: str = "text", **kwargs: Any
    ) -> None:
        self.check = check
        super().__init__(**kwargs)
        self.api_type = api_type

    def to_python(self, value: Any) -> str:
        text = super().to_python(value)
        if not text:
            return ""
        try:
            return self.check(text)
        except BadText as error:
            raise ValidationError(str(error)) from error


class DayField(forms.DateField):
    """A day of the Gregorian calendar, `YYYY-MM-DD`."""

    api_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        super().__init__(**kwargs)
        self.validators += [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class AmountField(forms.Field):
    """An amount of money with two decimals, typed in the form of any of our languages."""

    api_type = "decimal"
    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values:
            return None
        if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
            raise ValidationError(_("This must be an amount."))
        try:
            amount = parse_amount(str(value), language=get_language())
        except BadText as error:
            raise ValidationError(str(error)) from error
        if amount < 0 or amount >= Decimal(10) ** 14:
            raise ValidationError(_("An amount is between 0 and 99 999 999 999 999."))
        if amount >= TOO_LARGE_FOR_CENTS and amount % 1:
            raise ValidationError(_("An amount this large is without decimals."))
        return amount.quantize(Decimal("0.01"))
