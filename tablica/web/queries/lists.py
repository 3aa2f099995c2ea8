"""Lists of records of one kind: filtered, sorted, by keyset, with their columns in words."""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from tablica.accounts.models import User
from tablica.records.fields import AmountField
from tablica.records.kinds import Kind, Text
from tablica.records.models import Record, RecordModel
from tablica.records.rules import hidden_fields
from tablica.records.showing import Names, field_of, label_of, names_for, numbers_in
from tablica.records.tags import tag_key
from tablica.records.values import Raw, raw, read_value
from tablica.search.queries import records_containing
from tablica.web.queries.cells import in_words

PAGE = 50
SORTS = {"touched": "touched_at", "title": "title", "created": "created_at"}


@dataclass(frozen=True)
class Wanted:
    """What a reader wants of a list. `choices` maps choice fields of the kind to a value."""

    q: str = ""
    owner: int | None = None
    tag: str = ""
    sort: str = "-touched"
    choices: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, user: User, kind: Kind, data: Mapping[str, str]) -> Wanted:
        """What the address says; anything that makes no sense is as if it were not there."""
        owner = data.get("owner", "")
        sort = data.get("sort", "")
        fields = choice_fields(user, kind)
        return cls(
            q=data.get("q", "").strip()[:500],
            owner=int(owner) if owner.isdecimal() and len(owner) < 19 else None,
            tag=data.get("tag", "").strip()[:60],
            sort=sort if sort.removeprefix("-") in SORTS else "-touched",
            choices={name: data[name] for name in fields if data.get(name)},
        )

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(self.q or self.owner or self.tag or self.choices)

    def values(self) -> dict[str, str]:
        """The same as parts of an address."""
        said = {"q": self.q, "owner": str(self.owner or ""), "tag": self.tag, **self.choices}
        said["sort"] = "" if self.sort == "-touched" else self.sort
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True)
class Column:
    """A column of a list: its title, and whether it holds amounts, which are never cut short."""

    label: Text
    is_amount: bool


@dataclass(frozen=True)
class Cell:
    """What a record says in one column; with an icon where a sign stands for the value."""

    text: Text
    is_amount: bool
    icon: str = ""


@dataclass(frozen=True)
class Row:
    """One record in a list, its columns in words."""

    record: Record
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class ListPage:
    """One page of a list; `next` is the cursor of the following one, empty at the end."""

    rows: list[Row]
    next: str


def choice_fields(user: User, kind: Kind) -> dict[str, forms.ChoiceField]:
    """The fields of a kind that `user` can filter by choosing."""
    fields = kind.form_class().base_fields
    left_out = {"owner", "team", "currency", "country", "language"} | hidden_fields(user, kind.name)
    return {
        name: found
        for name, found in fields.items()
        if isinstance(found, forms.ChoiceField) and name not in left_out
    }


def list_page(user: User, kind: Kind, wanted: Wanted, after: str = "") -> ListPage:
    """One page of the records of `kind` that `user` may see."""
    name = SORTS[wanted.sort.removeprefix("-")]
    down = wanted.sort.startswith("-")
    records = _after(records_wanted(user, kind, wanted), name, after, down=down)
    found = list(records.select_related("owner")[: PAGE + 1])
    page = found[:PAGE]
    rows = _rows(user, kind, page)
    return ListPage(rows, _cursor(page[-1], name) if len(found) > PAGE else "")


def records_wanted(user: User, kind: Kind, wanted: Wanted) -> QuerySet[Record]:
    """All of a list that `user` may see, in its order."""
    records: QuerySet[Record] = Record.objects.visible_to(user).of_kind(kind.name)
    name = SORTS[wanted.sort.removeprefix("-")]
    order = (f"-{name}", "-pk") if wanted.sort.startswith("-") else (name, "pk")
    return records.filter(_q(user, kind, wanted)).order_by(*order)


def _q(user: User, kind: Kind, wanted: Wanted) -> Q:
    found = Q()
    if wanted.owner:
        found &= Q(owner=wanted.owner)
    if wanted.tag:
        found &= Q(tags__key=tag_key(wanted.tag))
    if wanted.q:
        found &= records_containing(user, wanted.q)
    for name, value in wanted.choices.items():
        choice = choice_fields(user, kind)[name]
        key = getattr(choice, "to_field_name", None)
        found &= Q(**{f"{kind.name}__{name}{f'__{key}' if key else ''}": value})
    return found


