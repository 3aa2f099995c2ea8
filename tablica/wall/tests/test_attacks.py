"""What somebody with a low role tries on walls, and what must come of it: nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.models import Audience, Record
from tablica.shared.errors import Hidden
from tablica.wall.commands import placing
from tablica.wall.models import Placement
from tablica.wall.queries.walls import wall
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


def test_nobody_takes_an_entry_off_a_wall_they_do_not_see(three: Three, public: Record) -> None:
    entry = world.note(public, three.stranger, "mine")
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner, keep=True)
    with nothing_changes(), pytest.raises(Hidden):
        placing.undo_move(entry.pk, by=three.stranger)
    assert Placement.objects.filter(entry=entry, record=three.company).exists()
    placing.undo_move(entry.pk, by=three.owner)
    assert not Placement.objects.filter(entry=entry).exists()


def test_undo_passes_over_what_is_out_of_sight(three: Three, public: Record) -> None:
    other = make_record("company", "Open too", owner=three.owner).record
    entry = world.note(public, three.stranger, "mine")
    placing.move_entry(entry.pk, to=other.pk, by=three.stranger)
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner, keep=True)
    placing.undo_move(entry.pk, by=three.stranger)
    entry.refresh_from_db()
    assert entry.record == public
    assert Placement.objects.filter(entry=entry, record=three.company).exists()


def test_the_trace_of_a_move_has_the_readers_of_what_was_moved(
    three: Three, public: Record
) -> None:
    other = make_record("company", "Open too", owner=three.owner).record
    entry = world.note(public, three.owner, "secret", audience=audience(Audience.Type.ME))
    placing.move_entry(entry.pk, to=other.pk, by=three.owner)

    def traces(user: User) -> list[str]:
        return [row.type.name for row in wall(user, public).rows if row.type.name == "moved"]

    assert traces(three.owner) == ["moved"]
    assert traces(three.colleague) == traces(three.stranger) == []


def test_an_open_page_that_heard_of_an_entry_learns_nothing_of_one_it_may_not_see(
    three: Three,
) -> None:
    entry = world.note(three.company, three.owner, "for us")
    seen = as_user(three.owner).get(f"/e/{entry.pk}?heard", headers={"HX-Request": "true"})
    assert b"for us" in seen.content
    stranger = as_user(three.stranger)
    hidden = stranger.get(f"/e/{entry.pk}?heard", headers={"HX-Request": "true"})
    unknown = stranger.get("/e/999999?heard", headers={"HX-Request": "true"})
    assert (hidden.status_code, hidden.content) == (unknown.status_code, b"") == (204, b"")
