"""Texts that a spreadsheet program would take for formulas, in tables that are plain text.

In a CSV file nothing says that a cell is text: `=1+1` is counted when the file is opened. An
apostrophe before it keeps it as it stands. Programs that part the columns by another mark begin
cells in the middle of ours; there one is put as well.
"""

from __future__ import annotations

import re

# Full-width and small signs are taken for the plain ones.
STARTS = frozenset("=+-@＝＋－＠﹦﹢﹣﹫−")
MARK = "'"
# What programs pass over before they look whether a cell is a formula. A whole run of it is found
# at once: looking ahead from each sign would take the square of the time.
_PASSED = re.compile("[\\s\"'`,;|\u200b-\u200f\u2060\ufeff\u00ad]+")
_PARTED = re.compile("[,;|\t\r\n]")
_MARKED = re.compile("([,;|\t\r\n])'")


def harmless(text: str) -> str:
    """`text` as a cell of plain text that no program takes for a formula; most stay as they are."""
    guarded = _in_runs(_PARTED, rf"\g<0>{MARK}", text)
    return MARK + guarded if guarded != text or _begins_badly(text) else text


def as_meant(cell: str) -> str:
    """The text of which `harmless` made this cell; every other cell is as it stands."""
    if not cell.startswith(MARK):
        return cell
    text = _in_runs(_MARKED, r"\1", cell[1:])
    return text if harmless(text) == cell else cell


def _begins_badly(text: str) -> bool:
    run = _PASSED.match(text)
    return _at(text, run.end() if run else 0) in STARTS or text[:1] in {"\t", "\r", "\n"}


def _in_runs(found: re.Pattern[str], put: str, text: str) -> str:
    """Put something in place of what is found just before the beginning of a formula."""

    def changed(run: re.Match[str]) -> str:
        return found.sub(put, run[0]) if _at(text, run.end()) in STARTS else run[0]

    return _PASSED.sub(changed, text)


def _at(text: str, place: int) -> str:
    return text[place] if place < len(text) else ""
