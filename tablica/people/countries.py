"""The countries of the world in the reader's language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language


def countries() -> list[tuple[str, str]]:
    """ISO 3166 codes with names, by name in the reader's language; the first choice is none."""
    return _countries((get_language() or "en").split("-")[0])


@lru_cache(maxsize=8)
def _countries(language: str) -> list[tuple[str, str]]:
    names = Locale.parse(language).territories
    known = [(c, n) for c, n in names.items() if len(c) == 2 and c.isalpha() and c not in _NOT_ONE]
    return [("", "—"), *sorted(known, key=lambda pair: pair[1])]


_NOT_ONE = {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
