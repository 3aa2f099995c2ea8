from __future__ import annotations

import csv
import io
import time
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablica.transfer.tables import Unreadable, encodings, process, read, reading, sheets
from tablica.transfer.tests.tables import ENCODINGS, HEADINGS, WORDS, cells_of, read_here
from tests.pace import patience


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("language", "encoding"), [(lang, enc) for lang, encs in ENCODINGS.items() for enc in encs]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_encoding_and_delimiter_gives_the_same_cells(
    tmp_path: Path, language: str, encoding: str, delimiter: str
) -> None:
    rows = [
        [f"{a} {b}", "", a, "x@example.com"] for a, b in zip(*[WORDS[language]] * 2, strict=True)
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([HEADINGS[language][:4], *rows])
    table = read_here(written(tmp_path / "t.csv", out.getvalue(), encoding))
    assert table.columns == HEADINGS[language][:4]
    assert cells_of(table) == rows


TEXTS = [
    ("cp1250", "Firma;Miasto\nAlfa;Łódź\n"),
    ("iso-8859-2", "Firma;Miasto\nAlfa;Łódź\n"),
    ("cp852", "x\nkoń\n"),
    ("cp1250", "IMIĘ;NAZWISKO\nŁUKASZ;ŻÓŁĆ\n"),
    ("iso-8859-2", "IMIĘ;NAZWISKO\nŚWIĘTOSŁAW;GĄSKA\n"),
    ("cp1250", "Název;Město\nŘíčany u Prahy;Plzeň\n"),
    ("cp1251", "ФИО\nПётр Щукин\n"),
    ("koi8-r", "НАЗВАНИЕ;ГОРОД\nООО РОМАШКА;МОСКВА\n"),
    ("cp866", "Название;Город\nИП Иванов;Уфа\n"),
    ("iso-8859-5", "Название;Город\nООО «Ромашка»;Москва\n".replace("«", '"').replace("»", '"')),
    ("cp1256", "name;city\nشركة;مشهد\n"),
    ("cp1252", "Name;Stadt\nMüller GmbH;Köln\n"),
    ("utf-16-le", "نام;شهر\nشرکت نفت;تهران\n"),
    ("utf-16-be", "Nazwa;Miasto\nŻuraw;Łódź\n"),
    ("shift_jis", "名前,都市\n株式会社アルファ,東京\n有限会社ベータ,大阪\n"),
]


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_a_few_words_tell_the_encoding(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    assert data.decode(encodings.detect(data)) == text


def test_a_spoiled_byte_spoils_one_row_only(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("Nazwa;Miasto\nŻuraw;Łódź\n".encode() + b"Z\xb3a;x\n" + "Gęś;Ćma".encode())
    table = read_here(path)
    assert table.encoding == "utf-8"
    assert cells_of(table) == [["Żuraw", "Łódź"], ["Z\udcb3a", "x"], ["Gęś", "Ćma"]]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r\n", exclude_categories=("Cs", "Cc")),
    min_size=1,
    max_size=12,
).filter(lambda s: s.strip() == s and not s.startswith(("'", "\\")) and "\\" not in s)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(NAMES, min_size=3, max_size=3), min_size=1, max_size=12),
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_was_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[list[str]],
    delimiter: str,
    quoting: Literal[0, 1],
    ending: str,
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=ending)
    writer.writerows([["Name", "City", "Notes"], *rows])
    path = written(tmp_path_factory.mktemp("t") / "t.csv", out.getvalue())
    table = read_here(path)
    assert table.delimiter == delimiter
    assert cells_of(table) == rows


@settings(max_examples=200, deadline=None)
@given(data=st.binary(min_size=0, max_size=300))
def test_any_bytes_are_a_table_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.mktemp("t") / "t.csv"
    path.write_bytes(data)
    try:
        table = read_here(path)
    except Unreadable:
        return
    assert len(list(table.rows)) == len(table.rows)
    assert len(set(table.columns)) == len(table.columns)


