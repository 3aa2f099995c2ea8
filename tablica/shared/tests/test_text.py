"""Cleaning and folding: kept whole or refused; one spelling for all ways of writing."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.shared.text import BadText, clean
from tablica.shared.text.folding import fold


def code_of(text: str, **options: object) -> str:
    arguments = {"max_length": 100, "multiline": False, **options}
    with pytest.raises(BadText) as refused:
        clean(text, **arguments)  # type: ignore[arg-type]
    assert refused.value.message
    return refused.value.code


def test_good_text_is_kept_letter_by_letter() -> None:
    name = "Łódź «Ёлка» شرکت می‌رود 👩‍👩‍👧 \u200fabc"
    assert clean(name, max_length=100, multiline=False) == name


@pytest.mark.parametrize("multiline", [True, False])
def test_what_no_database_keeps_is_refused(multiline: bool) -> None:
    assert code_of("a\0b", multiline=multiline) == "nul"
    assert code_of("a\ud83d", multiline=multiline) == "surrogate"
    assert code_of("a\x07b", multiline=multiline) == "control"
    assert code_of("a\x9bb", multiline=multiline) == "control"
    assert code_of("a" * 101, multiline=multiline) == "length"


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\t", "\x85", "\u2028", "\u2029"])
def test_a_single_line_is_one_line(inside: str) -> None:
    assert code_of(f"Subject{inside}Bcc: x") == "control"


@pytest.mark.parametrize("control", ["\u202d", "\u202e"])
def test_a_name_cannot_be_turned_around(control: str) -> None:
    assert code_of(f"invoice{control}fdp.exe") == "override"
    assert clean(f"a{control}b", max_length=9, multiline=True) == f"a{control}b"


def test_many_lines_get_one_kind_of_newline_and_lose_only_trailing_space() -> None:
    assert clean("  a\r\nb\rc\td \n\n ", max_length=100, multiline=True) == "  a\nb\nc\td"


def test_length_counts_the_characters_that_are_stored() -> None:
    decomposed = unicodedata.normalize("NFD", "ó" * 10)
    assert clean(f" {decomposed} ", max_length=10, multiline=False) == "ó" * 10


@given(st.text(), st.booleans())
def test_cleaning_twice_changes_nothing_more(text: str, multiline: bool) -> None:
    try:
        once = clean(text, max_length=10_000, multiline=multiline)
    except BadText:
        return
    assert clean(once, max_length=10_000, multiline=multiline) == once


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zażółć Gęślą JAŹŃ", "zazolc gesla jazn"),
        ("Łódź Ørsted Đoković Straße Æon œuvre", "lodz orsted dokovic strasse aeon oeuvre"),
        ("Ёлка", "елка"),
        ("Майя", "майя"),
        ("до́говор", "договор"),
        ("كتابي", "کتابی"),
        ("عیسى", "عیسی"),
        ("قرارداد\u200cها", "قراردادها"),
        ("مـحـمـد مُحَمَّد", "محمد محمد"),
        ("۰۱۲۳۴۵۶۷۸۹ ٠١٢٣٤٥٦٧٨٩", "0123456789 0123456789"),
        ("“a” «b» ‘c’ d–e—f−g", '"a" "b" \'c\' d-e-f-g'),
        ("ﬁ ① ＡＢ", "fi 1 ab"),
        ("İstanbul ıspanak", "istanbul ispanak"),
        ("e\u0301\u200f", "e"),
        ("Ǿ ǽ ۓ", "o ae ی"),
    ],
)
def test_ways_of_writing_fold_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_letters_of_other_scripts_stay_apart() -> None:
    assert fold("한국어 आपकी") == "한국어 आपकी"
    assert fold("й") != fold("и")


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lt", "Lo", "Mn", "Cf", "Sk", "Nd"])))
def test_folding_forgets_case_and_composition(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
