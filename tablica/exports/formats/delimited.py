"""CSV after RFC 4180, in UTF-8 with the mark by which spreadsheet programs know it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from tablica.exports.queries.rows import Value
from tablica.shared.text.formulas import harmless

BEGIN = "\N{ZERO WIDTH NO-BREAK SPACE}"
AT_ONCE = 200  # rows of one piece


def csv_of(headings: list[str], rows: Iterable[list[Value]]) -> Iterator[bytes]:
    """The table in pieces: days as `2027-03-05`, amounts as `1200.50`, no cell a formula."""
    piece = io.StringIO(BEGIN)
    piece.seek(0, io.SEEK_END)
    table = csv.writer(piece, lineterminator="\r\n")
    table.writerow([harmless(heading) for heading in headings])
    for number, row in enumerate(rows, start=1):
        table.writerow([_cell(value) for value in row])
        if number % AT_ONCE == 0:
            yield piece.getvalue().encode()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue().encode()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else harmless(value)
