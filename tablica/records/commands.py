"""Births, changes and burials of records: each one transaction, told to the wall by its caller.

These are the lower halves of `wall.lives`: they check the right, lock, compare the version, change
and keep the history. They write no entry, because walls are a floor above.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.merging import bring_together, changed_since
from tablica.records.models import Audience, Change, Record, RecordModel, RecordTag, Tag
from tablica.records.rules import hidden_fields, may, may_create, sealed_fields, withheld
from tablica.records.signals import text_changed
from tablica.records.values import OWNERSHIP, Raw, raw, read_value, set_many
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text.merging import Keep

Changes = dict[str, list[Raw]]


def lock_record(record_id: int, *, by: User, verb: str, trashed: bool = False) -> Record:
    """The record, locked until the transaction ends, when `by` may do `verb` on it.

    Raises `Hidden` when it is not there or not visible, `Refused` when seeing is all they may.
    """
    rows = Record.objects.unguarded(reason="checked two lines below").select_for_update()
    record = rows.filter(pk=record_id).first()
    if record is None or record.is_trashed is not trashed or not may(by, "view", record):
        raise Hidden
    if not may(by, verb, record):
        raise Refused(_("You may see this, but not change it."))
    return record


def body_of(record: Record) -> RecordModel:
    """The body of `record` in its kind, without another check."""
    model = kind_named(record.kind).model
    return (
        model.objects.unguarded(reason="body of a checked record")
        .select_related("record", "record__owner", "record__team", "record__audience")
        .get(pk=record.pk)
    )


@transaction.atomic
def create_record(
    kind_name: str, *, by: User, values: Mapping[str, Any], at: datetime | None = None
) -> RecordModel:
    """Add a record of this kind from clean `values`; `by` owns it unless another owner is named.

    Raises `Refused` when they name a field that is not for `by` to set.
    """
    kind = kind_named(kind_name)
    if not may_create(by, kind.name):
        raise Refused(_("You may not add this."))
    _refuse_withheld(sealed_fields(by, kind.name) & set(values))
    now = at or timezone.now()
    owner = values.get("owner", by)
    record = Record(
        kind=kind.name,
        title=values["title"],
        owner=owner,
        team=values.get("team"),
        audience=values.get("audience") or Audience.objects.get(key=kind.audience),
        created_at=now,
        created_by=by,
        touched_at=now,
    )
    if not may(by, "view", record):
        raise Refused(_("Then you could not see it yourself. Include yourself."))
    record.save(force_insert=True)
    plain, many = _split(kind.model, values)
    body = kind.model(record=record, **{n: v for n, v in plain.items() if v is not None})
    body.settle(set(plain), now)
    body.save(force_insert=True)
    for name, chosen in many.items():
        set_many(body, name, chosen)
    text_changed.send(None, records=[record.pk])
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
    at: datetime | None = None,
) -> tuple[RecordModel, Changes]:
    """Set clean `values`; returns the body and what really changed (`{field: [before, after]}`).

    Raises `Refused` when it touches what is `withheld` from them. A hidden field is refused also
    with the value that it has: else one could find that out by trying.

    `version` is the one the writer saw. When others have changed other fields since, both changes
    stand; when the same field (or with `strict` any), raises `Stale`, unless `keep` says to bring
    the two together and they can be. None: the writer just read.
    """
    record = lock_record(record_id, by=by, verb="edit")
    _refuse_withheld(hidden_fields(by, record.kind) & set(values))
    body = body_of(record)
    if version is not None and version != record.version:
        values, clashes = bring_together(body, changed_since(record, version), values, keep)
        if strict or version > record.version or clashes:
            raise Stale(
                _("Somebody else changed this meanwhile."),
                current=body,
                theirs=tuple(sorted(clashes)),
            )
    changes: Changes = {}
    for name, value in values.items():
        before, after = raw(read_value(body, name)), raw(value)
        if before != after:
            changes[name] = [before, after]
    if not changes:
        return body, {}
    _refuse_withheld(withheld(by, body.record) & set(changes))
    _apply(body, {n: values[n] for n in changes}, at=at or timezone.now())
    if not may(by, "view", body.record):
        raise Refused(_("Then you could not see it yourself. Include yourself."))
    keep_change(body.record, by=by, changes=changes, at=at or timezone.now())
    text_changed.send(None, records=[record.pk])
    return body, changes


def _refuse_withheld(names: Collection[str]) -> None:
    """Raise `Refused` when a change touches what is not for its writer to say."""
    if "owner" in names:
        raise Refused(_("Only the owner, a manager or an administrator may change whose this is."))
    if set(names) - set(OWNERSHIP):
        raise Refused(_("You may not change this field."))
    if names:
        raise Refused(_("Only the owner or an administrator may change who reads this."))


def keep_change(record: Record, *, by: User | None, changes: Changes, at: datetime) -> None:
    """Add one line to the record's history under its present version."""
    Change.objects.create(record=record, version=record.version, at=at, by=by, fields=changes)


