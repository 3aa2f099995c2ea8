"""Numbers in the digits of the reader's language, and names that keep to their own direction.

A library of template filters known to every template. What people typed stays as they typed it.
"""

from __future__ import annotations

from typing import Any
from unicodedata import bidirectional

from django import template
from django.utils.translation import get_language

register = template.Library()
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
FROM_RIGHT = {"R", "AL"}
ISOLATED = "\N{FIRST STRONG ISOLATE}%s\N{POP DIRECTIONAL ISOLATE}"


def in_digits(text: str, language: str | None = None) -> str:
    """`text` with its digits as `language`, or else the reader's, writes them."""
    return text.translate(PERSIAN) if _is_persian(language) else text


def isolated(name: str, language: str | None = None) -> str:
    """`name` as part of a sentence in `language`, or else the reader's.

    In a sentence that runs the other way it would pull digits and marks beside it along; there it
    gets invisible bounds. In HTML of our own `<bdi>` does the same.
    """
    against = {"L"} if _is_persian(language) else FROM_RIGHT
    return ISOLATED % name if any(bidirectional(sign) in against for sign in name) else name


def _is_persian(language: str | None) -> bool:
    return (language or get_language() or "en").split("-")[0] == "fa"


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


@register.filter
def isolate(name: Any) -> str:
    """A name within a sentence: `{% blocktranslate with name=person.name|isolate %}`."""
    return isolated(str(name)) if name is not None else ""
