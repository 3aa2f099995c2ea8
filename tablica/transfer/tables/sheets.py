"""Tables as spreadsheets: XLSX, XLS, ODS."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from tablica.transfer.tables.formulas import uncounted_formulas
from tablica.transfer.tables.shape import Row, Unreadable

MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
LARGEST_UNPACKED = 600 * 2**20  # bytes
MOST_PARTS = 5_000
MOST_CELLS = 20_000_000
MOST_COLUMNS = 2_000
SIGNIFICANT = 15  # digits that a spreadsheet keeps of a number

Cell = str | float | int | bool | date | time | datetime | timedelta | None


def is_sheet(head: bytes) -> bool:
    """Whether a file that begins like this is a spreadsheet, whatever its name."""
    return head.startswith(MAGIC)


def read(path: Path) -> tuple[str, Iterator[Row]]:
    """The name of the first sheet that holds anything, and its rows as text.

    Raises `Unreadable` for what is no spreadsheet, is protected, or would unpack to too much.
    """
    if zipfile.is_zipfile(path):
        _refuse_bombs(path)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = [meta for meta in book.sheets_metadata if "Work" in str(meta.typ)]
        for meta in sheets:
            sheet = book.get_sheet_by_name(meta.name)
            if sheet.total_height and sheet.total_width:
                return sheet.name, _rows(path, sheet)
    except calamine.PasswordError as error:
        raise Unreadable("password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("no_table", str(error)) from error
    raise Unreadable("empty")


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable("no_table", str(error)) from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable("too_large_unpacked")


def _rows(path: Path, sheet: calamine.CalamineSheet) -> Iterator[Row]:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise Unreadable("too_many_cells")
    formulas = uncounted_formulas(path, sheet.name)
    top, left = sheet.start or (0, 0)
    number = top
    for number, values in enumerate(sheet.to_python(), start=top + 1):
        cells = [text_of(value) for value in values]
        _fill_in(cells, formulas.pop(number, {}), left)
        yield Row(number, cells if any(cells) else [])
    for below in sorted(row for row in formulas if row > number):
        cells = []
        _fill_in(cells, formulas[below], left)
        yield Row(below, cells)


def _fill_in(cells: list[str], formulas: dict[int, str], left: int) -> None:
    for column, formula in formulas.items():
        at = column - left
        if 0 <= at < MOST_COLUMNS:
            cells.extend([""] * (at + 1 - len(cells)))
            cells[at] = cells[at] or formula


def text_of(value: Cell) -> str:
    """A cell as one would type it: dates as `2024-03-05`, whole numbers without a point."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case int():
            return str(value)
        case float():
            return _number(value)
        case datetime():
            if value.time() == time(0):
                return value.date().isoformat()
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)


def _number(value: float) -> str:
    """As the spreadsheet shows it: 15 digits, never with an exponent; whole ones in full."""
    if value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    try:
        digits = Decimal(f"{value:.{SIGNIFICANT}g}")
    except ArithmeticError:
        return str(value)
    written = f"{digits:f}"
    return re.sub(r"\.?0+$", "", written) if "." in written else written
