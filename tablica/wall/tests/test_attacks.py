"""What somebody with a low role tries on walls, and what must come of it: nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Record
from tests import world
from tests.cast import Three, make_record
from tests.checksum import nothing_changes


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def public(three: Three) -> Record:
    """A company that everyone sees."""
    return make_record("company", "Open", owner=three.owner).record


@pytest.mark.parametrize("minutes", ["x", "", {"a": 1}, [1], 1.5, True, -5, 10**30, None])
def test_what_a_program_keeps_beside_a_call_breaks_no_page(
    three: Three, public: Record, minutes: Any
) -> None:
    world.note(public, three.stranger, "rang", type_="call", data={"minutes": minutes})
    for path in ("/", f"/companies/{public.pk}"):
        answer = as_user(three.owner).get(path)
        assert answer.status_code == 200
        assert b"rang" in answer.content
        assert b" minute" not in answer.content.split(b'class="entries"')[1]


def test_the_minutes_of_a_call_are_told(three: Three, public: Record) -> None:
    world.note(public, three.owner, "rang", type_="call", data={"minutes": 7})
    assert b"7 minutes" in as_user(three.owner).get(f"/companies/{public.pk}").content


@pytest.mark.parametrize("minutes", ["9" * 5_000, "000001" + "9" * 20, "0", "1441", "-1", "²"])
def test_odd_lengths_of_a_call_are_refused(three: Three, public: Record, minutes: str) -> None:
    typed = {"text": "rang", "type": "call", "minutes": minutes}
    with nothing_changes():
        answer = as_user(three.owner).post(f"/r/{public.pk}/wall", typed)
        assert answer.status_code == 422


def test_nobody_writes_in_the_name_of_another(three: Three, public: Record) -> None:
    entry = world.note(public, three.stranger, "I agree.", source=three.owner.name)
    page = as_user(three.colleague).get(f"/e/{entry.pk}", headers={"HX-Request": "true"})
    who = page.content.decode().split('<span class="who">')[1].split("</span>")[0]
    assert who == three.stranger.name
    assert three.owner.name in page.content.decode()
