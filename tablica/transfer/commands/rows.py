"""Dealing with one row: it becomes a record, fills one in, is skipped, or fails with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records import commands as records
from tablica.records.forms import RecordChoice, RecordForm
from tablica.records.kinds import Kind, kind_named
from tablica.records.models import Record, RecordModel, RecordTag, Tag
from tablica.records.signals import told_together
from tablica.records.tags import make_tags, tag_key
from tablica.records.values import OWNERSHIP, raw, read_value
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text import BadText
from tablica.transfer.cards import why_not_this, why_unreadable
from tablica.transfer.cells import BadCell, CellReader, FormValue, Wanted
from tablica.transfer.known import Known, Marks, Match, marks
from tablica.transfer.mapping import company_field
from tablica.transfer.models import ImportRow
from tablica.transfer.queries import document_time, last_entry
from tablica.transfer.tables import Row
from tablica.wall.commands import lives
from tablica.wall.commands.entries import tell
from tablica.wall.signals import quiet

Outcome = ImportRow.Outcome
LONGEST_REASON = 500
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e]")


@dataclass
class RowTaker:
    """Takes the rows of one table, one after the other.

    `on_duplicate` is skip, update or create. In a dry run (`dry`) what is made is rolled back by
    the caller; it is remembered under numbers below zero, so that later rows find it.
    """

    kind: Kind
    by: User
    reader: CellReader
    on_duplicate: str
    origin: Mapping[str, str | int]
    dry: bool = False
    known: dict[str, Known] = field(default_factory=dict)
    _fresh: list[tuple[str, int, Marks]] = field(default_factory=list)
    _pretended: dict[int, Wanted] = field(default_factory=dict)
    _tags: dict[str, Tag] = field(default_factory=dict)
    _new_tags: dict[str, Tag] = field(default_factory=dict)

    def __post_init__(self) -> None:
        kinds = {self.kind.name}
        for of in self.kind.form_class().base_fields.values():
            if isinstance(of, RecordChoice):
                kinds.add(of.kind)
        for name in sorted(kinds):
            self.known[name] = Known.of(kind_named(name), self.by)

    def take_all(self, rows: Iterable[Row]) -> list[list[ImportRow]]:
        """Deal with the rows of one transaction; each as `take` does."""
        self._tags.clear()
        with told_together(), quiet():
            return [self.take(row) for row in rows]

    def take(self, row: Row) -> list[ImportRow]:
        """Deal with `row`; what became of it stands last, what it needed and was missing before."""
        self._fresh, self._new_tags = [], {}
        try:
            with transaction.atomic():
                done = self._take(row)
        except (ValidationError, BadText, BadCell, Refused, Hidden, Stale) as error:
            return [_failed(row, _sentence(error))]
        except (DataError, IntegrityError):
            return [_failed(row, _("The database does not take this row."))]
        for kind, pk, its in self._fresh:
            self.known[kind].add(pk, its)
        self._tags |= self._new_tags
        return done

    def _take(self, row: Row) -> list[ImportRow]:
        if row.problem:
            raise Refused(why_unreadable(row.problem))
        if row.kind not in ("", self.kind.name):
            return [_skipped(row, why_not_this(row.kind))]
        width = len(self.reader.columns.columns)
        if any(cell.strip() for cell in row.cells[width:]):
            raise Refused(
                _("The row has %(cells)d cells, but the table has %(columns)d columns.")
                % {"cells": len(row.cells), "columns": width}
            )
        if not any(cell.strip() for cell in row.cells):
            return [_skipped(row, _("The row is empty."))]
        wanted = self.reader.read(row.cells)
        match = self._match(wanted)
        if match and self.on_duplicate == "skip":
            return [_skipped(row, _already(match), match.id)]
        if match and match.id < 0:
            return [self._pretend_update(match, wanted, row)]
        related, companies = self._relate(wanted, row)
        if match:
            return [*related, self._update(match, wanted, row)]
        return [*related, self._create(wanted, companies, row)]

    def _match(self, wanted: Wanted) -> Match | None:
        if self.on_duplicate == "create":
            return None
        return self.known[self.kind.name].find(self._marks(wanted, self._named_companies(wanted)))

    def _marks(self, wanted: Wanted, companies: Sequence[int]) -> Marks:
        values = wanted.values
        return marks(
            values.get("title", ""), values.get("tax_id", ""), values.get("email", ""), companies
        )

    def _named_companies(self, wanted: Wanted) -> list[int]:
        """The companies that the row names, as far as they are here; a new one stands as 0."""
        name = company_field(self.kind)
        if name is None:
            return []
        known = self.known["company"]
        if wanted.company_tax_id and (found := known.with_tax_id(wanted.company_tax_id)):
            return [found]
        return [next(iter(known.named(title)), 0) for title in wanted.names.get(name, [])]

    # Related records

    def _relate(self, wanted: Wanted, row: Row) -> tuple[list[ImportRow], list[int]]:
        """Find the records that the row names and make those that are missing, each once.

        Returns what became of those, and the numbers of the companies.
        """
        made: list[ImportRow] = []
        companies: list[int] = []
        at = company_field(self.kind)
        if at and wanted.company_tax_id:
            self._relate_by_tax_id(wanted, at)
        for name, titles in wanted.names.items():
            of = self.kind.form_class().base_fields[name]
            assert isinstance(of, RecordChoice)
            numbers = [self._number_of(of, title, wanted, row, made) for title in titles]
            if name == at:
                companies = numbers
            wanted.names[name] = [str(number) for number in numbers if number > 0]
        return made, companies

    def _relate_by_tax_id(self, wanted: Wanted, at: str) -> None:
        found = self.known["company"].with_tax_id(wanted.company_tax_id)
        if found is not None:
            wanted.names[at] = [f"#{found}"]
        elif at not in wanted.names:
            raise Refused(
                _("There is no company with the tax id %(tax_id)s.")
                % {"tax_id": wanted.company_tax_id}
            )

    def _number_of(
        self, of: RecordChoice, title: str, wanted: Wanted, row: Row, made: list[ImportRow]
    ) -> int:
        if re.fullmatch(r"#-?\d+", title):
            return int(title[1:])
        found = self.known[of.kind].named(title)
        if len(found) > 1:
            raise Refused(
                _("Several are called “%(title)s”: give the tax id or e-mail.") % {"title": title}
            )
        if found:
            return found[0]
        if "@" in title:
            raise Refused(_("Nobody here has the address %(email)s.") % {"email": title})
        data: dict[str, FormValue] = {"title": title, "owner": str(self.by.pk)}
        if of.kind == "company" and wanted.company_tax_id:
            data["tax_id"] = wanted.company_tax_id
        body, entry = self._add(kind_named(of.kind), data)
        its = marks(title, str(data.get("tax_id", "")))
        pk = self._remember(of.kind, body.pk, its, Wanted())
        made.append(
            ImportRow(
                number=row.number,
                outcome=Outcome.RELATED,
                record_id=body.pk,
                made={"entry": entry},
            )
        )
        return pk

    def _remember(self, kind: str, pk: int, its: Marks, wanted: Wanted) -> int:
        """Let later rows find what this one made; returns the number under which they will."""
        if self.dry:
            pk = -1 - len(self._pretended)
            self._pretended[pk] = wanted
        self._fresh.append((kind, pk, its))
        return pk

    # The record itself

    def _create(self, wanted: Wanted, companies: Sequence[int], row: Row) -> ImportRow:
        data: dict[str, FormValue] = {"owner": str(self.by.pk), **self._form_values(wanted)}
        body, entry = self._add(self.kind, data)
        made: dict[str, object] = {"entry": entry}
        if wanted.tags:
            tags, made["new_tags"] = self._tags_of(wanted.tags)
            made["tags"] = [tag.pk for tag in tags]
            RecordTag.objects.bulk_create(RecordTag(record_id=body.pk, tag=tag) for tag in tags)
        self._remember(self.kind.name, body.pk, self._marks(wanted, companies), wanted)
        return ImportRow(number=row.number, outcome=Outcome.CREATED, record_id=body.pk, made=made)

    def _form_values(self, wanted: Wanted) -> dict[str, FormValue]:
        """What the form is given: typed values, and the numbers of related records."""
        found: dict[str, FormValue] = dict(wanted.values)
        for name, numbers in wanted.names.items():
            of = self.kind.form_class().base_fields[name]
            if numbers:
                many = isinstance(of, RecordChoice) and of.many
                found[name] = [int(n) for n in numbers] if many else numbers[0]
        return found

    def _add(self, kind: Kind, data: Mapping[str, FormValue]) -> tuple[RecordModel, int]:
        form = kind.form_class()(data, user=self.by)
        body = records.create_record(kind.name, by=self.by, values=_clean(form))
        entry = tell(body.record, "imported", by=self.by, data=self.origin)
        return body, entry.pk

    def _pretend_update(self, match: Match, wanted: Wanted, row: Row) -> ImportRow:
        """In a dry run, fill in what an earlier row would have made."""
        earlier = self._pretended[match.id]
        has_news = wanted.values.items() - earlier.values.items() or set(wanted.tags) - set(
            earlier.tags
        )
        if not has_news:
            return _skipped(row, _already(match))
        earlier.values |= wanted.values
        earlier.tags += wanted.tags
        return ImportRow(number=row.number, outcome=Outcome.UPDATED)

    def _update(self, match: Match, wanted: Wanted, row: Row) -> ImportRow:
        record = records.lock_record(match.id, by=self.by, verb="edit")
        body = records.body_of(record)
        data = self._form_values(wanted)
        if marks(wanted.values.get("title", "")).title == marks(record.title).title:
            # The same name in another spelling is no news.
            data.pop("title", None)
        for name, value in data.items():
            if isinstance(value, list):
                present = [other.pk for other in read_value(body, name)]
                seen = self._seen(name, present)
                data[name] = sorted({*seen, *value})
        form = self.kind.form_class()(data, user=self.by, body=body, only=data)
        changes = _clean(form)
        before = snapshot(body, changes)
        made: dict[str, object] = {}
        if changes:
            lives.change_record(record.pk, by=self.by, values=changes, version=None)
            made["entry"] = last_entry(record.pk)
        made |= self._add_tags(record, wanted.tags)
        if not made:
            nothing = _("Already here (no. %(id)d), with nothing new.") % {"id": match.id}
            return _skipped(row, nothing, match.id)
        after = Record.objects.unguarded(reason="changed and checked above").get(pk=record.pk)
        return ImportRow(
            number=row.number,
            outcome=Outcome.UPDATED,
            record_id=record.pk,
            version=after.version,
            made={**made, "before": before},
        )

    def _add_tags(self, record: Record, names: Sequence[str]) -> dict[str, object]:
        """Add the tags that the record has not; returns which, and which of them are new."""
        if not names:
            return {}
        tags, new = self._tags_of(names)
        present = list(record.tags.all())
        added = [tag.pk for tag in tags if tag not in present]
        if not added:
            return {}
        records.tag_record(record.pk, by=self.by, tags=[*present, *tags])
        return {"tags": added, "new_tags": new}

    def _tags_of(self, names: Sequence[str]) -> tuple[list[Tag], list[int]]:
        """The tags of these names, and the numbers of those that are new.

        They are remembered for the rows of the same transaction, which keeps them from being taken
        away meanwhile.
        """
        if all(name in self._tags for name in names):
            return list(dict.fromkeys(self._tags[name] for name in names)), []
        keys = [tag_key(name) for name in names]
        present = Tag.objects.select_for_update(no_key=True).filter(key__in=keys)
        before = {tag.pk for tag in present}
        tags = make_tags(names, by=self.by)
        by_key = {tag.key: tag for tag in tags}
        pairs = zip(names, keys, strict=True)
        self._new_tags = {name: by_key[key] for name, key in pairs if key in by_key}
        return tags, [tag.pk for tag in tags if tag.pk not in before]

    def _seen(self, name: str, present: Sequence[int]) -> list[int]:
        """Those of the related records that the person sees: the form keeps the hidden ones."""
        of = self.kind.form_class().base_fields[name]
        assert isinstance(of, RecordChoice)
        seen = Record.objects.visible_to(self.by).of_kind(of.kind).filter(pk__in=present)
        return list(seen.values_list("pk", flat=True))


def snapshot(body: RecordModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about a record that setting `values` may change, as JSON can hold it."""
    model = type(body)
    many = [
        name
        for name in values
        if name not in OWNERSHIP and model._meta.get_field(name).many_to_many
    ]
    return {
        "record": _columns(body.record),
        "body": _columns(body),
        "many": {name: raw(read_value(body, name)) for name in many},
        "document": document_time(body.pk),
    }


