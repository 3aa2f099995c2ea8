"""Formulas that a program wrote without counting them, kept as the text that they are.

Spreadsheet programs store a result beside each formula, and that is read. Other programs that make
XLSX files leave it out: the cell would read as empty, and what somebody typed would be lost.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
CHUNK = 2**20  # bytes


def uncounted_formulas(path: Path, sheet: str) -> dict[int, dict[int, str]]:
    """By row (from 1) and column (from 0), the formulas of an XLSX sheet that have no result."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        try:
            name = _part_of(archive, sheet)
            if name is None or not _has_formulas(archive, name):
                return {}
            with archive.open(name) as file:
                return _formulas(file)
        except (KeyError, ElementTree.ParseError, zipfile.BadZipFile, EOFError):
            # What calamine could read is read; only the uncounted formulas stay unknown.
            return {}


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The name of the part that holds this sheet."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314  limited process
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for found in book.iter(f"{MAIN}sheet"):
        if found.get("name") == sheet:
            target = targets.get(found.get(RELATION), "")
            return target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    return None


def _has_formulas(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as file:
        before = b""
        while chunk := file.read(CHUNK):
            if b"<f>" in before + chunk or b"<f " in before + chunk:
                return True
            before = chunk[-2:]
    return False


def _formulas(file: IO[bytes]) -> dict[int, dict[int, str]]:
    found: dict[int, dict[int, str]] = {}
    for _event, element in ElementTree.iterparse(file):  # noqa: S314  limited process
        if element.tag == f"{MAIN}c":
            formula, value = element.find(f"{MAIN}f"), element.find(f"{MAIN}v")
            place = re.fullmatch(r"([A-Z]+)(\d+)", element.get("r", ""))
            if formula is not None and formula.text and place and (value is None or not value.text):
                found.setdefault(int(place[2]), {})[_column(place[1])] = f"={formula.text}"
        elif element.tag == f"{MAIN}row":
            element.clear()
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
