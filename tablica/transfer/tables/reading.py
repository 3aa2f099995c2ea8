"""Reading a table of any kind, in a process of its own that is bounded in memory and time."""

from __future__ import annotations

import codecs
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import tablica
from tablica.transfer.tables.delimited import NO_DELIMITER
from tablica.transfer.tables.shape import Row, Unreadable

LARGEST = 100 * 2**20  # bytes
LONGEST_WAIT = 180.0  # seconds


class Rows:
    """The rows of a table, kept in a temporary file, so that a large one fits a small machine."""

    def __init__(self, spool: IO[bytes], start: int, count: int) -> None:
        self._spool = spool
        self._start = start
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Row]:
        place = self._start
        for _ in range(self._count):
            self._spool.seek(place)
            row = Row(*json.loads(self._spool.readline()))
            place = self._spool.tell()
            yield row


@dataclass(frozen=True)
class Table:
    """A table as it was read.

    `encoding` and `delimiter` are empty for a spreadsheet, `sheet` for a text file. `header` is the
    number of the row that names the columns, 0 when there was none. The rows of `is_cards` are the
    cards of a vCard file, and `kinds` those that there are among them.
    """

    columns: list[str]
    rows: Rows
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = 1
    is_cards: bool = False
    kinds: tuple[str, ...] = ()


def read(path: Path, *, encoding: str | None = None) -> Table:
    """The table in this file: CSV, TSV, XLSX, XLS, ODS or vCard, by its content.

    Raises `Unreadable`, and `OSError` when there is no such file or it may not be read.
    """
    if path.stat().st_size > LARGEST:
        raise Unreadable("too_large", str(LARGEST // 2**20))
    with path.open("rb"):
        pass
    if encoding is not None:
        _known(encoding)
    spool = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the rows
    _read_into(spool, path, encoding)
    spool.seek(0)
    return table_from(spool)


def table_from(spool: IO[bytes]) -> Table:
    """The table that the reading process has written to `spool`."""
    about = _object(spool.readline())
    if "error" in about:
        raise Unreadable(str(about["error"]), str(about["detail"]))
    start = spool.tell()
    return Table(
        columns=[str(column) for column in about["columns"]],
        rows=Rows(spool, start, _count(spool)),
        encoding=about.get("encoding", ""),
        delimiter=about.get("delimiter", "").strip(NO_DELIMITER),
        sheet=about.get("sheet", ""),
        header=about["header"],
        is_cards=about.get("cards", False),
        kinds=tuple(about.get("kinds", ())),
    )


def _known(encoding: str) -> None:
    try:
        codecs.lookup(encoding)
        "".encode(encoding)
    except (LookupError, ValueError):
        raise Unreadable("unknown_encoding", encoding) from None


def _read_into(spool: IO[bytes], path: Path, encoding: str | None) -> None:
    command = [sys.executable, "-m", "tablica.transfer.tables.process", str(path.resolve())]
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(Path(tablica.__file__).parent.parent),
        "PYTHONIOENCODING": "utf-8",
    }
    try:
        ended = subprocess.run(
            [*command, encoding] if encoding else command,
            stdin=subprocess.DEVNULL,
            stdout=spool,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=LONGEST_WAIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("too_slow") from None
    if ended.returncode:
        raise Unreadable("too_slow" if ended.returncode < 0 else "no_table")


def _object(line: bytes) -> dict[str, Any]:
    found = json.loads(line)
    if not isinstance(found, dict):
        raise Unreadable("no_table")
    return found


def _count(spool: IO[bytes]) -> int:
    """How many rows there are, from the last line; it is an error when reading broke off."""
    spool.seek(0, os.SEEK_END)
    spool.seek(max(0, spool.tell() - 4096))
    last = _object(spool.readlines()[-1])
    if "error" in last:
        raise Unreadable(str(last["error"]), str(last["detail"]))
    return int(last["rows"])