def _apply(body: RecordModel, values: Mapping[str, Any], *, at: datetime) -> None:
    record = body.record
    for name in OWNERSHIP:
        if name in values:
            setattr(record, name, values[name])
    record.version += 1
    record.touched_at = max(record.touched_at, at)
    record.save()
    plain, many = _split(type(body), values)
    for name, value in plain.items():
        field = type(body)._meta.get_field(name)
        setattr(body, name, _empty_of(field) if value is None else value)
    if plain:
        body.save(update_fields=[*plain, *body.settle(set(plain), at)])
    for name, chosen in many.items():
        set_many(body, name, chosen)


def _empty_of(field: Any) -> Any:
    return None if field.null else field.get_default()


def _split(
    model: type[RecordModel], values: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    plain: dict[str, Any] = {}
    many: dict[str, Any] = {}
    for name, value in values.items():
        if name not in OWNERSHIP:
            target = many if model._meta.get_field(name).many_to_many else plain
            target[name] = value
    return plain, many


@transaction.atomic
def trash_record(record_id: int, *, by: User, version: int | None = None) -> Record:
    """Throw a record away for 30 days; everything on it stays as it is and comes back with it."""
    record = lock_record(record_id, by=by, verb="delete")
    check_version(record, version)
    record.trashed_at, record.trashed_by = timezone.now(), by
    record.version += 1
    record.save(update_fields=["trashed_at", "trashed_by", "version"])
    text_changed.send(None, records=[record.pk])
    return record


@transaction.atomic
def restore_record(record_id: int, *, by: User) -> Record:
    """Take a record out of the trash, as it was."""
    record = lock_record(record_id, by=by, verb="delete", trashed=True)
    record.trashed_at = record.trashed_by = None
    record.version += 1
    record.save(update_fields=["trashed_at", "trashed_by", "version"])
    text_changed.send(None, records=[record.pk])
    return record


def check_version(record: Record, version: int | None) -> None:
    """Raise `Stale` when the writer saw another version than is stored."""
    if version is not None and version != record.version:
        raise Stale(_("Somebody else changed this meanwhile."), current=body_of(record))


@transaction.atomic
def tag_record(
    record_id: int, *, by: User, tags: Iterable[Tag], version: int | None = None
) -> tuple[Record, list[str]]:
    """Give a record exactly these tags; returns the names that came and (with `-`) went.

    Counts as a change: the version grows when a tag came or went.
    """
    record = lock_record(record_id, by=by, verb="edit")
    check_version(record, version)
    changed = set_tags(record, tags)
    if changed:
        record.version += 1
        record.save(update_fields=["version"])
    return record, changed


def set_tags(record: Record, tags: Iterable[Tag]) -> list[str]:
    """The lower half of `tag_record`, for a record that is locked and checked."""
    before = {t.pk: t for t in record.tags.all()}
    after = {t.pk: t for t in tags}
    RecordTag.objects.filter(record=record, tag__in=before.keys() - after.keys()).delete()
    RecordTag.objects.bulk_create(
        RecordTag(record=record, tag_id=pk) for pk in sorted(after.keys() - before.keys())
    )
    text_changed.send(None, records=[record.pk])
    came = [after[pk].name for pk in after if pk not in before]
    return came + [f"-{before[pk].name}" for pk in before if pk not in after]


@transaction.atomic
def purge_records(numbers: Iterable[int]) -> None:
    """Remove records and everything on them for good, as if they had never been.

    Checks nothing: the caller is a job that empties the trash, or undoes what made the records. The
    bytes of their files stay until nothing names them.
    """
    rows = Record.objects.unguarded(reason="the caller has decided")
    rows.filter(pk__in=list(numbers)).delete()
