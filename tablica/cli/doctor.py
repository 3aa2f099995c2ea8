"""Say what is wrong with this installation and what to do about it."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from tablica.cli.output import tell
from tablica.cli.registry import Need
from tablica.shared.sqlite import NEEDED

NEEDS: Need = "settings"


@dataclass(frozen=True)
class Finding:
    """One question that was asked, whether all is well, what was found, and what to do if not."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """How thoroughly to look."""
    parser.add_argument("--quick", action="store_true", help="leave out reading every file")


def run(args: Namespace) -> int:
    """Ask all questions. Returns 1 when anything is wrong."""
    findings = list(examine(files=not args.quick))
    healthy = all(finding.ok for finding in findings)
    facts = {"ok": healthy, "findings": [asdict(finding) for finding in findings]}
    tell(args, facts, "\n".join(_line(finding) for finding in findings))
    return 0 if healthy else 1


def examine(*, files: bool) -> Iterator[Finding]:
    """Ask each question in turn; the later ones only while the database can be read."""
    from django.db import connection

    questions: list[Callable[[], Finding]] = [sqlite_version] if _is_sqlite() else []
    questions.append(migrations)
    if _is_sqlite():
        questions += [integrity, foreign_keys]
    questions.append(records_without_body)
    if files:
        questions.append(stored_files)
    for question in questions:
        finding = question()
        yield finding
        if question is migrations and not finding.ok:
            break
    connection.close()


def sqlite_version() -> Finding:
    """Is the embedded database's engine one without the fault that can damage a database?"""
    needed = ".".join(map(str, NEEDED))
    return Finding(
        "SQLite",
        sqlite3.sqlite_version_info >= NEEDED,
        sqlite3.sqlite_version,
        f"Install SQLite {needed} or newer: older ones can damage a database.",
    )


def migrations() -> Finding:
    """Are the tables those that this version needs?"""
    from tablica.cli.migrate import pending

    steps = pending()
    found = "up to date" if not steps else f"{len(steps)} steps not taken"
    return Finding("Tables", not steps, found, "Run “tablica migrate”.")


def integrity() -> Finding:
    """Is the database file whole, by SQLite's own examination?"""
    rows = [str(row[0]) for row in _rows("PRAGMA integrity_check(5)")]
    return Finding("Database file", rows == ["ok"], "; ".join(rows), "Restore the last backup.")


def foreign_keys() -> Finding:
    """Does every row point at rows that exist?"""
    broken = sorted({str(row[0]) for row in _rows("PRAGMA foreign_key_check")})
    found = "all lead somewhere" if not broken else f"broken in {', '.join(broken)}"
    return Finding("References", not broken, found, "Restore the last backup.")


def records_without_body() -> Finding:
    """Has every record its company, person, deal … and the other way round?"""
    from tablica.records import queries

    count = queries.count_records_without_body()
    found = "all are whole" if not count else f"{count} without their details"
    return Finding("Records", not count, found, "Report this fault; restore the last backup.")


def stored_files() -> Finding:
    """Are the stored files unchanged, byte for byte?"""
    from django.conf import settings

    from tablica.shared.blobs import BlobStore

    store = BlobStore(Path(settings.TABLICA_DATA) / "files")
    damaged = [digest for digest in store if not store.verify(digest)]
    found = "all unchanged" if not damaged else f"changed: {', '.join(damaged)}"
    return Finding("Files", not damaged, found, "Fetch these files from a backup.")


def _is_sqlite() -> bool:
    from django.db import connection

    return connection.vendor == "sqlite"


def _rows(statement: str) -> list[tuple[object, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _line(finding: Finding) -> str:
    mark = "✓" if finding.ok else "✗"
    advice = "" if finding.ok else f"\n  {finding.advice}"
    return f"{mark} {finding.name}: {finding.found}{advice}"