@pytest.mark.parametrize(
    ("text", "columns", "rows"),
    [
        ("Name;City\nA;B\n\n  \nC;D\n", ["Name", "City"], [["A", "B"], ["  "], ["C", "D"]]),
        ("Name;City\nA\nB;C;D;E\n", ["Name", "City"], [["A"], ["B", "C", "D", "E"]]),
        ("Name;Phone;Phone;\nA;1;2;3\n", ["Name", "Phone", "Phone (2)", "Column 4"], None),
        ("sep=|\nName|City\nA;B|C\n", ["Name", "City"], [["A;B", "C"]]),
        ("Client list 2026;;\n\nName;City;Phone\nA;B;1\n", ["Name", "City", "Phone"], None),
        ("Alfa;alfa@example.com;+48 22 1\nBeta;b@example.com;2\n",
         ["Column 1", "Column 2", "Column 3"],
         [["Alfa", "alfa@example.com", "+48 22 1"], ["Beta", "b@example.com", "2"]]),
        ("Name\nNowak, Anna\nBond; James\n", ["Name"], [["Nowak, Anna"], ["Bond; James"]]),
        ('Name,Notes\nA,"one\ntwo"\nB,x\n', ["Name", "Notes"], [["A", "one\ntwo"], ["B", "x"]]),
        ('Name;City\n"Alfa;Łódź\nBeta;Ryga\n', ["Name", "City"],
         [["Alfa", "Łódź"], ["Beta", "Ryga"]]),
        ('Name;City\n"Alfa;Łódź\nBeta;"Ryga"\nC;D\n', ["Name", "City"],
         [["Alfa", "Łódź"], ["Beta", "Ryga"], ["C", "D"]]),
        ('Name;Notes\nA;"say \\"hi\\"; twice"\n', ["Name", "Notes"], [["A", 'say "hi"; twice']]),
        ("'Name','City'\n'A','B, C'\n", ["Name", "City"], [["A", "B, C"]]),
        ("Nazwa;Kwota\nAlfa;1,5\nBeta;2,5\n", ["Nazwa", "Kwota"],
         [["Alfa", "1,5"], ["Beta", "2,5"]]),
        ("Name;City\na\0b;c\n", ["Name", "City"], [["a\0b", "c"]]),
    ],
)  # fmt: skip
def test_careless_tables(
    tmp_path: Path, text: str, columns: list[str], rows: list[list[str]] | None
) -> None:
    table = read_here(written(tmp_path / "t.csv", text))
    assert table.columns == columns
    if rows is not None:
        assert cells_of(table) == rows


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", 'Name;Notes\nA;"1\n2"\n\nB;x\n')
    assert [row.number for row in read_here(path).rows] == [2, 4]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_a_spreadsheet_says_what_one_sees(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "misnamed.csv",
        [
            ["Name", "Tax id", "Amount", "Day", "At", "Notes"],
            ["007", 5260001246, 1234.5, date(2026, 3, 5), datetime(2026, 3, 5, 10, 30), "=1+1"],
            [None, 0.1 + 0.2, 1e15, True, None, "#N/A"],
        ],
    )
    table = read(path)
    assert table.sheet == "Sheet"
    assert cells_of(table) == [
        ["007", "5260001246", "1234.5", "2026-03-05", "2026-03-05 10:30:00", "=1+1"],
        ["", "0.3", "1000000000000000", "TRUE", "", ""],
    ]


def test_a_sheet_that_begins_lower_keeps_its_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [[], [None, None], [None, "Name"], [None, "A"]])
    table = read(path)
    assert (table.header, table.columns) == (3, ["Name"])
    assert [(row.number, row.cells) for row in table.rows] == [(4, ["A"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"%PDF-1.7 ...", "no_table"),
        (b"\x89PNG\r\n\x1a\n", "no_table"),
        (b"<html><table><tr><td>Name</td></tr></table>", "no_table"),
        (b"PK\x03\x04 not really a workbook", "no_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "no_table"),
    ],
)
def test_no_table_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        read(path)
    assert refused.value.code == code


def test_finding_the_encoding_takes_time_linear_in_the_length_of_a_line() -> None:
    started = time.process_time()
    assert encodings.detect(b"x" * 3_000_000) == "utf-8"
    assert encodings.detect(b"x" * 3_000_000 + "Łódź".encode("cp1250")) == "cp1250"
    took = time.process_time() - started
    assert took < patience(5, time.process_time)


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 10 * 2**20)
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(6):
            archive.writestr(f"xl/worksheets/sheet{part}.xml", b" " * 2 * 2**20)
    assert path.stat().st_size < 100_000
    with pytest.raises(Unreadable) as refused:
        read_here(path)
    assert refused.value.code == "too_large_unpacked"


def test_a_far_away_cell_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["XFD1048576"] = "Name", "x"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(Unreadable) as refused:
        read(tmp_path / "t.xlsx")
    assert refused.value.code in {"too_many_cells", "too_slow", "too_large_unpacked"}


def test_a_file_beyond_the_limit_is_not_even_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LARGEST", 10)
    with pytest.raises(Unreadable) as refused:
        read(written(tmp_path / "t.csv", "Name;City\nA;B\n"))
    assert refused.value.code == "too_large"


def test_too_many_rows_are_told_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MOST_ROWS", 2)
    with pytest.raises(Unreadable) as refused:
        read_here(written(tmp_path / "t.csv", "Name\nA\nB\nC\n"))
    assert refused.value.code == "too_many_cells"


def test_the_encoding_can_be_named(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", "Name\nŁódź\n", "cp1250")
    assert cells_of(read(path, encoding="iso-8859-2")) == [["Łód\x9f"]]
    with pytest.raises(Unreadable) as refused:
        read(path, encoding="klingon")
    assert refused.value.code == "unknown_encoding"
