"""Cells that a spreadsheet program would count."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tablica.shared.text.formulas import MARK, as_meant, harmless

pytestmark = pytest.mark.any_engine

SIGNS = "=+-@\t\r\n ,;|\"'`1Aż＝＋－＠−\u200b\ufeff\u00a0"
texts = st.text(alphabet=SIGNS, max_size=12) | st.text(max_size=20)
LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1"]


def begins_live(cell: str) -> bool:
    """Whether a program that trims and takes off quotes would count what is left."""
    bare = unicodedata.normalize("NFKC", cell).lstrip(' \t\r\n\u00a0"`\u200b\ufeff')
    return bare[:1] in ("=", "+", "-", "@", "−")


def live_parts(cell: str) -> list[str]:
    """What is live of the cell, whichever mark parts the columns, with lines as rows."""
    return [
        part
        for mark in (",", ";", "|", "\t")
        for line in [cell, *re.split(r"[\r\n]", cell)]
        for part in [line, *line.split(mark)]
        if begins_live(part)
    ]


@pytest.mark.parametrize(
    "before", ["", " ", '"', "' ", ";", ",", "|", '";', "x;", 'a\n"', "\u00a0"]
)
@pytest.mark.parametrize("text", LIVE)
def test_no_cell_is_live(text: str, before: str) -> None:
    assert live_parts(before + text) or before == "' "
    assert live_parts(harmless(before + text)) == []


@given(texts)
def test_whatever_the_text_is_nothing_is_live_and_nothing_is_lost(text: str) -> None:
    assert live_parts(harmless(text)) == []
    assert not harmless(text).startswith(("\t", "\r", "\n"))
    assert as_meant(harmless(text)) == text


@given(texts)
@example("'quoted' and said")
@example("'tis, 'round here")
def test_what_others_wrote_stays_unless_it_is_a_guarded_cell(cell: str) -> None:
    assert as_meant(cell) == cell or harmless(as_meant(cell)) == cell


@pytest.mark.parametrize(
    "text", ["", "Acme", "a-b", "5 + 5", "me@example.org", "it's", "1,5", "a; b"]
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text == as_meant(text)


def test_the_apostrophe_of_other_programs_goes_too() -> None:
    assert as_meant("'+48 601 234 567") == "+48 601 234 567"


def test_a_hostile_text_costs_no_time() -> None:
    before = time.process_time()
    for text in (";" * 200_000, ";'" * 100_000 + "=", "'" + ";'" * 100_000, "\u00a0" * 200_000):
        harmless(text)
        as_meant(MARK + text)
    assert time.process_time() - before < 2
