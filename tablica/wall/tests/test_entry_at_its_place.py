"""An entry opened at its place on its wall."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.wall.models import Entry
from tests import world
from tests.cast import Three, ago, make_entry

NEWER = "Newer entries"


@pytest.fixture
def two(three: Three) -> tuple[Entry, Entry]:
    """An older and a newer entry on the wall of the team."""
    older = make_entry(three.company, "the older", author=three.owner, at=ago(60))
    return older, make_entry(three.company, "the newer", author=three.owner, at=ago(5))


def shown(user: User, entry: Entry, more: str = "") -> str:
    client = Client()
    client.force_login(user)
    address = f"/companies/{entry.record_id}?at={entry.pk}{more}"
    return client.get(address).content.decode().split('id="wall-body"')[1]


def test_it_leads_up_only_where_something_is(three: Three, two: tuple[Entry, Entry]) -> None:
    older, newer = two
    assert NEWER in shown(three.owner, older)
    assert "the newer" not in shown(three.owner, older)
    assert NEWER not in shown(three.owner, newer)
    assert "the newer" in shown(three.owner, newer)


def test_what_the_reader_may_not_see_is_not_above(three: Three) -> None:
    note = make_entry(three.company, author=three.owner, at=ago(60))
    make_entry(three.company, author=three.owner, at=ago(5), who=world.only_me())
    assert NEWER in shown(three.owner, note)
    assert NEWER not in shown(three.colleague, note)


def test_what_the_filter_leaves_out_is_not_above(three: Three, two: tuple[Entry, Entry]) -> None:
    make_entry(three.company, author=three.owner, at=ago(1), type_="call")
    _older, newer = two
    assert NEWER in shown(three.owner, newer)
    assert NEWER not in shown(three.owner, newer, "&type=note")


def test_what_is_shown_here_from_elsewhere_is_above(three: Three) -> None:
    note = make_entry(three.company, author=three.owner, at=ago(60))
    other = world.company(three.owner, "Other wall")
    placed = make_entry(other, author=three.owner, at=ago(5))
    assert NEWER not in shown(three.owner, note)
    placed.placements.create(record=three.company, by=three.owner, at=ago(4))
    assert NEWER in shown(three.owner, note)