def _columns(row: Model) -> dict[str, str | None]:
    return {
        f.attname: None if getattr(row, f.attname) is None else f.value_to_string(row)
        for f in row._meta.concrete_fields
    }


def _clean(form: RecordForm) -> dict[str, Any]:
    if not form.is_valid():
        raise ValidationError(
            [
                f"{form.fields[name].label or name}: {message}" if name in form.fields else message
                for name, messages in form.errors.items()
                for message in messages
            ]
        )
    return form.changes()


def _already(match: Match) -> str:
    if match.id < 0:
        return _("The same as an earlier row: %(by)s.") % {"by": match.by}
    return _("Already here (no. %(id)d): %(by)s.") % {"id": match.id, "by": match.by}


def _skipped(row: Row, reason: str, record_id: int | None = None) -> ImportRow:
    seen = record_id if record_id and record_id > 0 else None
    return ImportRow(
        number=row.number, outcome=Outcome.SKIPPED, reason=_sayable(reason), record_id=seen
    )


def _failed(row: Row, reason: str) -> ImportRow:
    return ImportRow(number=row.number, outcome=Outcome.FAILED, reason=_sayable(reason))


def _sentence(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, Hidden):
        return _("There is no such record.")
    return str(error)


def _sayable(reason: str) -> str:
    """A reason may quote a cell: without what cannot be stored, and not endless."""
    plain = _UNSAYABLE.sub("\N{REPLACEMENT CHARACTER}", reason)
    return plain if len(plain) <= LONGEST_REASON else plain[: LONGEST_REASON - 1] + "…"
