"""Sorting records and going on from one of them, whatever they are sorted by."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import DateField, DecimalField, F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tablica.api.problems import bad_parameter
from tablica.records.forms import RecordChoice
from tablica.records.kinds import Kind
from tablica.records.models import Record
from tablica.shared.paging import BadCursor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
_BROKEN = re.compile(r"[\0\ud800-\udfff]")
NAMES = {
    "touched": "touched_at",
    "touched_at": "touched_at",
    "created": "created_at",
    "created_at": "created_at",
    "title": "title",
}


@dataclass(frozen=True)
class Order:
    """An order of records: by a value that is never null, then by number."""

    name: str
    by: Combinable
    down: bool
    read: Callable[[Any], Any]
    say: Callable[[Any], Any]

    def apply(self, records: QuerySet[Record]) -> QuerySet[Record]:
        """The records in this order, each with its value as `sorted_by`."""
        way = "-" if self.down else ""
        return records.annotate(sorted_by=self.by).order_by(f"{way}sorted_by", f"{way}pk")


@dataclass(frozen=True)
class Place:
    """A place in an order: the value and the number of the last record shown."""

    value: Any
    number: int

    @classmethod
    def of(cls, record: Record) -> Place:
        """The place of a record that came through `Order.apply`."""
        return cls(record.sorted_by, record.pk)  # type: ignore[attr-defined]

    def encode(self, order: Order) -> str:
        """As text for an address; good for the same order only."""
        said = json.dumps([order.name, order.say(self.value), self.number])
        return base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, encoded: str, order: Order) -> Place:
        """The place that was encoded for this order. Raises `BadCursor` for all else."""
        try:
            raw = encoded.encode("ascii")
            said = json.loads(base64.b64decode(raw + b"=" * (-len(raw) % 4), b"-_", validate=True))
            name, value, number = said
            if name != order.name or type(number) is not int or not 0 < number < 2**63:
                raise BadCursor
            return cls(order.read(value), number)
        except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError):
            raise BadCursor from None


def after(records: QuerySet[Record], order: Order, place: Place | None) -> QuerySet[Record]:
    """Only the records that come after `place`."""
    if place is None:
        return records
    way = "lt" if order.down else "gt"
    return records.filter(
        Q(**{f"sorted_by__{way}": place.value}) | Q(**{f"pk__{way}": place.number}),
        **{f"sorted_by__{way}e": place.value},
    )


def order_named(said: str, kind: Kind | None, own: Collection[str]) -> Order:
    """The order of this name: `title`, `touched`, `created` or an `own` field; `-` turns it."""
    name, down = said.removeprefix("-"), said.startswith("-")
    if name in NAMES:
        column = NAMES[name]
        read, say = (_text, str) if column == "title" else (_time, _ticks)
        return Order(f"{'-' if down else ''}{column}", F(column), down, read, say)
    field = kind.form_class().base_fields.get(name) if kind and name in own else None
    column = f"{kind.model._meta.model_name}__{name}" if kind else ""
    api_type = str(getattr(field, "api_type", "text"))
    is_other = isinstance(field, (forms.ModelChoiceField, RecordChoice)) or api_type == "audience"
    if field is None or is_other:
        raise bad_parameter("sort", _("Records cannot be sorted by this."))
    if api_type == "decimal":
        amounts = DecimalField(max_digits=16, decimal_places=2)
        lowest = Coalesce(F(column), Value(Decimal(-1)), output_field=amounts)
        return Order(said, lowest, down, _amount, str)
    if api_type == "date":
        first = Coalesce(F(column), Value(date.min), output_field=DateField())
        return Order(said, first, down, lambda v: date.fromisoformat(_text(v)), date.isoformat)
    return Order(said, F(column), down, _text, str)


def _text(value: Any) -> str:
    if not isinstance(value, str) or _BROKEN.search(value):
        raise BadCursor
    return value


def _amount(value: Any) -> Decimal:
    amount = Decimal(_text(value))
    if not amount.is_finite() or abs(amount.adjusted()) > 20:
        raise BadCursor
    return amount


def _time(value: Any) -> datetime:
    if type(value) is not int:
        raise BadCursor
    return EPOCH + value * TICK


def _ticks(value: datetime) -> int:
    return (value - EPOCH) // TICK
