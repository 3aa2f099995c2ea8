"""Telling people: once, with the right reason, and only of what they may read."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.notices.queries import notices_of, unread_count
from tablica.notices.signals import changed
from tablica.records.audiences import audience
from tablica.shared.jobs.models import Job
from tablica.wall.commands import comments, entries, follows, lives
from tablica.wall.signals import quiet
from tests.cast import Three, again, ago, make_user

pytestmark = pytest.mark.django_db


def work() -> None:
    """Do the kept jobs of telling, as a worker would."""
    for job in Job.objects.filter(task__endswith="tell_of").order_by("pk"):
        entry, comment, by = job.args
        commands.tell_of(entry, comment=comment, by=by, **job.kwargs)
    Job.objects.all().delete()


def heard(user) -> list[tuple[int, int | None, str]]:
    """What somebody finds behind the bell, oldest first."""
    rows = [row.notice for group in notices_of(again(user)).groups for row in group.rows]
    return [(n.entry_id, n.comment_id, n.reason) for n in sorted(rows, key=lambda n: n.pk)]


@pytest.fixture(autouse=True)
def _nothing_waits(three: Three) -> None:
    Job.objects.all().delete()


def test_a_talk_reaches_its_people_once(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    note = entries.write_entry(three.company.pk, by=three.owner, text="We sign on Monday")
    work()
    assert heard(three.colleague) == [(note.pk, None, "follow")]
    assert heard(three.owner) == []
    answer = comments.write_comment(
        note.pk, by=three.colleague, text=f"@{three.owner.name}, are you sure?"
    )
    work()
    assert heard(three.owner) == [(note.pk, answer.pk, "mention")]
    again_ = comments.write_comment(note.pk, by=three.owner, text="Quite")
    work()
    assert (note.pk, again_.pk, "talk") in heard(three.colleague)
    before = heard(three.colleague), heard(three.owner)
    commands.tell_of(note.pk, comment=None, by=three.owner.pk)
    commands.tell_of(note.pk, comment=answer.pk, by=three.colleague.pk)
    assert (heard(three.colleague), heard(three.owner)) == before, "a job repeated tells nobody"


def test_who_may_not_read_it_hears_nothing(three: Three) -> None:
    narrow = audience("named", people=[three.owner])
    follows.follow(three.company.pk, by=three.colleague)
    entries.write_entry(
        three.company.pk,
        by=three.owner,
        text=f"@{three.colleague.name} @{three.stranger.name}",
        audience=narrow,
    )
    work()
    assert not Notice.objects.unguarded(reason="all of them").exists()


def test_what_one_may_no_longer_read_is_gone_from_the_bell(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    note = entries.write_entry(three.company.pk, by=three.owner, text="For now")
    work()
    assert unread_count(again(three.colleague)) == 1
    entries.edit_entry(
        note.pk,
        by=three.owner,
        version=None,
        values={"audience": audience("named", people=[three.owner])},
    )
    assert unread_count(again(three.colleague)) == 0
    assert heard(three.colleague) == []


def test_an_edit_is_news_only_for_whom_it_names(three: Three) -> None:
    note = entries.write_entry(three.company.pk, by=three.owner, text="First")
    work()
    follows.follow(three.company.pk, by=three.colleague)
    entries.edit_entry(note.pk, by=three.owner, version=None, values={"text": "Second"})
    work()
    assert heard(three.colleague) == []
    text = f"Third, @{three.colleague.name}"
    entries.edit_entry(note.pk, by=three.owner, version=None, values={"text": text})
    work()
    assert heard(three.colleague) == [(note.pk, None, "mention")]


def test_changes_reach_those_who_follow_everything(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Łódź"}, version=None)
    work()
    assert [reason for *_, reason in heard(three.colleague)] == ["follow"]
    follows.follow(three.company.pk, by=three.colleague, mode="talk")
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Gdynia"}, version=None)
    work()
    assert len(heard(three.colleague)) == 1


def test_a_team_is_told_through_its_people(three: Three) -> None:
    note = entries.write_entry(
        three.company.pk, by=three.owner, text=f"@{three.team.name} please look"
    )
    work()
    assert heard(three.colleague) == [(note.pk, None, "mention")]
    assert "mention" in note.html


def test_bulk_work_tells_nobody(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    with quiet():
        entries.write_entry(three.company.pk, by=three.owner, text="One of thousands")
    assert not Job.objects.exists()


def test_what_is_rolled_back_tells_nobody(three: Three) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        entries.write_entry(three.company.pk, by=three.owner, text="Never")
        raise ZeroDivisionError
    assert not Job.objects.exists()


def test_reading_and_keeping(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    for text in ("One", "Two"):
        entries.write_entry(three.company.pk, by=three.owner, text=text)
    work()
    mine = [row.notice.pk for row in notices_of(three.colleague).groups[0].rows]
    assert commands.mark_read(three.colleague, notices=mine[:1]) == 1
    assert unread_count(three.colleague) == 1
    assert commands.mark_unread(three.colleague, mine[0]) == 1
    assert commands.mark_read(make_user(), notices=mine) == 0, "another's are not mine to read"
    assert commands.mark_read(three.colleague) == 2
    assert notices_of(three.colleague, show="unread").groups == []


def test_those_above_hear_whose_bells_changed(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    said: list[list[int]] = []

    def hear(sender: object, *, people: list[int], **more: object) -> None:
        assert connection.savepoint_ids, "inside a transaction of its own"
        said.append(people)

    changed.connect(hear)
    note = entries.write_entry(three.company.pk, by=three.owner, text="News")
    assert said == [], "writing gives no notices yet"
    work()
    assert said == [[three.colleague.pk]]
    commands.tell_of(note.pk, by=three.owner.pk)
    assert len(said) == 1, "nothing is said of what was told before"
    notice = Notice.objects.visible_to(three.colleague).get()
    commands.mark_read(three.colleague)
    commands.mark_read(three.colleague)
    commands.mark_unread(three.colleague, notice.pk)
    commands.mark_unread(three.colleague, notice.pk)
    commands.mark_read(make_user(), notices=[notice.pk])
    assert said == [[three.colleague.pk]] * 3


def test_what_was_read_long_ago_is_forgotten(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    for text in ("One", "Two", "Three"):
        entries.write_entry(three.company.pk, by=three.owner, text=text)
    work()
    numbers = [row.notice.pk for row in notices_of(three.colleague).groups[0].rows]
    commands.mark_read(three.colleague, notices=numbers[:1], now=ago(91 * 24 * 60))
    commands.mark_read(three.colleague, notices=numbers[1:2])
    assert commands.forget_read(timezone.now() - commands.KEPT) == 1
    assert len(heard(three.colleague)) == 2
