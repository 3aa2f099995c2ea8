"""Likes: one calm notice for all of them, to who wrote what they like."""

from __future__ import annotations

import pytest

from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.notices.queries import notices_of, unread_count
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tablica.wall.commands import comments, entries, follows, reactions
from tablica.wall.models import Entry
from tests.cast import Three, again, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(three: Three) -> Entry:
    """What the owner wrote, and others may like."""
    written = entries.write_entry(three.company.pk, by=three.owner, text="We won")
    run_jobs()
    return written


def told(user) -> list[tuple[int, int | None, tuple[str, ...]]]:
    """The notices of likes that somebody finds: entry, comment, names."""
    rows = [row for group in notices_of(again(user)).groups for row in group.rows]
    return [(r.notice.entry_id, r.notice.comment_id, r.likers) for r in rows if r.is_like]


def test_likes_of_an_entry_make_one_notice(three: Three, note: Entry) -> None:
    more = [make_user(name, teams=[three.team]) for name in ("Bela", "Cezary")]
    reactions.react_to_entry(note.pk, by=three.colleague)
    run_jobs()
    assert told(three.owner) == [(note.pk, None, (three.colleague.name,))]
    for user in more:
        reactions.react_to_entry(note.pk, by=user, emoji="🎉")
    run_jobs()
    assert told(three.owner) == [(note.pk, None, ("Cezary", "Bela", three.colleague.name))]
    assert unread_count(three.owner) == 1
    assert told(three.colleague) == []


def test_read_it_is_unread_again_at_the_first_new_like_alone(three: Three, note: Entry) -> None:
    reactions.react_to_entry(note.pk, by=three.colleague)
    run_jobs()
    commands.mark_read(three.owner)
    reactions.react_to_entry(note.pk, by=three.colleague, emoji="🎉")
    assert not Job.objects.filter(state="ready").exists(), "a second sign of one person is no news"
    commands.tell_of_likes(note.pk)
    assert unread_count(three.owner) == 0
    reactions.react_to_entry(note.pk, by=make_user("Bela", teams=[three.team]))
    run_jobs()
    assert unread_count(three.owner) == 1
    assert len(told(three.owner)) == 1


def test_the_last_like_taken_back_takes_the_notice_away(three: Three, note: Entry) -> None:
    bela = make_user("Bela", teams=[three.team])
    for user in (three.colleague, bela):
        reactions.react_to_entry(note.pk, by=user)
    run_jobs()
    reactions.unreact_to_entry(note.pk, by=bela)
    run_jobs()
    assert told(three.owner) == [(note.pk, None, (three.colleague.name,))]
    reactions.unreact_to_entry(note.pk, by=three.colleague)
    run_jobs()
    assert told(three.owner) == []
    assert not Notice.objects.unguarded(reason="all").filter(reason="like").exists()


def test_taking_one_back_gives_no_notice_that_was_forgotten(three: Three, note: Entry) -> None:
    bela = make_user("Bela", teams=[three.team])
    for user in (three.colleague, bela):
        reactions.react_to_entry(note.pk, by=user)
    run_jobs()
    Notice.objects.unguarded(reason="forgotten").all().delete()
    reactions.unreact_to_entry(note.pk, by=bela)
    run_jobs()
    assert told(three.owner) == []


def test_a_comment_is_liked_apart_from_its_entry(three: Three, note: Entry) -> None:
    answer = comments.write_comment(note.pk, by=three.colleague, text="Well done")
    run_jobs()
    reactions.react_to_comment(answer.pk, by=three.owner)
    reactions.react_to_entry(note.pk, by=three.colleague)
    run_jobs()
    assert told(three.colleague) == [(note.pk, answer.pk, (three.owner.name,))]
    assert told(three.owner) == [(note.pk, None, (three.colleague.name,))]


def test_nobody_hears_of_their_own_like(three: Three, note: Entry) -> None:
    reactions.react_to_entry(note.pk, by=three.owner)
    assert run_jobs() == 0
    commands.tell_of_likes(note.pk)
    assert told(three.owner) == []


@pytest.mark.parametrize(
    ("mode", "heard"), [("all", 1), ("talk", 1), ("mentions", 0), ("muted", 0)]
)
def test_how_one_follows_decides(three: Three, note: Entry, mode: str, heard: int) -> None:
    follows.follow(three.company.pk, by=three.owner, mode=mode)
    reactions.react_to_entry(note.pk, by=three.colleague)
    run_jobs()
    assert len(told(three.owner)) == heard


def test_who_may_not_read_it_any_more_is_not_told(three: Three) -> None:
    guest = make_user("Guest", teams=[three.team])
    note = entries.write_entry(three.company.pk, by=guest, text="Bye")
    guest.teams.clear()
    reactions.react_to_entry(note.pk, by=three.owner)
    run_jobs()
    assert not Notice.objects.unguarded(reason="all").filter(reason="like").exists()
