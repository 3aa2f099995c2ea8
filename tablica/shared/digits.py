"""Numbers written by the program in the digits of the reader's language.

A library of template filters known to every template. What people typed stays as they typed it.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import get_language

register = template.Library()
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def in_digits(text: str, language: str | None = None) -> str:
    """`text` with its digits as `language`, or else the reader's, writes them."""
    spoken = language or get_language() or "en"
    return text.translate(PERSIAN) if spoken.split("-")[0] == "fa" else text


class Count(int):
    """A number that writes itself in the reader's digits, and still counts for a plural."""

    def __str__(self) -> str:
        return in_digits(int.__repr__(self))


@register.filter
def digits(value: Any) -> Any:
    """A number, or a text of the program, in the reader's digits: `{{ rows|length|digits }}`.

    A number stays one, so that `{% blocktranslate count n=rows|length|digits %}` finds its form.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Count(value)
    return in_digits(str(value)) if value is not None else ""
