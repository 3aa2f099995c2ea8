"""Texts made to keep the machine busy are refused or shown plainly, at once."""

from __future__ import annotations

import time
import unicodedata

import pytest
from linkify_it import LinkifyIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.linkify import linkify

from tablica.shared import markdown
from tablica.shared.text import BadText, clean

PATIENCE = 1.0  # seconds of computing, a thousand times what is needed


@pytest.mark.parametrize("pile", ["\u0300\u0316" * 500_000, "a" + "\u0301" * 1_000_000])
@pytest.mark.parametrize("multiline", [True, False])
def test_marks_piled_up_are_refused_before_they_are_sorted(pile: str, multiline: bool) -> None:
    began = time.process_time()
    with pytest.raises(BadText) as refused:
        clean(pile, max_length=100, multiline=multiline)
    assert refused.value.code == "marks"
    assert time.process_time() - began < PATIENCE


@pytest.mark.parametrize(
    "text",
    [
        "e\u0323\u0302\u0301" * 20_000,
        "\u0628\u0651\u064e" * 30_000,
        "Z" + "\u0335\u0301\u0316" * 10,
        "👩‍👩‍👧‍👦🎉" * 5_000,
        "—…·" * 30_000,
    ],
)
def test_marks_as_people_write_them_are_kept(text: str) -> None:
    kept = clean(text, max_length=100_000, multiline=True)
    assert kept == unicodedata.normalize("NFC", text)


def test_a_list_of_a_machine_is_shown_as_typed() -> None:
    source = "- a\n" * (markdown.MOST_LINES + 1)
    assert markdown.render(source).startswith('<pre class="plain"')
    assert "<li" in markdown.render("- a\n" * 1_000)


def test_a_preview_costs_nothing_however_long_the_text() -> None:
    source = "http://a.b *c* " * 6_000
    began = time.process_time()
    assert [markdown.preview(source) for _ in range(300)] == [source] * 300
    assert time.process_time() - began < PATIENCE
    assert markdown.preview("**bold** #tag") == "bold #tag"


class TestAddresses:
    """Looking for bare addresses takes time with the length of a text, and no more."""

    def test_a_scheme_is_looked_for_in_a_few_letters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looked: list[int] = []

        def watched(state: StateInline, silent: bool) -> bool:
            looked.append(len(state.pending) if state.src.startswith("://", state.pos) else 0)
            return linkify(state, silent)

        monkeypatch.setattr(markdown, "linkify", watched)
        for source in ("http://:" * 3_000, "[http://:" * 1_000, "http://: " * 3_000):
            markdown.render(source)
        assert len(looked) > 7_000
        assert max(looked) <= markdown.LONGEST_SCHEME

    @pytest.mark.parametrize(
        "word", ["=~." * 20 + ".13" * 30, "a@" * 41, "a" * 501 + ".com", "a.com" + "/b" * 250]
    )
    def test_no_address_is_looked_for_in_such_a_word(
        self, word: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looked: list[str] = []
        monkeypatch.setattr(LinkifyIt, "match", lambda self, text: looked.append(text))
        markdown.render(f"see a.com {word} now")
        assert looked == []
        markdown.render("see a.com now")
        assert looked == ["see a.com now"]

    def test_what_people_write_is_linked(self) -> None:
        long = "https://a.com/" + "b_c/" * 1_000
        for address in (long, "https://b.com/x_y_z*q", "http://c.com"):
            for before in ("", "word " * 50, "word" * 50 + " **bold** ", "[x" * 30 + " "):
                assert f'href="{address}"' in markdown.render(f"{before}{address} and on")
        assert 'href="http://a.com"' in markdown.render("word " * 50 + "a.com and on")
        assert "word http" not in markdown.render("word " * 50 + "http://a.com").split("<a")[0]
