"""What a program of a low role tries on lists, and what must come of it."""

from __future__ import annotations

import base64
import json

import pytest

from tablica.api.tests.conftest import Program, every_page
from tests import world


def ids(program: Program, query: str) -> list[int]:
    return [item["id"] for item in program.get(f"/records?{query}&sort=title")["items"]]


def test_a_hidden_relation_is_none_also_for_who_asks_for_none(
    owner: Program, stranger: Program
) -> None:
    hidden = world.company(owner.user, "Hidden", audience=world.only_me())
    person = world.person(owner.user, "Jan", audience=world.only_me())
    seen = world.company(owner.user, "Seen")
    world.person(owner.user, "A. Bare")
    world.person(owner.user, "B. Hidden", companies=[hidden])
    world.person(owner.user, "C. Both", companies=[hidden, seen])
    bare = world.deal(owner.user, "A. Bare")
    told = world.deal(owner.user, "B. With", company=hidden, people=[person])
    other = world.deal(owner.user, "C. Seen", company=seen)
    assert ids(owner, "kind=deal&company=") == [bare.pk]
    assert ids(stranger, "kind=deal&company=") == [bare.pk, told.pk]
    assert ids(owner, "kind=deal&people=") == [bare.pk, other.pk]
    assert ids(stranger, "kind=deal&people=") == [bare.pk, told.pk, other.pk]
    assert ids(stranger, f"kind=deal&company={hidden.pk}") == []
    without = [r["title"] for r in stranger.get("/records?kind=person&companies=")["items"]]
    assert sorted(without) == ["A. Bare", "B. Hidden"]


FORGED = ["NaN", "Infinity", "1e500", "1E+999999", "sNaN", "\ud800", 10**30]


@pytest.mark.parametrize("value", FORGED)
@pytest.mark.parametrize("sort", ["-amount", "title", "-touched_at", "expected_close"])
def test_forged_cursors_are_no_page(owner: Program, sort: str, value: object) -> None:
    said = json.dumps([sort, value, 5]).encode()
    cursor = base64.urlsafe_b64encode(said).rstrip(b"=").decode()
    answer = owner.send("get", f"/records?kind=deal&sort={sort}&cursor={cursor}")
    assert answer.status_code in (200, 400)


def test_a_tag_with_signs_in_it_leaves_the_list_readable(owner: Program) -> None:
    for name in ('"next":"x', "back\\slash", "plain"):
        owner.post("/tags", {"name": name})
    keys = [tag["key"] for tag in every_page(owner, "/tags", 1)]
    assert keys == ['"next":"x', "back\\slash", "plain"]
