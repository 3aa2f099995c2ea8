"""What reading and telling cost: the same for few and for many."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import User
from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.shared.jobs.models import Job
from tablica.wall.commands import comments, entries, follows, reactions
from tablica.wall.models import Follow
from tests.cast import Three, make_comment, make_entry, make_user

pytestmark = pytest.mark.django_db


def fill(three: Three, many: int) -> None:
    """So many notices of everything for the colleague."""
    for n in range(many):
        note = make_entry(three.company, f"Note {n}", author=three.colleague)
        for by in (three.owner, make_user()):
            answer = make_comment(note, author=by)
            commands.tell_of(note.pk, comment=answer.pk, by=by.pk)
        reactions.react_to_entry(note.pk, by=three.owner)
        commands.tell_of_likes(note.pk)


def test_a_thousand_notices_cost_no_more_queries_than_a_few(three: Three) -> None:
    browser = Client()
    browser.force_login(three.colleague)
    for name in ("all", "unread", "mentions", "snoozed"):
        browser.get(f"/notifications?show={name}")

    def count() -> list[int]:
        found = []
        for name in ("all", "unread", "mentions", "snoozed"):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(f"/notifications?show={name}").status_code == 200
            found.append(len(queries))
        return found

    fill(three, 3)
    few = count()
    fill(three, 30)
    assert count() == few
    assert max(few) <= 15


def test_many_followers_cost_who_writes_nothing(three: Three) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            entries.write_entry(three.company.pk, by=three.owner, text="Some news")
        return len(found)

    queries()
    few = queries()
    followers(three, 300)
    assert queries() == few


def test_hundreds_are_told_in_a_few_queries(three: Three) -> None:
    followers(three, 150)
    note = entries.write_entry(three.company.pk, by=three.owner, text="News")
    with CaptureQueriesContext(connection) as found:
        assert commands.tell_of(note.pk, by=three.owner.pk) == 150
    assert len(found) < 30


@pytest.mark.long
def test_ten_thousand_followers_are_told_within_a_minute(three: Three) -> None:
    followers(three, 10_000)
    follows.follow(three.company.pk, by=three.colleague)
    begin = time.monotonic()
    note = entries.write_entry(three.company.pk, by=three.owner, text="News")
    comments.write_comment(note.pk, by=three.owner, text="More news")
    posted = time.monotonic() - begin
    begin = time.monotonic()
    for job in Job.objects.filter(task="tablica.notices.jobs.tell_of").order_by("pk"):
        entry, comment, by = job.args
        commands.tell_of(entry, comment=comment, by=by, **job.kwargs)
    told = time.monotonic() - begin
    print(f"posted in {posted:.3f} s, 2 x 10,001 told in {told:.1f} s")
    assert Notice.objects.unguarded(reason="all").count() == 20_002
    assert posted < 1
    assert told < 60


def followers(three: Three, many: int) -> None:
    """So many colleagues of the team who follow the company."""
    one = make_user()
    people = User.objects.bulk_create(
        User(email=f"f{n}@example.org", name=f"F {n}", role=one.role, password="!")
        for n in range(many)
    )
    three.team.members.add(*people)
    Follow.objects.bulk_create(Follow(user=p, record=three.company) for p in people)
