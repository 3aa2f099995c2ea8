"""The lives of records as their walls tell them: added, changed, thrown away, restored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records import commands as records
from tablica.records.kinds import kind_named
from tablica.records.models import Record, RecordModel
from tablica.records.tags import make_tags
from tablica.shared.text.merging import Keep
from tablica.shared.trail import commands as trail
from tablica.wall.commands.entries import tell
from tablica.wall.commands.follows import follow_by_itself
from tablica.wall.models import Follow
from tablica.wall.signals import is_quiet

READERS = ("owner", "team", "audience")
"""What decides who reads a record."""


@transaction.atomic
def create_record(
    kind: str, *, by: User, values: Mapping[str, Any], tags: Iterable[str] = ()
) -> RecordModel:
    """Add a record, tell its wall, and let its owner and `by` follow it as they have chosen."""
    body = records.create_record(kind, by=by, values=values)
    names = list(tags)
    if names:
        records.set_tags(body.record, make_tags(names, by=by))
    tell(body.record, "created", by=by)
    _let_owner_follow(body.record)
    follow_by_itself(body.record, by, Follow.Why.CREATE)
    return body


@transaction.atomic
def change_record(
    record_id: int,
    *,
    by: User,
    values: Mapping[str, Any],
    version: int | None,
    strict: bool = False,
    keep: Keep = "",
) -> RecordModel:
    """Change a record; all fields of one save are told in one entry. Nothing changed, none told."""
    body, changes = records.change_record(
        record_id, by=by, values=values, version=version, strict=strict, keep=keep
    )
    if changes:
        tell_changes(body.record, changes, by=by)
    if "owner" in changes:
        _let_owner_follow(body.record)
    rights = {name: changes[name] for name in READERS if name in changes}
    if rights and not is_quiet():
        trail.note("readers changed", by=by.pk, about=f"record {record_id}", changes=rights)
    return body


def _let_owner_follow(record: Record) -> None:
    if record.owner is not None:
        follow_by_itself(record, record.owner, Follow.Why.OWN)


def tell_changes(record: Record, changes: records.Changes, *, by: User | None) -> None:
    """Write what changed, from what to what, on the record's wall."""
    tell(
        record,
        kind_named(record.kind).change_type(changes),
        by=by,
        data={
            "changes": [{"field": n, "from": b, "to": a} for n, (b, a) in changes.items()],
            "version": record.version,
        },
    )


@transaction.atomic
def tag_record(
    record_id: int, *, by: User, tags: Iterable[str], version: int | None = None
) -> Record:
    """Give a record exactly the tags of these names."""
    record, _changed = records.tag_record(
        record_id, by=by, tags=make_tags(tags, by=by), version=version
    )
    return record


@transaction.atomic
def trash_record(record_id: int, *, by: User, version: int | None = None) -> Record:
    """Throw a record away for 30 days."""
    record = records.trash_record(record_id, by=by, version=version)
    tell(record, "trashed", by=by, at=timezone.now())
    return record


@transaction.atomic
def restore_record(record_id: int, *, by: User) -> Record:
    """Take a record out of the trash with everything that hangs on it."""
    record = records.restore_record(record_id, by=by)
    tell(record, "restored", by=by)
    return record
