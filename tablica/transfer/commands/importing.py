"""Importing a table: in chunks, each one transaction with its bookkeeping."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import Ability, User
from tablica.accounts.rules import can
from tablica.records.kinds import Kind
from tablica.records.rules import may_create, sealed_fields
from tablica.shared.errors import Refused
from tablica.shared.trail import commands as trail
from tablica.transfer.cards import kind_of_cards, map_cards
from tablica.transfer.cells import CellReader
from tablica.transfer.commands.rows import RowTaker
from tablica.transfer.mapping import (
    COMPANY_TAX_ID,
    ColumnMap,
    company_field,
    guess_kind,
    make_map,
    registered_kind,
)
from tablica.transfer.models import Import, ImportRow
from tablica.transfer.report import Report, report_of
from tablica.transfer.tables import Row, Table, read

CHUNK = 100  # rows of one transaction
SAMPLE = 1_000  # rows that tell how days and amounts are written
DUPLICATES = ("skip", "update", "create")


@dataclass(frozen=True)
class Options:
    """How to import. `kind` and `mapping` empty: by what the columns are called."""

    kind: str = ""
    mapping: Mapping[str, str | None] = field(default_factory=dict)
    on_duplicate: str = "skip"
    dry_run: bool = False
    encoding: str | None = None


def _never() -> bool:
    return False


def _silent(_done: int, _total: int) -> None:
    return


def import_table(
    path: Path,
    *,
    by: User,
    options: Options,
    progress: Callable[[int, int], None] = _silent,
    stop: Callable[[], bool] = _never,
) -> Report:
    """Import the table or cards in `path`, with the rights of `by`, who owns what no other owns.

    Each row is created, updated, skipped or failed, and nothing about one row changes another.
    The same call again goes on where an interrupted one stopped: at `stop()` between two chunks, or
    by the end of the process. A dry run tells the same and keeps nothing.

    Raises `Unreadable` for what is neither, `Refused` when nothing could be done at all.
    """
    table = read(path, encoding=options.encoding)
    kind = registered_kind(options.kind or _guess_kind(table, path))
    if options.on_duplicate not in DUPLICATES:
        raise Refused(_("Duplicates are skipped, updated or created."))
    if not can(by, Ability.IMPORT):
        raise Refused(_("The role of %(name)s does not allow imports.") % {"name": by.name})
    if not may_create(by, kind.name):
        raise Refused(_("%(name)s may not add this.") % {"name": by.name})
    of = map_cards if table.is_cards else make_map
    columns = of(table.columns, kind, options.mapping)
    _refuse_sealed(columns, kind, by)
    run = _Run(table, columns, path, by, options, kind.name, progress, stop)
    return run.pretend() if options.dry_run else run.carry_out()


def _refuse_sealed(columns: ColumnMap, kind: Kind, by: User) -> None:
    """Raise `Refused` when a column goes into a field that the role does not let `by` set."""
    sealed = sealed_fields(by, kind.name)
    for column, name in zip(columns.columns, columns.fields, strict=True):
        if (company_field(kind) if name == COMPANY_TAX_ID else name) in sealed:
            raise Refused(
                _("%(name)s may not change what the column “%(column)s” holds. Leave it out.")
                % {"name": by.name, "column": column}
            )


def _guess_kind(table: Table, path: Path) -> str:
    return kind_of_cards(table.kinds) if table.is_cards else guess_kind(table.columns, path.name)


@dataclass
class _Run:
    table: Table
    columns: ColumnMap
    path: Path
    by: User
    options: Options
    kind: str
    progress: Callable[[int, int], None]
    stop: Callable[[], bool]

    def pretend(self) -> Report:
        """Do everything and roll back, chunk by chunk, so that nobody waits for a lock."""
        report = Report(
            id=None,
            file=self.file_name,
            kind=self.kind,
            dry_run=True,
            finished=False,
            rows=len(self.table.rows),
            about=self._about(),
        )
        taker = self._taker(origin={"file": self.file_name}, dry=True)
        done = 0
        for rows in _chunks(self.table, 0):
            if self.stop():
                return report
            with transaction.atomic():
                for of_row in taker.take_all(rows):
                    report.count(of_row)
                transaction.set_rollback(True)
            done += len(rows)
            self.progress(done, report.rows)
        report.finished = True
        return report

    def carry_out(self) -> Report:
        """Do it, or what is left of it."""
        found = self._open()
        taker = self._taker(origin={"file": self.file_name, "import": found.pk})
        for rows in _chunks(self.table, found.done):
            if self.stop():
                return report_of(found)
            found = self._chunk(found, taker, rows)
            self.progress(found.done, found.total)
        Import.objects.filter(pk=found.pk).update(finished_at=timezone.now())
        found.refresh_from_db()
        return report_of(found)

    @transaction.atomic
    def _chunk(self, expected: Import, taker: RowTaker, rows: list[Row]) -> Import:
        found = Import.objects.select_for_update().get(pk=expected.pk)
        if found.done != expected.done or found.undone_at:
            raise Refused(_("This import is going on elsewhere, or was undone."))
        if not User.objects.filter(pk=self.by.pk, deactivated_at=None).exists():
            raise Refused(_("%(name)s may not import any more.") % {"name": self.by.name})
        made = list(chain.from_iterable(taker.take_all(rows)))
        for row in made:
            row.of = found
        ImportRow.objects.bulk_create(made)
        found.done += len(rows)
        found.save(update_fields=["done"])
        about = f"import {found.pk}"
        trail.note("imported", by=self.by.pk, about=about, kind=self.kind, rows=len(rows))
        return found

    def _open(self) -> Import:
        """The interrupted import of this file with these options, or a new one."""
        with transaction.atomic():
            found, _new = Import.objects.get_or_create(
                by=self.by,
                key=self._key(),
                finished_at=None,
                undone_at=None,
                defaults={
                    "kind": self.kind,
                    "file_name": self.file_name,
                    "about": self._about(),
                    "total": len(self.table.rows),
                    "started_at": timezone.now(),
                },
            )
        return found

    def _taker(self, origin: Mapping[str, str | int], *, dry: bool = False) -> RowTaker:
        kind = registered_kind(self.kind)
        sample = [row.cells for row in islice(self.table.rows, SAMPLE)]
        reader = CellReader(kind, self.columns, sample, typed=bool(self.table.sheet))
        return RowTaker(kind, self.by, reader, self.options.on_duplicate, origin, dry)

    @property
    def file_name(self) -> str:
        """The file's name as it can be stored."""
        name = self.path.name.encode("utf-8", "replace").decode()
        return "".join(c if c.isprintable() else "?" for c in name)[:255]

    def _about(self) -> dict[str, object]:
        return {
            "mapping": self.columns.as_dict(),
            "ignored_columns": self.columns.ignored,
            "encoding": self.table.encoding,
            "delimiter": self.table.delimiter,
            "sheet": self.table.sheet,
            "cards": self.table.is_cards,
        }

    def _key(self) -> str:
        """One name for this file with these options."""
        with self.path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        chosen = [content, self.kind, self.columns.fields, self.options.on_duplicate]
        return hashlib.sha256(json.dumps([*chosen, self.table.encoding]).encode()).hexdigest()


def _chunks(table: Table, done: int) -> Iterator[list[Row]]:
    rows = islice(table.rows, done, None)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
