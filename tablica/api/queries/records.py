"""Records as the API gives them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Model, prefetch_related_objects
from pydantic import JsonValue

from tablica.accounts.models import Team, User
from tablica.api.shapes import AudienceShape, Circle, Named, RecordLink, RecordShape
from tablica.records.kinds import Kind, kind_named
from tablica.records.models import Audience, Record, RecordModel, RecordTag
from tablica.records.rules import hidden_fields, visible_q
from tablica.records.values import OWNERSHIP, raw, raw_audience
from tablica.shared.errors import Hidden
from tablica.wall.models import Follow

SHOWN = "the records are the reader's"


def visible_record(user: User, record_id: int) -> Record:
    """The record of this number, or `Hidden`."""
    record = Record.objects.visible_to(user).filter(pk=record_id).first()
    if record is None:
        raise Hidden
    return record


def one_record(user: User, record_id: int) -> RecordShape:
    """One record as `user` sees it, or `Hidden`."""
    found = Record.objects.visible_to(user).filter(pk=record_id)
    shapes = record_shapes(user, list(found.select_related("owner", "team", "audience")))
    if not shapes:
        raise Hidden
    return shapes[0]


def record_shapes(user: User, records: Sequence[Record]) -> list[RecordShape]:
    """These records (already the reader's, with owner, team and audience at hand)."""
    numbers = [record.pk for record in records]
    values = _values(user, records)
    circles = circle_shapes(record.audience for record in records)
    tags = _tags(numbers)
    followed = set(
        Follow.objects.filter(user=user, record__in=numbers)
        .exclude(mode=Follow.Mode.MUTED)
        .values_list("record_id", flat=True)
    )
    return [
        RecordShape(
            id=record.pk,
            kind=record.kind,
            title=record.title,
            fields=values[record.pk],
            owner=named(record.owner),
            team=named(record.team),
            audience=circles[record.audience.pk],
            tags=tags[record.pk],
            followed=record.pk in followed,
            version=record.version,
            created_at=record.created_at,
            touched_at=record.touched_at,
            url=kind_named(record.kind).url_of(record.pk),
        )
        for record in records
    ]


def named(one: User | Team | None) -> Named | None:
    """A colleague or team by name."""
    return None if one is None else Named(id=one.pk, name=one.name)


def link(record: Record) -> RecordLink:
    """A record by its title."""
    return RecordLink(id=record.pk, kind=record.kind, title=record.title)


def circle_shapes(audiences: Iterable[Audience]) -> dict[int, AudienceShape]:
    """Who may read, by the number of the audience; two queries, none when nobody is named."""
    by_id = {audience.pk: audience for audience in audiences}
    some = [pk for pk, audience in by_id.items() if audience.type == Audience.Type.NAMED]
    if some:
        prefetch_related_objects([by_id[pk] for pk in some], "people", "teams")
    return {pk: _circle(raw_audience(audience)) for pk, audience in by_id.items()}


def _circle(value: Any) -> AudienceShape:
    return Circle(**value) if isinstance(value, dict) else value


def _tags(numbers: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    links = RecordTag.objects.filter(record__in=numbers).order_by("tag__key")
    for number, name in links.values_list("record_id", "tag__name"):
        found[number].append(name)
    return found


def _values(user: User, records: Sequence[Record]) -> dict[int, dict[str, JsonValue]]:
    """The raw values of the fields, by record; related records only where `user` sees them."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record.pk)
    values: dict[int, dict[str, JsonValue]] = {}
    for name, numbers in by_kind.items():
        values |= _values_of_kind(user, kind_named(name), numbers)
    return values


def own_fields(user: User, kind: Kind) -> list[str]:
    """The names of the kind's own fields that are there for `user`, in order."""
    left_out = hidden_fields(user, kind.name).union(OWNERSHIP)
    return [name for name in kind.form_class().base_fields if name not in left_out]


def _values_of_kind(user: User, kind: Kind, numbers: list[int]) -> dict[int, dict[str, JsonValue]]:
    names = own_fields(user, kind)
    fields: dict[str, Any] = {name: kind.model._meta.get_field(name) for name in names}
    many = {n: _many(user, f, numbers) for n, f in fields.items() if f.many_to_many}
    ones = {n for n, f in fields.items() if f.many_to_one and _is_record(f.related_model)}
    others = [n for n, f in fields.items() if f.many_to_one and n not in ones]
    rows = kind.model.objects.unguarded(reason=SHOWN).filter(pk__in=numbers)
    bodies = list(rows.select_related(*others) if others else rows)
    seen = _seen(user, [getattr(body, f"{n}_id") for n in ones for body in bodies])
    values: dict[int, dict[str, JsonValue]] = {}
    for body in bodies:
        said: dict[str, Any] = {}
        for name in names:
            if name in many:
                said[name] = many[name][body.pk]
            elif name in ones:
                number = getattr(body, f"{name}_id")
                said[name] = number if number in seen else None
            else:
                said[name] = raw(getattr(body, name))
        values[body.pk] = said
    return values


def _is_record(model: type[Model]) -> bool:
    return issubclass(model, RecordModel)


def _many(user: User, field: Any, numbers: list[int]) -> dict[int, list[int]]:
    """The visible records that a many-to-many field joins to each of these."""
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    joined = field.remote_field.through.objects.filter(
        visible_q(user, f"{target}__record__"),
        **{f"{source}__in": numbers, f"{target}__record__trashed_at": None},
    )
    found: dict[int, list[int]] = defaultdict(list)
    for one, other in joined.order_by(target).values_list(source, target):
        found[one].append(other)
    return found


def _seen(user: User, numbers: Iterable[int | None]) -> set[int]:
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return set()
    return set(Record.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
