"""Finding through the API."""

from __future__ import annotations

from typing import Any

import pytest

from tablica.api.tests.conftest import Program, fields_of
from tests import world

NOTHING: dict[str, Any] = {"records": [], "entries": [], "next": None}


def test_records_and_entries_are_found(owner: Program) -> None:
    company = world.company(owner.user, "Piekarnia Świt", city="Łódź")
    entry = world.note(company, owner.user, "The umowa is **signed** #vip")
    comment = world.comment(entry, owner.user, "umowy are long")
    found = owner.get("/search?q=umowa")
    by_comment = {hit["comment"]: hit for hit in found["entries"]}
    hit = by_comment[None]
    assert (hit["id"], hit["record"]["id"], hit["url"]) == (entry.pk, company.pk, f"/e/{entry.pk}")
    ((start, end),) = hit["marks"]
    assert hit["snippet"][start:end] == "umowa"
    assert "**" not in hit["snippet"]
    assert comment.pk in by_comment
    (record,) = owner.get("/search?q=swit")["records"]
    assert (record["id"], record["url"]) == (company.pk, f"/companies/{company.pk}")
    assert [record["title"][a:b] for a, b in record["marks"]] == ["Świt"]


def test_filters_narrow(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user, "Bread")
    deal = world.deal(owner.user, "Bread ovens")
    note = world.note(company, owner.user, "bread #vip")
    call = world.note(deal, colleague.user, "bread", type_="call")

    def entries(query: str) -> set[int]:
        return {hit["id"] for hit in owner.get(f"/search?q=bread&{query}")["entries"]}

    assert entries("") == {note.pk, call.pk}
    assert entries("kind=deal") == {call.pk}
    assert entries("type=note") == {note.pk}
    assert entries("tag=VIP") == {note.pk}
    assert entries(f"author={colleague.user.pk}") == {call.pk}
    assert entries("until=2020-01-01") == set()
    assert [r["id"] for r in owner.get("/search?q=bread&kind=deal")["records"]] == [deal.pk]


def test_pages_of_hits(owner: Program) -> None:
    wall = world.space(owner.user, "Kitchen")
    notes = [world.note(wall, owner.user, f"bread {n}").pk for n in range(7)]
    companies = [world.company(owner.user, f"Bread {number}").pk for number in range(3)]
    records: list[int] = []
    entries: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        found = owner.get(f"/search?q=bread&limit=2{cursor and '&cursor='}{cursor}")
        records += [hit["id"] for hit in found["records"]]
        entries += [hit["id"] for hit in found["entries"]]
        world.note(wall, owner.user, "bread, newer")
        cursor = found["next"]
    assert records == companies[::-1]
    assert entries == notes[::-1]


@pytest.mark.parametrize("cursor", ["x", "~", "~x", "x~", "-~-", "%00", "MQ.MQ~"])
def test_a_cursor_that_is_none_of_ours_is_named(owner: Program, cursor: str) -> None:
    expected = [] if cursor in ("~", "-~-") else ["cursor"]
    answer = owner.get(f"/search?q=a&cursor={cursor}", 400 if expected else 200)
    assert (fields_of(answer) if expected else []) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [("kind=dragon", "kind"), ("author=x", "author"), ("since=x", "since"), ("colour=x", "colour")],
)
def test_what_makes_no_sense_is_named(owner: Program, query: str, field: str) -> None:
    assert fields_of(owner.get(f"/search?q=a&{query}", 400)) == [field]


@pytest.mark.parametrize("q", ["", "%20", "%22", "*", "a%20OR%20", "NEAR(", "'", "x" * 2000])
def test_odd_questions_find_nothing(owner: Program, q: str) -> None:
    assert owner.get(f"/search?q={q}") == NOTHING


def test_suggestions(owner: Program, stranger: Program) -> None:
    company = world.company(owner.user, "Piekarnia", city="Łódź")
    world.company(owner.user, "Piekielna", audience=world.only_me())
    hits = stranger.get("/search/suggest?q=piek")["items"]
    assert [(h["id"], h["title"], h["about"]) for h in hits] == [(company.pk, "Piekarnia", "Łódź")]
    assert stranger.get("/search/suggest?q=piek&kind=deal")["items"] == []
    assert len(owner.get("/search/suggest")["items"]) == 2
    assert len(owner.get("/search/suggest?limit=1")["items"]) == 1


def test_what_is_hidden_is_not_found(owner: Program, stranger: Program) -> None:
    hidden = world.company(owner.user, "Canary", audience=world.only_me())
    entry = world.note(hidden, owner.user, "canary")
    world.comment(entry, owner.user, "canary")
    assert len(owner.get("/search?q=canary")["entries"]) == 2
    assert stranger.get("/search?q=canary") == NOTHING
    assert stranger.get("/search/suggest?q=canary")["items"] == []
    assert stranger.get("/records?q=canary")["items"] == []
    assert stranger.get("/feed?q=canary")["items"] == []
