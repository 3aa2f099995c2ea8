"""Taking an import back: what it made is removed, what it changed is as before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any, cast

from django.db import models, transaction
from django.db.models.deletion import Collector
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.records.commands import body_of, purge_records
from tablica.records.kinds import kind_named
from tablica.records.models import Change, Record, RecordModel, RecordTag, Tag
from tablica.records.signals import text_changed
from tablica.records.values import set_many
from tablica.search.models import SearchDocument
from tablica.shared.errors import Refused
from tablica.shared.trail import commands as trail
from tablica.transfer.models import Import, ImportRow
from tablica.transfer.report import Problem
from tablica.wall.models import Entry
from tablica.wall.signals import quiet

CHUNK = 100  # rows of one transaction
REASON = "only what this import made and nobody touched since"
Outcome = ImportRow.Outcome


@dataclass
class Undone:
    """What became of an import that was taken back; `left` are rows that people have used since."""

    id: int
    removed: int = 0
    restored: int = 0
    left: list[Problem] = field(default_factory=list)


class _InUse(Exception):
    """People have worked with it since: it stays. Carries the sentence."""


def undo_import(number: int) -> Undone:
    """Put everything back as it was before import `number`, the last row first.

    A record that people changed, wrote on, followed or linked since stays, and is told. Called
    again after an interruption, or when those are free, it goes on with what is left.
    """
    found = Import.objects.filter(pk=number).first()
    if found is None:
        raise Refused(_("There is no import no. %(id)d.") % {"id": number})
    Import.objects.filter(pk=number, undone_at=None).update(undone_at=timezone.now())
    undone = Undone(number)
    below: int | None = None
    while rows := _next(found, below):
        with transaction.atomic(), quiet():
            if not _remove_together(rows, undone):
                for row in rows:
                    _take_back(row, undone)
        below = rows[-1].pk
    trail.note("import undone", by=None, about=f"import {number}", left=len(undone.left))
    return undone


def _next(found: Import, below: int | None) -> list[ImportRow]:
    changed = (Outcome.CREATED, Outcome.UPDATED, Outcome.RELATED)
    rows = found.rows.filter(outcome__in=changed, undone_at=None).order_by("-pk")
    return list((rows if below is None else rows.filter(pk__lt=below))[:CHUNK])


def _remove_together(rows: Sequence[ImportRow], undone: Undone) -> bool:
    """Remove all these records at once when that is all there is to do; else do nothing."""
    if any(row.outcome == Outcome.UPDATED for row in rows):
        return False
    try:
        with transaction.atomic():
            _remove(rows)
    except _InUse:
        return False
    _mark(rows)
    undone.removed += len(rows)
    return True


def _take_back(row: ImportRow, undone: Undone) -> None:
    """Undo one row, or leave it and tell why."""
    is_update = row.outcome == Outcome.UPDATED
    try:
        with transaction.atomic():
            _restore(row) if is_update else _remove([row])
    except _InUse as error:
        undone.left.append(Problem(row.number, str(error)))
        return
    _mark([row])
    undone.restored += is_update
    undone.removed += not is_update


def _mark(rows: Sequence[ImportRow]) -> None:
    numbers = [row.pk for row in rows]
    ImportRow.objects.filter(pk__in=numbers).update(undone_at=timezone.now())


def _untouched(rows: Iterable[ImportRow]) -> list[Record]:
    """The records of these rows, locked, as the import left them; those gone already are not."""
    versions = {row.record_id: row.version for row in rows if row.record_id}
    found = Record.objects.unguarded(reason=REASON).select_for_update().filter(pk__in=versions)
    records = list(found.order_by("pk"))
    for record in records:
        if record.version != versions[record.pk]:
            raise _InUse(_("“%(title)s” was changed since.") % {"title": record.title})
    return records


def _remove(rows: Sequence[ImportRow]) -> None:
    records = _untouched(rows)
    own = _Own.of(rows, records)
    for thing in _hanging_on(records):
        if not own.has(thing):
            titles = ", ".join(record.title for record in records)
            raise _InUse(_("“%(title)s” is in use since.") % {"title": titles})
    purge_records(record.pk for record in records)
    for row in rows:
        _drop_tags(row.made)


@dataclass(frozen=True)
class _Own:
    """What an import made together with these records, so that it goes with them."""

    records: frozenset[int]
    entries: frozenset[int]
    tags: frozenset[tuple[int, int]]
    kinds: frozenset[type[RecordModel]]

    @classmethod
    def of(cls, rows: Iterable[ImportRow], records: Iterable[Record]) -> _Own:
        made = {row.record_id: row.made for row in rows if row.record_id}
        return cls(
            records=frozenset(record.pk for record in records),
            entries=frozenset(its["entry"] for its in made.values() if "entry" in its),
            tags=frozenset((pk, tag) for pk, its in made.items() for tag in its.get("tags", ())),
            kinds=frozenset(kind_named(record.kind).model for record in records),
        )

    def has(self, thing: models.Model) -> bool:
        match thing:
            case Record() | RecordModel():
                return thing.pk in self.records
            case SearchDocument():
                return thing.entry_id is None and thing.record_id in self.records
            case RecordTag():
                return (thing.record_id, thing.tag_id) in self.tags
            case Entry():
                return thing.pk in self.entries
        return any(
            of.remote_field.through is type(thing)
            and getattr(thing, f"{of.m2m_field_name()}_id") in self.records
            for model in self.kinds
            for of in model._meta.many_to_many
        )


def _hanging_on(roots: Sequence[models.Model]) -> Iterator[models.Model]:
    """Everything that goes, or loses its link, when `roots` go; whatever room it belongs to."""
    if not roots:
        return
    collector = Collector(using="default", origin=roots[0])
    collector.collect(roots)
    yield from chain.from_iterable(collector.data.values())
    for batch in collector.fast_deletes:
        yield from batch
    for (of, _value), batches in collector.field_updates.items():
        if of.model is not ImportRow:
            for loosened in batches:
                yield from cast(Iterable[models.Model], loosened)


def _drop_tags(made: Mapping[str, object]) -> None:
    """Remove the tags that the row was the first to use, unless others use them now."""
    new = made.get("new_tags")
    for tag in Tag.objects.filter(pk__in=new if isinstance(new, list) else []):
        if all(thing == tag for thing in _hanging_on([tag])):
            tag.delete()


def _restore(row: ImportRow) -> None:
    found = _untouched([row])
    if not found:
        return
    record, made = found[0], row.made
    _remove_entry(record, made.get("entry"))
    _restore_values(record, made["before"])
    RecordTag.objects.filter(record=record, tag__in=made.get("tags", [])).delete()
    _drop_tags(made)


def _remove_entry(record: Record, number: int | None) -> None:
    """Remove what told of the change, unless somebody has answered to it."""
    entry = Entry.objects.unguarded(reason=REASON).filter(pk=number or 0).first()
    if entry is not None:
        if any(thing != entry for thing in _hanging_on([entry])):
            raise _InUse(_("“%(title)s” is in use since.") % {"title": record.title})
        entry.delete()


def _restore_values(record: Record, before: Mapping[str, Any]) -> None:
    body = body_of(record)
    _set_columns(body, before["body"])
    _set_columns(record, before["record"])
    for name, numbers in before["many"].items():
        target = type(body)._meta.get_field(name).related_model
        assert isinstance(target, type) and issubclass(target, RecordModel)
        set_many(body, name, [target(record_id=number) for number in numbers])
    versions = Change.objects.filter(record=record, version__gt=int(before["record"]["version"]))
    versions.delete()
    text_changed.send(None, records=[record.pk])
    if before["document"]:
        documents = SearchDocument.objects.unguarded(reason=REASON)
        at = datetime.fromisoformat(before["document"])
        documents.filter(record=record, entry=None).update(happened_at=at)


def _set_columns(row: Record | RecordModel, columns: Mapping[str, str | None]) -> None:
    """Write the columns of one row as they were, whatever follows from them elsewhere."""
    model = type(row)
    values = {
        of.attname: None if columns[of.attname] is None else of.to_python(columns[of.attname])
        for of in model._meta.concrete_fields
        if not of.primary_key and of.attname in columns
    }
    if values:
        model.objects.unguarded(reason=REASON).filter(pk=row.pk).update(**values)
