"""Tables as files: nothing in them is counted, nothing is lost, nothing is kept in memory."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl  # type: ignore[import-untyped]
import pytest
import python_calamine as calamine
from hypothesis import given
from hypothesis import strategies as st

from tablica.exports.formats.delimited import csv_of
from tablica.exports.formats.sheets import LONGEST, About, xlsx_of
from tablica.exports.queries.rows import Value
from tablica.shared.text.formulas import as_meant

pytestmark = pytest.mark.any_engine

ABOUT = About("Firmy & [spółki]", 'Zoë "=1" <O\'Hara>', datetime(2027, 4, 6, 12, tzinfo=UTC))
LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1+1", '"=1', " =1", ";=1", "a;=1"]


def csv_rows(headings: list[str], rows: Iterable[list[Value]]) -> list[list[str]]:
    text = b"".join(csv_of(headings, rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def book(rows: Iterable[list[Value]]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(b"".join(xlsx_of(["=A", "B"], rows, ABOUT))))


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"))))
def test_every_text_of_a_csv_file_comes_back(texts: list[str]) -> None:
    _head, *found = csv_rows(["A", "B"], [[text, "end"] for text in texts])
    assert [[as_meant(cell) for cell in row] for row in found] == [[t, "end"] for t in texts]


def test_days_and_amounts_are_written_for_programs() -> None:
    rows: list[list[Value]] = [[date(2027, 3, 5), Decimal("1200.50")], [None, Decimal("0.10")]]
    assert csv_rows(["=A", "B"], rows) == [["'=A", "B"], ["2027-03-05", "1200.50"], ["", "0.10"]]
    sheet = book(rows).active
    assert sheet is not None
    assert sheet["A2"].value == datetime(2027, 3, 5)
    assert (sheet["A2"].is_date, sheet["B2"].value, sheet["B3"].value) == (True, 1200.5, 0.1)


def test_no_cell_of_a_csv_file_is_a_formula() -> None:
    found = csv_rows(LIVE, [[text, f"x;{text}"] for text in LIVE])
    assert all(cell.startswith("'") for row in found for cell in row)


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    raw = b"".join(xlsx_of(["=A", "B"], ([text, text] for text in LIVE), ABOUT))
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        content = archive.read("xl/worksheets/sheet1.xml")
        assert archive.testzip() is None
    assert b"<f" not in content and content.count(b't="inlineStr"') == 2 + 2 * len(LIVE)
    sheet = book([text, text] for text in LIVE).active
    assert sheet is not None
    for row, text in zip(sheet.iter_rows(min_row=2), LIVE, strict=True):
        assert [(c.value, c.data_type, c.number_format) for c in row] == [(text, "s", "@")] * 2


def test_the_sheet_says_who_took_it_out() -> None:
    found = book([["x", "y"]])
    assert found.properties.creator == found.properties.lastModifiedBy == ABOUT.by
    assert found.properties.created == datetime(2027, 4, 6, 12)
    assert found.sheetnames == ["Firmy &  spółki"]


def test_what_no_sheet_can_hold_is_still_a_sheet() -> None:
    emoji = "\N{WASTEBASKET}\N{PILE OF POO}" * LONGEST
    rows: list[list[Value]] = [["a\x01b", "_x0041_"], [emoji, Decimal("99999999999999.99")]]
    raw = io.BytesIO(b"".join(xlsx_of(["A", "B"], rows, ABOUT)))
    other = calamine.CalamineWorkbook.from_filelike(raw).get_sheet_by_index(0).to_python()
    assert other[1] == ["a\x01b", "_x0041_"]
    sheet = book(rows).active
    assert sheet is not None
    cut = str(sheet["A3"].value)
    assert cut.endswith("…") and len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert sheet["B3"].value == "99999999999999.99"
    old = book([[date(1900, 1, 1), ""]]).active
    assert old is not None and old["A2"].value == "1900-01-01"


def test_a_file_begins_before_the_last_row_is_read() -> None:
    """A row that was written is kept nowhere."""
    asked = 0

    def rows() -> Iterator[list[Value]]:
        nonlocal asked
        for number in range(1, 10_001):
            asked = number
            yield ["x", "y"]

    pieces = csv_of(["A", "B"], rows())
    next(pieces)
    assert asked < 1_000
    assert sum(map(len, pieces)) < 10_000 * 5
    assert asked == 10_000
