"""The process that reads a foreign file: it may be hostile, so this process may be killed.

`python -m tablica.transfer.tables.process FILE [ENCODING]` writes lines of JSON: what the table is,
then each row as `[number, [cells], kind, problem]`. What cannot be read is told as `{"error": …}`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from tablica.transfer.tables import cards, delimited, sheets
from tablica.transfer.tables.shape import Row, Unreadable, part

MOST_MEMORY = 2 * 2**30  # bytes
MOST_TIME = 120  # seconds of the processor
MOST_OUTPUT = 2 * 2**30  # bytes
MOST_ROWS = 2_000_000


def tell(path: Path, encoding: str | None, out: IO[str]) -> None:
    """Read the file and write it to `out`."""
    with path.open("rb") as file:
        head = file.read(256)
    try:
        if sheets.is_sheet(head):
            name, rows = sheets.read(path)
            _write({"sheet": name}, rows, out)
        elif cards.is_cards(path, head):
            _write_cards(cards.read(path, encoding), out)
        else:
            found, dialect, rows = delimited.read(path, encoding)
            _write({"encoding": found, "delimiter": dialect.delimiter}, rows, out)
    except Unreadable as error:
        _line({"error": error.code, "detail": error.detail}, out)
    except MemoryError:
        _line({"error": "too_large_unpacked", "detail": ""}, out)


def _limit() -> None:
    for what, limit in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_TIME),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(what, (limit, hard))


def _write(about: dict[str, object], rows: Iterable[Row], out: IO[str]) -> None:
    table = part(rows)
    _line({**about, "columns": table.columns, "header": table.header}, out)
    _write_rows(table.rows, out)


def _write_cards(found: cards.Cards, out: IO[str]) -> None:
    about = {"encoding": found.encoding, "columns": found.columns, "kinds": found.kinds}
    _line({**about, "header": 0, "cards": True}, out)
    _write_rows(found.rows, out)


def _write_rows(rows: Iterable[Row], out: IO[str]) -> None:
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            raise Unreadable("too_many_cells")
        _line([row.number, row.cells, row.kind, row.problem], out)
    _line({"rows": count}, out)


def _line(value: object, out: IO[str]) -> None:
    out.write(json.dumps(value) + "\n")


if __name__ == "__main__":
    _limit()
    tell(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None, sys.stdout)
