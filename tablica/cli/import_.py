"""Import a table of companies, persons or deals; undo an import; list them.

`import FILE` reads CSV, TSV, XLSX, XLS and ODS. `import undo ID` puts everything back as it was.
`import list` tells which imports there were. (A file of that name is `./undo`, `./list`.)
"""

from __future__ import annotations

import json
import signal
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from tablica.cli.errors import CommandError
from tablica.cli.output import tell, tell_error
from tablica.cli.progress import Bar
from tablica.cli.user import user_with

if TYPE_CHECKING:
    from tablica.accounts.models import User
    from tablica.transfer.report import Report

SHOWN = 20  # failed rows that people are shown one by one
INTERRUPTED = 130

WHY_UNREADABLE = {
    "empty": "The file is empty.",
    "no_table": "This is no table that can be read: save it as CSV, TSV, XLSX or ODS.",
    "password": "The file is protected by a password: save it without one.",
    "too_large": "The file is too large: at most {detail} MB. Part it into several.",
    "too_large_unpacked": "The file would unpack to more than can be read safely.",
    "too_many_cells": "The table has too many cells: part it into several files.",
    "too_slow": "Reading the file took too long or too much memory: part it into several.",
    "encoding": "The text cannot be decoded ({detail}): name another with --encoding.",
    "unknown_encoding": "There is no encoding “{detail}”.",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Which file, what its rows are, and how carefully."""
    parser.formatter_class = RawDescriptionHelpFormatter
    parser.add_argument("file", metavar="FILE | undo | list")
    parser.add_argument("number", metavar="ID", nargs="?", type=int, help="which import to undo")
    parser.add_argument("--kind", default="", help="company, person, deal, space; else guessed")
    parser.add_argument(
        "--mapping", type=Path, metavar="M.json", help='{"Column": "field", "Other": null}'
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be done")
    parser.add_argument(
        "--on-duplicate",
        choices=["skip", "update", "create"],
        default="skip",
        help="a row that is here already, by tax id, e-mail or name (default: skip)",
    )
    parser.add_argument(
        "--as", dest="as_email", metavar="EMAIL", help="with whose rights; default: administrator"
    )
    parser.add_argument("--encoding", help="of a text file; else found out")


def run(args: Namespace) -> int:
    """Returns 0 when the file was read and every row dealt with, also when some rows failed."""
    if args.file == "undo":
        return _undo(args)
    if args.number is not None:
        raise CommandError("Give one file at a time.")
    return _list(args) if args.file == "list" else _import(args)


def _import(args: Namespace) -> int:
    from tablica.transfer.commands.importing import Options, import_table
    from tablica.transfer.tables import Unreadable

    options = Options(
        kind=args.kind,
        mapping=_mapping(args.mapping),
        on_duplicate=args.on_duplicate,
        dry_run=args.dry_run,
        encoding=args.encoding,
    )
    path = Path(args.file)
    by = user_with(args.as_email) if args.as_email else _administrator()
    if not by.is_active:
        raise CommandError(f"{by.name} is deactivated and may do nothing.")
    if path.is_dir():
        raise CommandError(f"{path} is a folder: give one file.")
    try:
        with _asked_to_stop() as stop, Bar("Importing") as bar:
            report = import_table(
                path, by=by, options=options, progress=bar, stop=lambda: bool(stop)
            )
    except Unreadable as error:
        sentence = WHY_UNREADABLE[error.code].format(detail=error.detail)
        raise CommandError(f"{path.name}: {sentence}") from None
    tell(args, report.as_dict(), _in_words(report))
    if not report.finished:
        stopped = "Stopped. The same command goes on from here."
        tell_error(as_json=args.json, sentence=stopped)
        return INTERRUPTED
    return 0


@contextmanager
def _asked_to_stop() -> Iterator[list[int]]:
    """A list that is filled at Ctrl-C or SIGTERM, so that the work stops between two chunks."""
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = {n: signal.signal(n, ask) for n in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _administrator() -> User:
    """The one who has administered longest."""
    from tablica.accounts.models import User

    people = User.objects.select_related("role").filter(role__administers=True, deactivated_at=None)
    found = people.order_by("pk").first()
    if found is None:
        raise CommandError("Nobody administers yet: first “tablica user add EMAIL --role …”.")
    return found


def _mapping(path: Path | None) -> Mapping[str, str | None]:
    """The column map that somebody wrote by hand."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise CommandError(f"{path.name} is no JSON: {error}.") from None
    if not isinstance(found, dict) or not all(
        v is None or isinstance(v, str) for v in found.values()
    ):
        raise CommandError(f'{path.name} must be like {{"Column": "field", "Other": null}}.')
    return found


def _in_words(report: Report) -> str:
    about = report.about
    lines = [
        f"{report.file}: {report.rows} rows, {report.created} created, {report.updated} updated,"
        f" {report.skipped} skipped, {report.failed} failed."
    ]
    if report.dry_run:
        lines[0] = f"Nothing was changed. {lines[0]}"
    if report.also_created:
        lines.append(f"Also created, because rows name them: {report.also_created}.")
    mapping = about["mapping"]
    assert isinstance(mapping, dict)
    taken = [f"{column} → {name}" for column, name in mapping.items() if name]
    lines.append(f"Read as {report.kind}: {', '.join(taken)}.")
    if about["encoding"]:
        mark = {"\t": "tab", "": "nothing"}.get(str(about["delimiter"]), about["delimiter"])
        lines.append(f"Encoding {about['encoding']}, cells parted by {mark}.")
    ignored = about["ignored_columns"]
    if isinstance(ignored, list) and ignored:
        lines.append(f"Left out: {', '.join(ignored)}.")
    lines += [f"Row {p.row} failed: {p.reason}" for p in report.failed_rows[:SHOWN]]
    if report.failed > SHOWN:
        lines.append(f"… and {report.failed - SHOWN} more; --json tells all.")
    lines += _skipped_in_words(report)
    if report.id is not None:
        lines.append(f"To put everything back: tablica import undo {report.id}")
    return "\n".join(lines)


def _skipped_in_words(report: Report) -> list[str]:
    """The skipped rows: one by one when they are few, else how many."""
    if len(report.skipped_rows) <= SHOWN:
        return [f"Row {p.row} skipped: {p.reason}" for p in report.skipped_rows]
    reasons = Counter(p.reason.split(": ")[-1] for p in report.skipped_rows)
    return [f"Skipped {count}: {reason}" for reason, count in reasons.most_common(5)]


def _undo(args: Namespace) -> int:
    from dataclasses import asdict

    from tablica.transfer.commands.undoing import undo_import

    if args.number is None:
        raise CommandError("Say which import to undo: “tablica import undo ID”.")
    undone = undo_import(args.number)
    lines = [f"Import {undone.id}: {undone.removed} removed, {undone.restored} as before."]
    lines += [f"Row {p.row} stays: {p.reason}" for p in undone.left]
    tell(args, asdict(undone), "\n".join(lines))
    return 0


def _list(args: Namespace) -> int:
    from tablica.transfer.queries import counts_of, imports

    facts = [
        {
            "id": found.pk,
            "file": found.file_name,
            "kind": found.kind,
            "by": found.by.email,
            "started_at": found.started_at.isoformat(timespec="seconds"),
            "finished": found.finished_at is not None,
            "undone": found.undone_at is not None,
            "rows": found.total,
            **counts_of(found),
        }
        for found in imports()
    ]
    lines = [
        f"{f['id']}  {f['started_at']}  {f['file']}  {f['kind']}  {f['created']} created,"
        f" {f['updated']} updated" + ("  undone" if f["undone"] else "")
        for f in facts
    ]
    tell(args, {"imports": facts}, "\n".join(lines) or "Nothing was imported yet.")
    return 0
