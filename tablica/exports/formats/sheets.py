"""XLSX, written as it goes: texts as texts, days and amounts as what they are.

A small part of ECMA-376, the one that every spreadsheet program reads: one sheet, its cells with
their texts in them, so that no table of texts has to be kept in memory.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from xml.sax.saxutils import escape

from tablica.exports.queries.rows import Value

PIECE = 64 * 2**10  # bytes
LONGEST = 32_767  # units of UTF-16 in a cell; with more a program takes the file for damaged
MOST_DIGITS = 15  # that a number keeps
FIRST_DAY = date(1900, 3, 1)  # before it programs do not agree on how days are counted
DAY_ZERO = date(1899, 12, 30)
TEXT, DAY, AMOUNT, HEADING = 1, 2, 3, 4  # the styles, by their places in `_STYLES`
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-"


@dataclass(frozen=True)
class About:
    """What the file says of itself: what it holds, who took it out and when."""

    title: str
    by: str
    at: datetime


def xlsx_of(headings: list[str], rows: Iterable[list[Value]], about: About) -> Iterator[bytes]:
    """The table in pieces."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in _parts(about).items():
                archive.writestr(name, _HEAD + text)
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                for text in _sheet(headings, rows):
                    sheet.write(text.encode())
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def _sheet(headings: list[str], rows: Iterable[list[Value]]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>'
    yield f"<row>{''.join(_text(heading, HEADING) for heading in headings)}</row>"
    for row in rows:
        yield f"<row>{''.join(_cell(value) for value in row)}</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Value) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, Decimal):
        many = len(value.as_tuple().digits) > MOST_DIGITS
        return _text(f"{value:f}", TEXT) if many else f'<c s="{AMOUNT}"><v>{value:f}</v></c>'
    if isinstance(value, date):
        if value < FIRST_DAY:
            return _text(value.isoformat(), TEXT)
        return f'<c s="{DAY}"><v>{(value - DAY_ZERO).days}</v></c>'
    return _text(value, TEXT)


def _text(text: str, style: int) -> str:
    """A cell that is text whatever is in it, also after somebody has been in it to change it."""
    said = escape(_sayable(_shortened(text)))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _shortened(text: str) -> str:
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 <= LONGEST:
        return text
    units = text.encode("utf-16-le", "surrogatepass")[: (LONGEST - 1) * 2]
    return units.decode("utf-16-le", "ignore") + "…"


def _sayable(text: str) -> str:
    """What XML cannot say, as programs write it, and what would be taken for that."""
    text = _LIKE_ESCAPED.sub("_x005F_", text)
    return _UNSAYABLE.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


def _parts(about: About) -> dict[str, str]:
    """The parts beside the sheet. Who took the table out is a property of the file."""
    at = about.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    name, title = escape(_sayable(about.by)), escape(_sayable(about.title))
    moment = f'xsi:type="dcterms:W3CDTF">{at}'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_TYPE}package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/{part}" ContentType="{_TYPE}{of}+xml"/>'
            for part, of in (
                ("xl/workbook.xml", "officedocument.spreadsheetml.sheet.main"),
                ("xl/worksheets/sheet1.xml", "officedocument.spreadsheetml.worksheet"),
                ("xl/styles.xml", "officedocument.spreadsheetml.styles"),
                ("docProps/core.xml", "package.core-properties"),
            )
        )
        + "</Types>",
        "_rels/.rels": _links(
            (f"{_OFFICE}/relationships/officeDocument", "xl/workbook.xml"),
            (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "xl/_rels/workbook.xml.rels": _links(
            (f"{_OFFICE}/relationships/worksheet", "worksheets/sheet1.xml"),
            (f"{_OFFICE}/relationships/styles", "styles.xml"),
        ),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}/relationships"><sheets>'
        f'<sheet name="{_sheet_name(about.title)}" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/styles.xml": _STYLES,
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{title}</dc:title><dc:creator>{name}</dc:creator>"
        f"<cp:lastModifiedBy>{name}</cp:lastModifiedBy>"
        f"<dcterms:created {moment}</dcterms:created>"
        f"<dcterms:modified {moment}</dcterms:modified></cp:coreProperties>",
    }


def _links(*links: tuple[str, str]) -> str:
    said = "".join(
        f'<Relationship Id="r{at}" Type="{of}" Target="{target}"/>'
        for at, (of, target) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _sheet_name(title: str) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", " ", _UNSAYABLE.sub("", title)).strip()[:31]
    return escape(plain or "1", {'"': "&quot;"})


_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
    'applyFont="1"/></cellXfs></styleSheet>'
)
