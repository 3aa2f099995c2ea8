"""What a field of a record says in a list or on its profile."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from django.utils.translation import get_language

from tablica.records.kinds import Kind
from tablica.records.models import RecordModel
from tablica.records.showing import HiddenValue, Names, show
from tablica.records.values import Raw
from tablica.shared.money import format_money


def in_words(
    kind: Kind,
    body: RecordModel,
    name: str,
    value: Raw,
    names: Names,
    hidden: Collection[str] = (),
) -> str:
    """A value in words, an amount with its currency; empty when there is nothing to be seen.

    `hidden` are the fields of which nothing may be told beside it.
    """
    if value in (None, "", []):
        return ""
    has_currency = name == "amount" and "currency" not in hidden
    currency = getattr(body, "currency", "") if has_currency else ""
    if currency:
        return format_money(Decimal(str(value)), currency, get_language() or "en")
    try:
        return show(kind.name, name, value, names)
    except HiddenValue:
        return ""
