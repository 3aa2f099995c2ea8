"""Import a table of companies, persons or deals, or cards; undo an import; list them.

`import FILE` reads CSV, TSV, XLSX, XLS, ODS and vCard. `import undo ID` puts everything back as it
was. `import list` tells which imports there were. (A file of that name is `./undo`, `./list`.)
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
    from tablica.transfer.tables import Unreadable

SHOWN = 20  # failed rows that people are shown one by one
INTERRUPTED = 130


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
    from django.utils import translation

    by = user_with(args.as_email) if args.as_email else _administrator()
    with translation.override(by.language if by else None):
        if args.file == "undo":
            return _undo(args)
        if args.number is not None:
            raise CommandError(_("Give one file at a time."))
        if args.file == "list":
            return _list(args)
        if by is None:
            sentence = _("Nobody administers yet: first “tablica user add EMAIL --role …”.")
            raise CommandError(sentence)
        return _import(args, by)


def _(sentence: str) -> str:
    """The sentence in the language of whoever imports; Django is asked only when it is ready."""
    from django.utils.translation import gettext

    return gettext(sentence)


def _import(args: Namespace, by: User) -> int:
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
    if not by.is_active:
        sentence = _("%(name)s is deactivated and may do nothing.")
        raise CommandError(sentence % {"name": by.name})
    if path.is_dir():
        raise CommandError(_("%(path)s is a folder: give one file.") % {"path": path})
    try:
        with _asked_to_stop() as stop, Bar(_("Importing")) as bar:
            report = import_table(
                path, by=by, options=options, progress=bar, stop=lambda: bool(stop)
            )
    except Unreadable as error:
        raise CommandError(f"{path.name}: {_why_unreadable(error)}") from None
    tell(args, report.as_dict(), _in_words(report))
    if not report.finished:
        stopped = _("Stopped. The same command goes on from here.")
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


def _why_unreadable(error: Unreadable) -> str:
    """The sentence for a file that cannot be read at all."""
    why = {
        "empty": _("The file is empty."),
        "no_cards": _("There is no card in this file."),
        "no_table": _("This is no table that can be read: save it as CSV, TSV, XLSX or ODS."),
        "password": _("The file is protected by a password: save it without one."),
        "too_large": _("The file is too large: at most %(detail)s MB. Part it into several."),
        "too_large_unpacked": _("The file would unpack to more than can be read safely."),
        "too_many_cells": _("The table has too many cells: part it into several files."),
        "too_slow": _("Reading the file took too long or too much memory: part it into several."),
        "encoding": _("The text cannot be decoded (%(detail)s): name another with --encoding."),
        "unknown_encoding": _("There is no encoding “%(detail)s”."),
    }
    return why[error.code] % {"detail": error.detail}


def _administrator() -> User | None:
    """The one who has administered longest."""
    from tablica.accounts.models import User

    people = User.objects.select_related("role").filter(role__administers=True, deactivated_at=None)
    return people.order_by("pk").first()


def _mapping(path: Path | None) -> Mapping[str, str | None]:
    """The column map that somebody wrote by hand."""
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        sentence = _("%(file)s is no JSON: %(error)s.") % {"file": path.name, "error": error}
        raise CommandError(sentence) from None
    if not isinstance(found, dict) or not all(
        v is None or isinstance(v, str) for v in found.values()
    ):
        sentence = _("%(file)s must be like %(example)s.")
        example = '{"Column": "field", "Other": null}'
        raise CommandError(sentence % {"file": path.name, "example": example})
    return found


def _in_words(report: Report) -> str:
    about = report.about
    counts = _(
        "%(file)s: %(rows)d rows, %(created)d created, %(updated)d updated, %(skipped)d skipped,"
        " %(failed)d failed."
    ) % vars(report)
    lines = [_("Nothing was changed.") + f" {counts}" if report.dry_run else counts]
    if report.also_created:
        also = _("Also created, because rows name them: %(count)d.")
        lines.append(also % {"count": report.also_created})
    mapping = about["mapping"]
    assert isinstance(mapping, dict)
    taken = ", ".join(f"{column} → {name}" for column, name in mapping.items() if name)
    lines.append(_("Read as %(kind)s: %(columns)s.") % {"kind": report.kind, "columns": taken})
    lines += _encoding_in_words(about)
    ignored = about["ignored_columns"]
    if isinstance(ignored, list) and ignored:
        lines.append(_("Left out: %(columns)s.") % {"columns": ", ".join(ignored)})
    lines += _left_in_words(report)
    if report.id is not None:
        undo = _("To put everything back: %(command)s")
        lines.append(undo % {"command": f"tablica import undo {report.id}"})
    return "\n".join(lines)


def _encoding_in_words(about: Mapping[str, object]) -> list[str]:
    if not about["encoding"]:
        return []
    if about.get("cards"):
        return [_("Encoding %(encoding)s.") % about]
    mark = {"\t": _("tab"), "": _("nothing")}.get(str(about["delimiter"]), about["delimiter"])
    sentence = _("Encoding %(encoding)s, cells parted by %(mark)s.")
    return [sentence % {"encoding": about["encoding"], "mark": mark}]


def _left_in_words(report: Report) -> list[str]:
    """The failed and the skipped: one by one when they are few, else how many."""
    is_card = bool(report.about.get("cards"))
    failed = (
        _("Card %(row)d failed: %(reason)s") if is_card else _("Row %(row)d failed: %(reason)s")
    )
    lines = [failed % vars(problem) for problem in report.failed_rows[:SHOWN]]
    if report.failed > SHOWN:
        more = _("… and %(count)d more; --json tells all.")
        lines.append(more % {"count": report.failed - SHOWN})
    skipped = (
        _("Card %(row)d skipped: %(reason)s") if is_card else _("Row %(row)d skipped: %(reason)s")
    )
    if len(report.skipped_rows) <= SHOWN:
        return [*lines, *(skipped % vars(problem) for problem in report.skipped_rows)]
    reasons = Counter(p.reason.split(": ")[-1] for p in report.skipped_rows)
    several = _("Skipped %(count)d: %(reason)s")
    return [
        *lines,
        *(several % {"count": count, "reason": reason} for reason, count in reasons.most_common(5)),
    ]


def _undo(args: Namespace) -> int:
    from dataclasses import asdict

    from tablica.transfer.commands.undoing import undo_import

    if args.number is None:
        raise CommandError(_("Say which import to undo: “tablica import undo ID”."))
    undone = undo_import(args.number)
    counts = _("Import %(id)d: %(removed)d removed, %(restored)d as before.")
    lines = [counts % vars(undone)]
    lines += [_("Row %(row)d stays: %(reason)s") % vars(problem) for problem in undone.left]
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
    line = _("%(id)d  %(started_at)s  %(file)s  %(kind)s  %(created)d created, %(updated)d updated")
    lines = [line % f + ("  " + _("undone") if f["undone"] else "") for f in facts]
    tell(args, {"imports": facts}, "\n".join(lines) or _("Nothing was imported yet."))
    return 0
