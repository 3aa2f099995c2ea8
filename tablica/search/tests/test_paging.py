"""Hits page by page: all of them, each once, whatever happens between two pages."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.search.hits import Found
from tablica.search.places import BEGINNING, After, RankedPlace
from tablica.search.queries import listed, search
from tablica.shared.paging import BadCursor, Cursor
from tablica.wall.commands import lives
from tablica.wall.queries.filters import Filters
from tests import world
from tests.cast import Three, make_record

PARTIAL = {"HX-Request": "true"}


def following(found: Found) -> After:
    return After(found.more_records, found.more_entries)


def pages(user: User, q: str, limit: int) -> list[Found]:
    """Every page of the hits, until none follows."""
    found = [search(user, q, limit=limit)]
    while following(found[-1]).encode():
        found.append(search(user, q, limit=limit, after=following(found[-1])))
        assert len(found) < 100
    return found


def records_of(*found: Found) -> list[int]:
    return [hit.record.pk for page in found for hit in page.records]


def entries_of(*found: Found) -> list[tuple[int, int | None]]:
    return [
        (hit.entry.pk, hit.comment.pk if hit.comment else None)
        for page in found
        for hit in page.entries
    ]


@pytest.fixture
def companies(three: Three) -> list[Record]:
    """Eleven of the team called by the word, and four that hold it in a field; eleven hidden."""
    seen: dict[str, Any] = {"team": three.team, "who": "team", "owner": three.owner}
    for number in range(11):
        make_record("company", f"zebrax hidden {number}", owner=three.stranger, who="me")
    by_field = [make_record("company", f"other {n}", city="zebrax", **seen) for n in range(4)]
    named = [make_record("company", f"zebrax {number}", **seen) for number in range(11)]
    return [body.record for body in (*by_field, *named)]


@pytest.fixture
def said(three: Three) -> list[tuple[int, int | None]]:
    """Ten entries and comments with the word, half of them of one and the same moment."""
    hits: list[tuple[int, int | None]] = []
    moment = three.company.touched_at
    for number in range(5):
        when = {"happened_at": moment} if number % 2 else {}
        note = world.note(three.company, three.owner, f"zebrax {number}", **when)
        comment = world.comment(note, three.colleague, "zebrax")
        hits += [(note.pk, None), (note.pk, comment.pk)]
    return hits


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 50])
def test_all_pages_together_are_everything_once(
    three: Three, companies: list[Record], said: list[tuple[int, int | None]], limit: int
) -> None:
    found = pages(three.colleague, "zebrax", limit)
    assert all(len(p.records) <= limit and len(p.entries) <= limit for p in found)
    shown = records_of(*found)
    assert sorted(shown) == sorted(record.pk for record in companies)
    hits = entries_of(*found)
    assert sorted(hits, key=str) == sorted(said, key=str)
    whole = search(three.colleague, "zebrax", limit=50)
    assert entries_of(whole) == hits
    assert [hit.title[0][1] for hit in whole.records] == [True] * 11 + [False] * 4


def test_the_best_of_four_pages_come_first(three: Three, companies: list[Record]) -> None:
    """Touched last, but found by a field alone: it comes behind those called so."""
    Record.objects.unguarded(reason="a test").filter(pk=companies[0].pk).update(
        touched_at=companies[-1].touched_at
    )
    first, second, *_rest = pages(three.owner, "zebrax", 4)
    assert companies[0].pk not in records_of(first, second)
    assert records_of(first) == [record.pk for record in reversed(companies[-4:])]


def test_a_new_hit_between_two_pages_makes_no_double(
    three: Three, companies: list[Record], said: list[tuple[int, int | None]]
) -> None:
    before = pages(three.owner, "zebrax", 3)
    shown = search(three.owner, "zebrax", limit=3)
    pages_shown = [shown]
    while following(pages_shown[-1]).encode():
        number = len(pages_shown)
        world.company(three.owner, f"zebrax newer {number}")
        world.note(three.company, three.owner, f"zebrax newer {number}")
        last = pages_shown[-1]
        pages_shown.append(search(three.owner, "zebrax", limit=3, after=following(last)))
    assert len(pages_shown) > 3
    assert records_of(*pages_shown) == records_of(*before)
    assert entries_of(*pages_shown) == entries_of(*before)


def test_a_record_renamed_between_two_pages_does_not_come_again(
    three: Three, companies: list[Record]
) -> None:
    first = search(three.owner, "zebrax", limit=3)
    again = first.records[0].record
    values = {"title": "Another name", "city": "zebrax"}
    lives.change_record(again.pk, by=three.owner, values=values, version=None)
    found = first
    while following(found).encode():
        found = search(three.owner, "zebrax", limit=3, after=following(found))
        assert again.pk not in records_of(found)


def test_what_one_lost_sight_of_is_on_no_further_page(
    three: Three, companies: list[Record], said: list[tuple[int, int | None]]
) -> None:
    first = search(three.colleague, "zebrax", limit=3)
    three.colleague.teams.clear()
    reader = User.objects.get(pk=three.colleague.pk)
    assert search(reader, "zebrax", limit=50, after=following(first)) == Found([], [])


def test_a_page_costs_the_same_however_deep(three: Three, companies: list[Record]) -> None:
    for number in range(12):
        world.note(three.company, three.owner, f"zebrax {number}")
    found, costs = search(three.owner, "zebrax", limit=2), set()
    for _page in range(4):
        reader = User.objects.get(pk=three.owner.pk)
        with CaptureQueriesContext(connection) as asked:
            found = search(reader, "zebrax", limit=2, after=following(found))
        assert len(found.records) == len(found.entries) == 2
        costs.add(len(asked))
    assert max(costs) - min(costs) <= 1  # the end of a stretch asks whether another one follows


def test_without_words_page_by_page(three: Three) -> None:
    notes = [world.note(three.company, three.owner, f"{n} #pilne").pk for n in range(5)]
    made = [world.company(three.owner, f"Company {n}", tags=["pilne"]).pk for n in range(5)]
    found = [listed(three.owner, Filters(tag="pilne"), limit=2)]
    while following(found[-1]).encode():
        after = following(found[-1])
        found.append(listed(three.owner, Filters(tag="pilne"), limit=2, after=after))
    assert records_of(*found) == made[::-1]
    assert entries_of(*found) == [(note, None) for note in notes[::-1]]
    assert len(found) == 3


class TestPage:
    def test_more_brings_the_next_ones_alone(self, three: Three) -> None:
        for number in range(31):
            world.note(three.company, three.owner, f"umowa {number}")
            world.company(three.owner, f"Umowa {number}")
        client = Client()
        client.force_login(three.owner)
        page = client.get("/search?q=umowa").content.decode()
        more = {
            name: unescape(address)
            for address, name in re.findall(r'href="(\?q=umowa&amp;(records|entries)=[^"]+)"', page)
        }
        assert set(more) == {"records", "entries"}
        assert page.count('class="hit"') == 30
        entries = client.get(f"/search{more['entries']}", headers=PARTIAL).content.decode()
        assert "<html" not in entries
        assert entries.count('class="hit"') == 1
        assert "more-rows" not in entries
        records = client.get(f"/search{more['records']}", headers=PARTIAL).content.decode()
        assert "<html" not in records
        assert records.count("near-row") == 1
        plain = client.get(f"/search{more['entries']}").content.decode()
        assert "<html" in plain
        results = plain.split('id="results"')[1]
        assert results.count('class="hit"') == 1
        assert "/companies/" not in results.split("</section>")[0].split("<h2>")[0]

    @pytest.mark.parametrize("place", ["x", "~", "MQ.MQ", "a.b.c.d", "😀", "9" * 5000])
    def test_a_place_that_is_none_begins_at_the_top(self, three: Three, place: str) -> None:
        world.note(three.company, three.owner, "umowa")
        client = Client()
        client.force_login(three.owner)
        for name in ("records", "entries"):
            for address in (
                f"/search?q=umowa&{name}={place}",
                f"/search?kind=company&{name}={place}",
            ):
                answer = client.get(address)
                assert answer.status_code == 200
                assert "Nothing that you may see fits" not in answer.content.decode()


class TestPlaces:
    def test_there_and_back(self, three: Three) -> None:
        at = Cursor(three.company.touched_at, three.company.pk)
        for place in (RankedPlace(), RankedPlace(at), RankedPlace(at, at, at, 12)):
            assert RankedPlace.decode(place.encode()) == place
            for entries in (None, "", at.encode()):
                after = After(place.encode(), entries)
                assert After.decode(after.encode()) == after
        assert After(None, None).encode() == ""
        assert After.decode(BEGINNING.encode()) == BEGINNING

    @pytest.mark.parametrize("text", ["", "~~", "x~", "-", "~x", "a.b.c.1~", "…~", "\ud800~"])
    def test_all_else_is_refused(self, text: str) -> None:
        with pytest.raises(BadCursor):
            After.decode(text)
