"""What every table looks like once it is read, whatever file it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from tablica.transfer.headings import concept_of

LOOKED_AT = 200  # rows that decide where the header is and how wide the table is
HIGHEST_HEADER = 15
LONGEST_HEADING = 120
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e]+")
_DATA = re.compile(r"\S+@\S+\.\S+|[+\d][\d\s().,/:-]*|\d{4}-\d\d-\d\d.*|https?://.*")


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the first line is 1), and its cells.

    A card has a `kind` as well (person, company or group), and a `problem` when it cannot be read.
    """

    number: int
    cells: list[str]
    kind: str = ""
    problem: str = ""


class Unreadable(Exception):
    """The file is no table that can be read. `code` says why, `detail` more of it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Parted:
    """A table in its parts: where the header stands (0: nowhere), columns, and the rows below."""

    header: int
    columns: list[str]
    rows: Iterator[Row]


def part(rows: Iterable[Row]) -> Parted:
    """Part `rows` into the names of the columns and the rows below, without blank ones.

    Lines above the header, such as the title of a report, are left out. A table without a header
    gets columns named `Column 1`, `Column 2` …
    """
    stream = (row for row in rows if row.cells)
    first = list(islice(stream, LOOKED_AT))
    if not first:
        raise Unreadable("empty")
    at = _header_at(first)
    if at is None:
        nameless = [""] * max(_usual_width(first), len(first[0].cells))
        return Parted(0, named(nameless), chain(first, stream))
    return Parted(first[at].number, named(first[at].cells), chain(first[at + 1 :], stream))


def _usual_width(rows: Sequence[Row]) -> int:
    widths = [len(row.cells) for row in rows]
    return max(set(widths), key=lambda width: (widths.count(width), width))


def _filled(row: Row) -> list[str]:
    return [cell.strip() for cell in row.cells if cell.strip()]


def _header_at(rows: Sequence[Row]) -> int | None:
    """Where the header stands; None when the first row already looks like data.

    Usually on top. Only lines that are mostly empty may stand above it.
    """
    top = _filled(rows[0])
    if any(concept_of(cell) for cell in top) and not _is_title(rows[0], rows):
        return 0
    for at, row in enumerate(rows[1:HIGHEST_HEADER], start=1):
        if not all(_is_title(above, rows) for above in rows[:at]):
            break
        filled = _filled(row)
        known = sum(concept_of(cell) is not None for cell in filled)
        if known >= 2 and not any(_DATA.fullmatch(cell) for cell in filled):
            return at
    return None if any(_DATA.fullmatch(cell) for cell in top) else 0


def _is_title(row: Row, rows: Sequence[Row]) -> bool:
    """Whether the row has so few cells that it can be neither header nor data."""
    return len(_filled(row)) * 2 < _usual_width(rows)


def named(headings: Iterable[str]) -> list[str]:
    """Names for the columns, each once: `Phone`, `Phone (2)`; a nameless one is `Column 3`."""
    names: list[str] = []
    taken: set[str] = set()
    for at, heading in enumerate(headings, start=1):
        base = " ".join(_UNSAYABLE.sub(" ", heading).split())[:LONGEST_HEADING] or f"Column {at}"
        name, again = base, 2
        while name in taken:
            name, again = f"{base} ({again})", again + 1
        taken.add(name)
        names.append(name)
    return names
