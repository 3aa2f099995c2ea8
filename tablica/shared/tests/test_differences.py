"""What differs between two texts, how much work that may be, and two edits brought together."""

from __future__ import annotations

import random
import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.shared.text.differences import (
    GONE,
    NEW,
    SAME,
    SKIP,
    Piece,
    Work,
    common,
    compare,
    folded,
)
from tablica.shared.text.merging import merged
from tests.pace import patience

texts = st.text(alphabet="ab ,\nłی\u0301", max_size=30)
LARGE = 100_000
"""The longest text that an entry may have."""


def side(pieces: list[Piece], kind: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind in (SAME, kind))


@given(texts, texts)
def test_the_pieces_make_up_both_texts(before: str, after: str) -> None:
    pieces = compare(before, after)
    assert (side(pieces, GONE), side(pieces, NEW)) == (before, after)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != two.kind for one, two in pairwise(pieces))


@given(st.lists(st.integers(0, 3), max_size=9), st.lists(st.integers(0, 3), max_size=9))
def test_what_is_common_is_the_longest_there_is(one: list[int], two: list[int]) -> None:
    """Compared with the table of all prefixes."""
    longest = [[0] * (len(two) + 1) for _ in range(len(one) + 1)]
    for i, a in enumerate(one):
        for j, b in enumerate(two):
            near = max(longest[i][j + 1], longest[i + 1][j])
            longest[i + 1][j + 1] = longest[i][j] + 1 if a == b else near
    found = common(one, two, Work())
    for block in found:
        assert one[block.one :][: block.size] == two[block.two :][: block.size]
    assert sum(block.size for block in found) == longest[-1][-1]


def test_words_are_told_apart_not_letters() -> None:
    said = compare("The price is 500 zł.\nUntil Friday.", "The price is 480 zł.\nUntil Friday.")
    assert [(p.kind, p.text) for p in said] == [
        (SAME, "The price is "),
        (GONE, "500"),
        (NEW, "480"),
        (SAME, " zł.\nUntil Friday."),
    ]


def test_a_persian_word_with_a_joiner_is_one() -> None:
    said = compare("او می‌رود", "او می‌آید")
    assert [(p.kind, p.text) for p in said] == [
        (SAME, "او "),
        (GONE, "می‌رود"),
        (NEW, "می‌آید"),
    ]


def test_what_is_long_and_the_same_is_left_out() -> None:
    pieces = folded(compare("x" * 500 + " old " + "y" * 500, "x" * 500 + " new " + "y" * 500))
    assert [p.kind for p in pieces] == [SKIP, SAME, GONE, NEW, SAME, SKIP]
    assert sum(p.length for p in pieces) + sum(len(side([p], GONE)) for p in pieces) == 1005
    few = compare("one two", "one 2")
    assert folded(few) == few


def _random(signs: str, size: int = LARGE) -> str:
    chance = random.Random(5)
    return "".join(chance.choice(signs) for _ in range(size))


SQUARE = {
    "lines": ("x" + "a\n" * 50_000 + "y", "z" + "a\n" * 49_000 + "w"),
    "words": ("x " + "a " * 50_000 + "y", "z " + "a " * 49_000 + "w"),
    "turned lines": ("a\nb\n" * 25_000, "b\na\n" * 24_000 + "c"),
    "turned words": ("a b " * 25_000, "b a " * 25_000),
    "any lines": (_random("ab\n"), _random("b\na")),
    "any words": (_random("abcdefgh "), _random("h gfedcba")),
    "marks": ("\u0301" * LARGE, "a" + "\u0301" * (LARGE // 3)),
    "one word": ("a" * LARGE, "b" + "a" * LARGE),
}


@pytest.mark.parametrize("name", sorted(SQUARE))
def test_no_text_takes_long(name: str) -> None:
    """Measured are steps, with a generous clock beside them: on this machine each takes 0.2 s."""
    before, after = SQUARE[name]
    work, start = Work(), time.perf_counter()
    pieces = compare(before, after, work)
    result = merged(before, theirs=after, mine=after[::-1])
    took = time.perf_counter() - start
    assert took < patience(10)
    assert work.left > -2 * LARGE
    assert (side(pieces, GONE), side(pieces, NEW)) == (before, after)
    assert set(re.findall(r"\w+", after)) <= set(re.findall(r"\w+", result.both))


def test_changes_of_different_lines_merge() -> None:
    base = "Offer\n\nPrice: 500\n\nUntil: Friday"
    result = merged(
        base,
        theirs=base.replace("500", "480"),
        mine=base.replace("Friday", "Monday") + "\nSent by Anna",
    )
    assert not result.clashes
    assert result.both == "Offer\n\nPrice: 480\n\nUntil: Monday\nSent by Anna"


def test_changes_of_the_same_line_clash_and_both_stay() -> None:
    result = merged("one\ntwo\nthree", theirs="one\n2\nthree", mine="one\nII\nthree")
    assert result.clashes
    assert result.both == "one\n2\nII\nthree"


def test_the_same_change_by_both_is_one() -> None:
    result = merged("one\ntwo", theirs="one\n2", mine="one\n2")
    assert (result.clashes, result.both) == (False, "one\n2")


paragraphs = st.lists(st.sampled_from(["a", "b", "c", "", "d d"]), max_size=6).map("\n".join)


@given(paragraphs, paragraphs, paragraphs)
def test_no_word_that_either_typed_is_lost(base: str, theirs: str, mine: str) -> None:
    result = merged(base, theirs=theirs, mine=mine)
    lines = result.both.split("\n")
    for typed in (theirs, mine):
        assert set(typed.split("\n")) - set(base.split("\n")) <= set(lines)
    if not result.clashes and mine == base:
        assert result.both == theirs
    if not result.clashes and theirs == base:
        assert result.both == mine
