"""Say what is wrong with this installation and what to do about it."""

from __future__ import annotations

import sqlite3
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

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
    parser.add_argument(
        "--reseal", action="store_true", help="seal all secrets anew with the newest key"
    )
    parser.add_argument("--audit", action="store_true", help="ask only whether the trail is whole")


def run(args: Namespace) -> int:
    """Ask all questions. Returns 1 when anything is wrong."""
    if args.reseal:
        return reseal(args)
    findings = [audit()] if args.audit else list(examine(files=not args.quick))
    healthy = all(finding.ok for finding in findings)
    facts = {"ok": healthy, "findings": [asdict(finding) for finding in findings]}
    tell(args, facts, "\n".join(_line(finding) for finding in findings))
    return 0 if healthy else 1


def reseal(args: Namespace) -> int:
    """Seal all secrets with the newest key. Returns 1 when one opens with none of the keys."""
    from tablica.shared.resealing import reseal_all
    from tablica.shared.trail import commands as trail

    count = reseal_all()
    if count.done:
        trail.note("secrets sealed", by=None, count=count.done)
    said = f"{count.done} sealed anew, {count.already} were already"
    if count.unreadable:
        said += f"; {count.unreadable} open with none of the keys: put the key that is missing back"
    else:
        said += ". The older keys are not needed any more."
    tell(args, asdict(count), said)
    return 1 if count.unreadable else 0


def examine(*, files: bool) -> Iterator[Finding]:
    """Ask each question in turn; the later ones only while the database can be read."""
    from django.db import connection

    questions: list[Callable[[], Finding]] = [sqlite_version] if _is_sqlite() else []
    questions.append(migrations)
    if _is_sqlite():
        questions += [integrity, foreign_keys]
    questions += [records_without_body, audit, secrets, jobs, mail]
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
    """Has every record its company, person, deal …?"""
    from tablica.records.kinds import all_kinds
    from tablica.records.models import Record

    reason = "the doctor counts what is not whole"
    records = Record.objects.unguarded(reason=reason)
    whole = 0
    for kind in all_kinds():
        bodies = kind.model.objects.unguarded(reason=reason)
        whole += records.filter(kind=kind.name, pk__in=bodies.values("pk")).count()
    missing = records.count() - whole
    found = "all are whole" if not missing else f"{missing} without their details"
    return Finding("Records", not missing, found, "Report this fault; restore the last backup.")


def audit() -> Finding:
    """Is the trail as it was written, every line?"""
    from tablica.shared.trail.heads import forgotten_head, heads
    from tablica.shared.trail.queries import end, examine

    fault, number = examine() or forgotten_head(), end()[0]
    whole = f"{number} lines, all as written; {len(list(heads()))} ends written elsewhere"
    found = f"line {fault.number} {HOW[fault.how]}" if fault else whole
    advice = (
        "Somebody changed the database by hand: compare it with a backup from before. "
        "If you restored a backup, put trail-heads.txt aside and keep it."
    )
    return Finding("Trail", fault is None, found, advice)


def secrets() -> Finding:
    """Are all secrets sealed with the newest key?"""
    from tablica.shared.resealing import by_older_keys

    older = by_older_keys()
    found = f"{older} sealed with an older key" if older else "all sealed with the newest key"
    return Finding("Secrets", True, found)


HOW = {
    "changed": "was changed",
    "missing": "is missing",
    "moved": "was put in, or is not in its place",
    "added": "stands behind the end",
}


def jobs() -> Finding:
    """Are background jobs done, and in time?"""
    from tablica.shared.jobs.queries import overview

    now = overview()
    found = f"{now.due} due, {now.running} running, {now.failed} given up"
    reasons = "".join(f"\n  {failure.task}: {failure.error}" for failure in now.failures)
    return Finding(
        "Jobs", now.is_healthy, found + reasons, "See that “tablica work” or “serve” is running."
    )


def mail() -> Finding:
    """Does the mail server, where there is one, let us in; and are letters delivered?"""
    from django.conf import settings

    from tablica.shared.mail.queries import failed_lately, overview
    from tablica.shared.mail.sending import LineTrouble, close, connect

    if settings.SMTP is None:
        return Finding("Mail", True, "not set up: nobody gets letters (TABLICA_SMTP)")
    found = f"{overview().waiting} waiting, {failed_lately()} given up in 7 days"
    try:
        close(connect(settings.SMTP))
    except LineTrouble as trouble:
        found = f"{settings.SMTP.host}: {trouble}; {found}"
        return Finding("Mail", False, found, "See that TABLICA_SMTP is right and the server runs.")
    return Finding("Mail", True, f"{settings.SMTP.host} answers; {found}")


def stored_files() -> Finding:
    """Are all files there and unchanged, byte for byte?"""
    from tablica.shared.blobs import default_store
    from tablica.wall.models import File

    store = default_store()
    wanted = File.objects.unguarded(reason="the doctor looks for lost files")
    names = set(store) | set(wanted.values_list("sha256", flat=True))
    damaged = sorted(name for name in names if not store.verify(name))
    found = f"{len(names)} unchanged"
    if damaged:
        found = f"{len(damaged)} changed or lost: {', '.join(damaged[:10])}"
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
