"""Tables as text: cells parted by a mark, perhaps in quotes, perhaps carelessly written."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from tablica.shared.text.formulas import as_meant
from tablica.transfer.headings import concept_of
from tablica.transfer.tables import encodings
from tablica.transfer.tables.shape import Row, Unreadable

DELIMITERS = ",;\t|"
NO_DELIMITER = "\x1f"  # a mark of ASCII's own for this, which no table of one column holds
LOOKED_AT = 300  # lines that decide how the file is written
LONGEST_CELL = 1_000_000  # characters
MOST_LINES = 5_000  # lines of one cell before its opening quote is taken for a stray one
_NO_TEXT = (
    (b"%PDF", "pdf"),
    (b"{\\rtf", "document"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"SQLite format 3", "database"),
)


@dataclass(frozen=True)
class Dialect:
    """How the file is written. `escape` is a backslash where quotes inside quotes carry one."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None

    def reader(self, lines: Iterable[str], *, strict: bool) -> Iterator[list[str]]:
        return csv.reader(
            lines,
            strict=strict,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            doublequote=self.escape is None,
        )

    def split(self, line: str) -> list[str]:
        """The cells of one line in which quotes mean nothing."""
        cells = line.rstrip("\r\n").split(self.delimiter)
        return [cell.strip(self.quote) for cell in cells]


def open_text(path: Path, encoding: str | None) -> tuple[str, Iterator[str]]:
    """The encoding of the file and its lines, ends of lines kept.

    A byte that is wrong in this encoding becomes half a character, which no field takes: the row
    is refused and told, and the others are read.
    """
    with path.open("rb") as file:
        data = file.read()
    _refuse_other_files(data)
    found = encoding or encodings.detect(data)
    errors = "surrogatepass" if found.startswith(("utf-16", "utf-32")) else "surrogateescape"
    return found, _lines(path, found, errors)


def _lines(path: Path, encoding: str, errors: str) -> Iterator[str]:
    try:
        with path.open(encoding=encoding, errors=errors, newline="") as text:
            yield from text
    except (UnicodeError, LookupError) as error:
        raise Unreadable("encoding", f"{encoding}: {error}") from None


def _refuse_other_files(data: bytes) -> None:
    head = data[:2048].lstrip()
    for mark, what in _NO_TEXT:
        if head.startswith(mark):
            raise Unreadable("no_table", what)
    if head[:14].lower().startswith((b"<!doctype html", b"<html", b"<table")):
        raise Unreadable("no_table", "web page")
    if not data.strip():
        raise Unreadable("empty")
    if data.count(0) > len(data) // 10 and not encodings.detect(data).startswith("utf-"):
        raise Unreadable("no_table", "binary file")


def sniff(lines: list[str], *, prefer: str = "") -> Dialect:
    """How these first lines are written: the reading in which the rows are most alike wins.

    `prefer` is the delimiter that the file's name promises; it wins when it parts anything.
    """
    first = lines[0].strip().lower() if lines else ""
    if first.startswith("sep=") and len(first) == 5:
        return Dialect(first[4], escape=_escape(lines, '"'))
    candidates = [Dialect(d, q, _escape(lines, q)) for q in _quotes(lines) for d in DELIMITERS]
    best = max(candidates, key=lambda dialect: _alike(dialect, lines, prefer))
    if _alike(best, lines, prefer) > 0:
        return best
    return next((d for d in candidates if _widths(d, lines) == {1}), Dialect(NO_DELIMITER))


def _quotes(lines: list[str]) -> str:
    """Single quotes count only where cells both begin and end with them."""
    pairs = sum(line.startswith("'") and line.rstrip().endswith("'") for line in lines)
    return "'\"" if pairs > len(lines) / 2 else '"'


def _escape(lines: list[str], quote: str) -> str | None:
    text = "".join(lines)
    return "\\" if f"\\{quote}" in text and f"{quote}{quote}" not in text else None


def _widths(dialect: Dialect, lines: list[str]) -> set[int]:
    return {len(cells) for _number, cells in records(iter(lines), dialect) if cells}


def _alike(dialect: Dialect, lines: list[str], prefer: str) -> float:
    """How well this reading parts the lines: share of rows of the usual width, times its width."""
    rows = [cells for _n, cells in islice(records(iter(lines), dialect), LOOKED_AT) if cells]
    if not rows:
        return 0
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    if usual < 2:
        return 0
    share = widths.count(usual) / len(widths)
    known = sum(concept_of(cell) is not None for cell in rows[0][:100])
    quoted = 1.0 if dialect.quote == "'" else 0.0
    # One more column tells less than rows that are alike, and known headings tell most.
    return share**2 * (1 + min(usual, 20) / 20) + known + quoted + (dialect.delimiter == prefer)


class _Pushable(Iterator[str]):
    """Lines that can be given back, and remember what was taken since the last record."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._back: deque[str] = deque()
        self.taken: list[str] = []

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES:
            raise csv.Error("a cell of too many lines")
        line = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(line)
        return line

    def give_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))


def records(lines: Iterator[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """The records with their numbers from 1; a blank line is a record without cells.

    A quote that opens and is never rightly closed would swallow the rows below it. It is taken for
    a stray one, and its line read as it stands: when a record of several lines breaks the rules of
    quoting, or is not as wide as those before while its first line alone is.
    """
    source = _Pushable(lines)
    reader = dialect.reader(source, strict=True)
    number, width = 0, 0
    while True:
        source.taken = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            cells = _careless(source, dialect)
            reader = dialect.reader(source, strict=True)
        else:
            if len(source.taken) > 1 and width not in (0, len(cells)):
                first = dialect.split(source.taken[0])
                if len(first) == width:
                    source.give_back(source.taken[1:])
                    cells = first
        number += 1
        width = width or len(cells)
        yield number, cells


def _careless(source: _Pushable, dialect: Dialect) -> list[str]:
    """The cells of the first line taken, which breaks the rules of quoting; the rest goes back."""
    first, *rest = source.taken
    source.give_back(rest)
    if rest:
        return dialect.split(first)
    try:
        return next(dialect.reader([first], strict=False))
    except csv.Error:
        return dialect.split(first)


def read(path: Path, encoding: str | None) -> tuple[str, Dialect, Iterator[Row]]:
    """The encoding, the way of writing and the rows of a text file."""
    csv.field_size_limit(LONGEST_CELL)
    found, lines = open_text(path, encoding)
    first = list(islice(lines, LOOKED_AT))
    promised = "\t" if path.suffix.lower() in {".tsv", ".tab"} else ""
    dialect = sniff(first, prefer=promised)
    return found, dialect, _rows(first, lines, dialect)


def _rows(first: list[str], rest: Iterator[str], dialect: Dialect) -> Iterator[Row]:
    def every() -> Iterator[str]:
        yield from first
        yield from rest

    for number, cells in records(every(), dialect):
        announces = number == 1 and len(cells) <= 2 and cells[:1] in (["sep="], ["SEP="])
        if not announces:
            yield Row(number, [as_meant(cell) for cell in cells])