def _after(records: QuerySet[Record], name: str, after: str, *, down: bool) -> QuerySet[Record]:
    """Only what comes after the cursor, by time or title and then by number."""
    place = _read(after, name)
    if place is None:
        return records
    value, number = place
    way = "lt" if down else "gt"
    return records.filter(
        Q(**{f"{name}__{way}": value}) | Q(**{f"pk__{way}": number}), **{f"{name}__{way}e": value}
    )


def _cursor(record: Record, name: str) -> str:
    value = getattr(record, name)
    said = json.dumps([value.isoformat() if isinstance(value, datetime) else value, record.pk])
    return base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()


def _read(after: str, name: str) -> tuple[Any, int] | None:
    if not after:
        return None
    try:
        padded = after.encode() + b"=" * (-len(after) % 4)
        value, number = json.loads(base64.urlsafe_b64decode(padded))
        place = _moment(value) if name != "title" else _title(value)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return (place, number) if isinstance(number, int) and abs(number) < 2**63 else None


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)


def _title(value: object) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    return value.encode().decode()  # halves of characters raise ValueError


def _rows(user: User, kind: Kind, records: Sequence[Record]) -> list[Row]:
    shown, hidden = _shown(user, kind), hidden_fields(user, kind.name)
    bodies = bodies_of(kind, records, shown)
    values = {
        body.pk: {name: raw(read_value(body, name)) for name in shown} for body in bodies.values()
    }
    wanted: dict[str, set[int]] = {}
    for row in values.values():
        for name, value in row.items():
            for what, numbers in numbers_in(kind.name, name, value).items():
                wanted.setdefault(what, set()).update(numbers)
    names = names_for(user, **wanted)
    return [
        Row(
            r,
            kind.url_of(r.pk),
            [_cell(kind, bodies[r.pk], n, values[r.pk][n], names, hidden) for n in shown],
        )
        for r in records
        if r.pk in values
    ]


def _shown(user: User, kind: Kind) -> list[str]:
    """The columns of a kind that are there for `user`."""
    hidden = hidden_fields(user, kind.name)
    return [name for name in kind.columns if name not in hidden]


def _cell(
    kind: Kind, body: RecordModel, name: str, value: Raw, names: Names, hidden: Collection[str]
) -> Cell:
    sign = kind.sign(body, name)
    if sign and sign.tells not in hidden:
        return Cell(sign.text, is_amount=False, icon=sign.icon)
    return Cell(in_words(kind, body, name, value, names, hidden), _is_amount(kind, name))


def _is_amount(kind: Kind, name: str) -> bool:
    return isinstance(field_of(kind.name, name), AmountField)


def bodies_of(
    kind: Kind, records: Sequence[Record], columns: Sequence[str]
) -> dict[int, RecordModel]:
    """The bodies of records the reader may see, with what these columns name, in few queries."""
    by_id = {record.pk: record for record in records}
    found = kind.model.objects.unguarded(reason="bodies of visible records").filter(pk__in=by_id)
    meta = kind.model._meta
    joined = [n for n in columns if meta.get_field(n).many_to_one]
    many = [n for n in columns if meta.get_field(n).many_to_many]
    bodies = found.select_related(*joined) if joined else found
    result = {}
    for body in bodies:
        body.record = by_id[body.pk]
        result[body.pk] = body
    for name in many:
        _prefetch(kind, name, result)
    return result


def _prefetch(kind: Kind, name: str, bodies: Mapping[int, RecordModel]) -> None:
    """Read the related numbers of all bodies at once; `read_value` finds them there."""
    through: Any = kind.model._meta.get_field(name)
    source, target = through.m2m_field_name(), through.m2m_reverse_field_name()
    related: dict[int, list[Any]] = {pk: [] for pk in bodies}
    pairs = through.remote_field.through.objects.filter(**{f"{source}__in": bodies})
    for one, other in pairs.order_by("pk").values_list(source, target):
        related[one].append(through.related_model(pk=other))
    for pk, body in bodies.items():
        body.__dict__.setdefault("_many", {})[name] = related[pk]


def columns_of(user: User, kind: Kind) -> list[Column]:
    """The columns beside the name that are there for `user`, in their order."""
    return [Column(label_of(kind.name, n), _is_amount(kind, n)) for n in _shown(user, kind)]
