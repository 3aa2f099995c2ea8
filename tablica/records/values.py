"""The values of a record's fields in the raw form that JSON, history and the API share."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models

from tablica.records.models import Audience, RecordModel

Raw: TypeAlias = str | int | bool | list[int] | dict[str, list[int]] | None

OWNERSHIP = ("title", "owner", "team", "audience")


def raw(value: Any) -> Raw:
    """`value` as JSON can hold it: numbers of records and people, ISO dates, decimal strings.

    A model with a `raw_value` is known by that (a stage by its slug).
    """
    if isinstance(value, Audience):
        return raw_audience(value)
    if isinstance(value, models.Model):
        return str(value.raw_value) if hasattr(value, "raw_value") else int(value.pk)
    if isinstance(value, (list, tuple, models.QuerySet)):
        return sorted(int(v.pk) for v in value)
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, bool)):
        return value
    raise TypeError(f"{type(value).__name__} has no raw form")


def raw_audience(audience: Audience) -> Raw:
    """`everyone`, `team`, `me`, or the numbers of the people and teams."""
    if audience.type != Audience.Type.NAMED:
        return audience.type
    return {
        "people": sorted(person.pk for person in audience.people.all()),
        "teams": sorted(team.pk for team in audience.teams.all()),
    }


def read_value(body: RecordModel, name: str) -> Any:
    """The present value of a field, wherever it lives; related records as a list."""
    if name in OWNERSHIP:
        return getattr(body.record, name)
    field = type(body)._meta.get_field(name)
    if field.many_to_many:
        read_before = body.__dict__.get("_many", {})
        if name in read_before:
            return read_before[name]
        joined = _joins(body, field).values(field.m2m_reverse_field_name())  # type: ignore[union-attr]
        related: Any = field.related_model
        return list(
            related.objects.unguarded(reason="raw values; whoever shows them filters")
            .filter(pk__in=joined)
            .select_related("record")
        )
    return getattr(body, name)


def set_many(body: RecordModel, name: str, chosen: list[RecordModel]) -> None:
    """Relate `body` by this field to exactly the `chosen` bodies."""
    field: Any = type(body)._meta.get_field(name)
    source, target = field.m2m_field_name(), field.m2m_reverse_field_name()
    joins = _joins(body, field)
    wanted = {other.pk for other in chosen}
    joins.exclude(**{f"{target}__in": wanted}).delete()
    have = set(joins.values_list(target, flat=True))
    through = field.remote_field.through
    through.objects.bulk_create(
        through(**{f"{source}_id": body.pk, f"{target}_id": pk}) for pk in sorted(wanted - have)
    )


def _joins(body: RecordModel, field: Any) -> Any:
    """The rows that join `body` to others by a many-to-many field."""
    return field.remote_field.through.objects.filter(**{field.m2m_field_name(): body.pk})
