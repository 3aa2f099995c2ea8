"""What is before one's eyes is read, and what is gone is not counted."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.notices.queries import unread_count
from tablica.notices.signals import changed
from tablica.wall.commands import comments, entries, follows
from tablica.wall.models import Comment, Entry
from tests.cast import Three, again

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(three: Three) -> Entry:
    """What the colleague, who follows the company, is told."""
    follows.follow(three.company.pk, by=three.colleague)
    note = entries.write_entry(three.company.pk, by=three.owner, text="We sign on Monday")
    commands.tell_of(note.pk, by=three.owner.pk)
    return note


@pytest.fixture
def answer(three: Three, note: Entry) -> Comment:
    """A comment on it, of which the colleague is told as well."""
    answer = comments.write_comment(note.pk, by=three.owner, text="Or on Tuesday")
    commands.tell_of(note.pk, comment=answer.pk, by=three.owner.pk)
    return answer


def see(user: User, **sent: int | str | list[int]) -> str:
    browser = Client()
    browser.force_login(user)
    answer = browser.post("/notifications/seen", sent, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.text


def test_an_entry_that_is_seen_is_read_and_its_comments_by_themselves(
    three: Three, note: Entry, answer: Comment
) -> None:
    assert unread_count(three.colleague) == 2
    assert 'class="count">1<' in see(three.colleague, entry=note.pk)
    assert Notice.objects.visible_to(three.colleague).get(read_at=None).comment == answer
    assert 'class="count"' not in see(three.colleague, comment=answer.pk)
    when = set(Notice.objects.visible_to(three.colleague).values_list("read_at"))
    see(three.colleague, entry=note.pk, comment=answer.pk)
    assert set(Notice.objects.visible_to(three.colleague).values_list("read_at")) == when


def test_nothing_is_read_for_others_or_by_wrong_numbers(three: Three, note: Entry) -> None:
    for other in (three.owner, three.stranger):
        see(other, entry=note.pk)
    assert 'class="count">1<' in see(three.colleague, entry="x", comment=note.pk + 10**12)
    assert unread_count(again(three.colleague)) == 1


def test_what_is_put_off_is_not_read_by_seeing_it(three: Three, note: Entry) -> None:
    notice = Notice.objects.visible_to(three.colleague).get()
    commands.put_off(three.colleague, notice.pk, until=commands.snooze_until("week", notice.at))
    see(three.colleague, entry=note.pk)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_bells_count_anew_when_a_comment_is_thrown_away_and_back(
    three: Three, note: Entry, answer: Comment
) -> None:
    heard: list[int] = []

    def hear(sender: object, people: list[int], **more: object) -> None:
        heard.extend(people)

    changed.connect(hear)
    try:
        comments.trash_comment(answer.pk, by=three.owner)
        assert heard == [three.colleague.pk]
        assert unread_count(again(three.colleague)) == 1
        comments.restore_comment(answer.pk, by=three.owner)
        assert heard == [three.colleague.pk] * 2
        commands.mark_read(three.colleague)
        heard.clear()
        comments.trash_comment(answer.pk, by=three.owner)
        assert heard == []
    finally:
        changed.disconnect(hear)
