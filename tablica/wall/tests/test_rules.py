"""Who may take an entry to another wall, and to whom a file is handed out."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.models import Record
from tablica.wall.models import Draft, Entry, File
from tablica.wall.rules import may_take_away
from tests.cast import Three, again, make_entry, make_file, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(three: Three) -> User:
    """Who may edit the owner's records, but threw nothing of theirs away."""
    return again(three.colleague)


def on(wall: Record, author: User, **more: object) -> Entry:
    entry = make_entry(wall, author=author, **more)  # type: ignore[arg-type]
    entry.record = wall
    return entry


def test_an_entry_for_the_team_stays_with_its_team(three: Three, editor: User) -> None:
    here = make_record("space", owner=three.owner, team=three.team).record
    ours = make_record("space", owner=three.owner, team=three.team).record
    theirs = make_record("space", owner=three.owner, team=three.other.team).record
    entry = on(here, three.owner, who="team")
    assert may_take_away(editor, entry, ours)
    assert not may_take_away(editor, entry, theirs)
    assert may_take_away(again(three.owner), entry, theirs), "who wrote it may"


def test_a_wall_of_one_person_gives_only_to_another_of_theirs(three: Three, editor: User) -> None:
    mine, too = (make_record("space", owner=three.owner, who="me").record for _two in range(2))
    others = make_record("space", owner=three.stranger, who="me").record
    entry = on(mine, three.owner)
    assert may_take_away(editor, entry, too)
    assert not may_take_away(editor, entry, others)


def test_a_named_circle_gives_only_to_the_same_one(three: Three, editor: User) -> None:
    some = audience("named", people=[three.owner, three.colleague])
    few = audience("named", people=[three.owner])
    here, same = (make_record("space", owner=three.owner, who=some).record for _two in range(2))
    fewer = make_record("space", owner=three.owner, who=few).record
    entry = on(here, three.owner)
    assert may_take_away(editor, entry, same)
    assert not may_take_away(editor, entry, fewer)


def test_who_left_fetches_no_file_and_no_draft_not_even_their_own(three: Three) -> None:
    attached = make_file(by=three.owner, entry=make_entry(three.company, author=three.owner))
    loose = make_file(by=three.owner)
    now = timezone.now()
    draft = Draft.objects.create(
        author=three.owner, place="wall", key=_key(1), hand=_key(2), text="Begun", saved_at=now
    )
    owner = again(three.owner)
    assert set(File.objects.visible_to(owner)) == {attached, loose}
    assert list(Draft.objects.visible_to(owner)) == [draft]
    User.objects.filter(pk=owner.pk).update(deactivated_at=now)
    gone = again(owner)
    assert not File.objects.visible_to(gone).exists()
    assert not Draft.objects.visible_to(gone).exists()


def _key(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"
