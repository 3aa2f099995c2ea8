"""The profile of a record: its fields in words, what it is related to, who follows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tablica.accounts.models import User
from tablica.records.forms import RecordChoice
from tablica.records.kinds import Kind, Text, kind_named
from tablica.records.models import Record, RecordModel, Tag
from tablica.records.rules import hidden_fields, sealed_fields, withheld
from tablica.records.showing import (
    Link,
    Names,
    field_of,
    label_of,
    names_for,
    numbers_in,
)
from tablica.records.values import Raw, raw, read_value
from tablica.wall.models import Follow
from tablica.wall.queries.context import Related
from tablica.web.queries.cells import in_words

LEFT_OUT = {"title", "currency"}
ON_THE_WAY = {"outcome", "outcome_reason", "stage"}
"""What the way of a deal tells above the facts; to whom it tells nothing, the facts do."""
NEAR = 6


@dataclass(frozen=True)
class FieldRow:
    """One field of a profile: its value in words, or the records it leads to.

    `fixed` when it is not for the reader to change, whatever else they may edit.
    """

    name: str
    label: Text
    type: str
    text: str
    value: Raw
    links: list[Link] = field(default_factory=list)
    person: User | None = None
    fixed: bool = False


@dataclass(frozen=True)
class NearRow:
    """A related record beside the wall."""

    link: Link
    about: str


@dataclass(frozen=True)
class Panel:
    """The related records of one relation; `count` is all of them, `rows` the latest few.

    `add_field` is the field that relates a new one to this record; empty where none can be added.
    """

    related: Related
    rows: list[NearRow]
    count: int
    path: str
    add_field: str


def body_for(user: User, kind: str, record_id: int) -> RecordModel | None:
    """The body of a record of this kind, when `user` may see it."""
    found = kind_named(kind).model.objects.visible_to(user).filter(pk=record_id)
    return found.select_related("record__owner", "record__team", "record__audience").first()


def field_rows(user: User, kind: Kind, body: RecordModel, *only: str) -> list[FieldRow]:
    """The fields of a record in the order of its form, or those named in `only`."""
    form = kind.form_class()
    hidden = hidden_fields(user, kind.name)
    left_out = LEFT_OUT | hidden | (set() if ON_THE_WAY & hidden else ON_THE_WAY)
    names = [n for n in form.base_fields if (n in only if only else n not in left_out)]
    ordered = [n for n in names if n not in ("owner", "team", "audience")]
    ordered += [n for n in ("owner", "team", "audience") if n in names]
    values: dict[str, Raw] = {name: raw(read_value(body, name)) for name in ordered}
    wanted: dict[str, set[int]] = {}
    for name, value in values.items():
        for what, numbers in numbers_in(kind.name, name, value).items():
            wanted.setdefault(what, set()).update(numbers)
    record = body.record
    came_along = Names(
        people={record.owner.pk: record.owner} if record.owner else {},
        teams={record.team.pk: record.team.name} if record.team else {},
    )
    said = names_for(user, came_along, **wanted)
    fixed = withheld(user, record)
    return [
        _field_row(kind, body, name, values[name], said, hidden, fixed=name in fixed)
        for name in ordered
    ]


def fixed_rows(user: User, kind: Kind, body: RecordModel) -> list[FieldRow]:
    """The fields of a record that the reader's role lets them read and not set."""
    fixed = sealed_fields(user, kind.name) - hidden_fields(user, kind.name)
    return field_rows(user, kind, body, *fixed) if fixed else []


def _field_row(
    kind: Kind,
    body: RecordModel,
    name: str,
    value: Raw,
    names: Names,
    hidden: Collection[str],
    *,
    fixed: bool,
) -> FieldRow:
    form_field = field_of(kind.name, name)
    links: list[Link] = []
    if isinstance(form_field, RecordChoice):
        numbers = value if isinstance(value, list) else [value]
        links = [names.records[n] for n in numbers if isinstance(n, int) and n in names.records]
    text = in_words(kind, body, name, value, names, hidden)
    person = names.people.get(value) if name == "owner" and isinstance(value, int) else None
    kind_of_field = getattr(form_field, "api_type", "text")
    return FieldRow(
        name, label_of(kind.name, name), kind_of_field, text, value, links, person, fixed
    )


def panels(user: User, related: list[Related]) -> list[Panel]:
    """The latest few of each relation with a line about each; a query per relation."""
    drawn = []
    for one in related:
        shown = one.ids[:NEAR]
        kind = kind_named(one.relation.kind)
        about = kind.describe(shown, hidden_fields(user, kind.name)) if shown else {}
        rows = [
            NearRow(Link(pk, kind.name, one.titles[pk], kind.url_of(pk)), about.get(pk, ""))
            for pk in shown
        ]
        add_field = one.relation.add_field
        sealed = add_field in sealed_fields(user, kind.name)
        drawn.append(Panel(one, rows, len(one.ids), kind.path, "" if sealed else add_field))
    return drawn


def followers(record: Record) -> list[User]:
    """Who follows this record, muted ones aside."""
    follows = Follow.objects.filter(record=record).exclude(mode=Follow.Mode.MUTED)
    people = follows.select_related("user").filter(user__deactivated_at=None)
    return [follow.user for follow in people.order_by("pk")[:30]]


def tags_of(record: Record) -> list[Tag]:
    """The tags of a record."""
    return list(record.tags.all())


def followed_by(user: User, limit: int = 8) -> list[Link]:
    """The records `user` follows and may see, the most recently touched first."""
    follows = Follow.objects.filter(user=user).exclude(mode=Follow.Mode.MUTED)
    rows: Any = (
        Record.objects.visible_to(user)
        .filter(pk__in=follows.values("record"))
        .order_by("-touched_at", "-pk")
        .values_list("pk", "kind", "title")[:limit]
    )
    links = [Link(pk, kind, title, kind_named(kind).url_of(pk)) for pk, kind, title in rows]
    Record.note_read(link.id for link in links)
    return links
