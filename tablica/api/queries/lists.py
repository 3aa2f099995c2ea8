"""Lists of records: filtered by any field of their kind, sorted, page by page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.api.problems import bad_parameter, only_parameters
from tablica.api.queries.cursors import Order, Place, after, order_named
from tablica.api.queries.records import own_fields
from tablica.records.forms import RecordChoice, choices_of
from tablica.records.kinds import Kind, UnknownKind, kind_named
from tablica.records.models import Record
from tablica.records.tags import tag_key
from tablica.search.queries import records_containing

GENERAL = ("kind", "q", "owner", "team", "tag", "title", "sort", "limit", "cursor")
_WHOLE = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class RecordPage:
    """A page of records and where the following one begins."""

    records: list[Record]
    next: str | None


def record_page(user: User, wanted: Mapping[str, str], *, limit: int) -> RecordPage:
    """A page of the records that `user` may see, as the address asks for them.

    Raises `Problem` 400 naming the parameter that makes no sense.
    """
    kind = _kind(wanted["kind"]) if "kind" in wanted else None
    own = set(own_fields(user, kind)) if kind else set()
    only_parameters(wanted, {*GENERAL, *own})
    records = Record.objects.visible_to(user).filter(_general(user, wanted))
    if kind is not None:
        records = records.of_kind(kind.name)
        for name in sorted(own & set(wanted)):
            records = records.filter(_by_field(user, kind, name, wanted[name]))
    order = order_named(wanted.get("sort") or "-touched", kind, own)
    place = Place.decode(wanted["cursor"], order) if wanted.get("cursor") else None
    return _page(records, order, place, limit)


def _page(records: QuerySet[Record], order: Order, place: Place | None, limit: int) -> RecordPage:
    sorted_ = order.apply(records).select_related("owner", "team", "audience")
    found = list(after(sorted_, order, place)[: limit + 1])
    if len(found) <= limit:
        return RecordPage(found, None)
    return RecordPage(found[:limit], Place.of(found[limit - 1]).encode(order))


def _kind(name: str) -> Kind:
    try:
        return kind_named(name)
    except UnknownKind:
        raise bad_parameter("kind", _("There is no such kind.")) from None


def _general(user: User, wanted: Mapping[str, str]) -> Q:
    found = Q()
    for name in ("owner", "team"):
        if name in wanted:
            found &= Q(**{name: _number(name, wanted[name])})
    if "title" in wanted:
        found &= _same_text("title", wanted["title"])
    if "tag" in wanted:
        found &= Q(tags__key=tag_key(wanted["tag"]))
    if wanted.get("q", "").strip():
        found &= records_containing(user, wanted["q"].strip()[:500])
    return found


def _number(name: str, said: str) -> int | None:
    """A number of ours; nothing said means: none is set."""
    if said and not _WHOLE.fullmatch(said):
        raise bad_parameter(name, _("This is no number of ours."))
    return int(said) if said else None


def _by_field(user: User, kind: Kind, name: str, said: str) -> Q:
    """The filter for records whose field is this; an empty value finds those without."""
    field = kind.form_class().base_fields[name]
    path = f"{kind.model._meta.model_name}__{name}"
    if isinstance(field, RecordChoice):
        return _related(user, kind, field, name, said)
    if isinstance(field, forms.ChoiceField):
        key = getattr(field, "to_field_name", None)
        if said not in {value for value, _label in choices_of(field)} | {""}:
            raise bad_parameter(name, _("There is no such choice."))
        return Q(**{f"{path}__{key}" if key else path: said})
    reader = _READERS.get(str(getattr(field, "api_type", "text")))
    if reader is None:
        return _same_text(path, said)
    return Q(**{path: _read(reader, name, said)})


def _related(user: User, kind: Kind, field: RecordChoice, name: str, said: str) -> Q:
    """One related record, or none; one that `user` may not see is as if it were not there."""
    number = _number(name, said)
    seen = Record.objects.visible_to(user).of_kind(field.kind)
    if number is not None:
        seen = seen.filter(pk=number)
    bodies = kind.model.objects.unguarded(reason="their records are filtered by rights")
    related = Q(pk__in=bodies.filter(**{f"{name}__in": seen.values("pk")}).values("pk"))
    return ~related if number is None else related


def _same_text(path: str, said: str) -> Q:
    """The same text, in capitals or not: both engines' own comparison knows Latin letters only."""
    return Q(**{f"{path}__iregex": rf"\A{re.escape(said)}\Z"}) if said else Q(**{path: ""})


def _read(reader: Callable[[str], object], name: str, said: str) -> object:
    try:
        return reader(said) if said else None
    except (ValueError, InvalidOperation):
        raise bad_parameter(name) from None


def _amount(said: str) -> Decimal:
    amount = Decimal(said)
    if not amount.is_finite() or abs(amount.adjusted()) > 20:
        raise ValueError(said)
    return amount


_READERS: dict[str, Callable[[str], object]] = {"decimal": _amount, "date": date.fromisoformat}
