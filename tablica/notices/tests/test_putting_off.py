"""Hearing of something later, or no more."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.notices.queries import notices_of, unread_count
from tablica.notices.signals import changed
from tablica.shared.errors import Hidden
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tablica.wall.commands import comments, entries, follows
from tablica.wall.models import Entry, Follow, Mute, Unfollowed
from tablica.wall.queries.follows import following
from tests.cast import Three, again, make_user

pytestmark = pytest.mark.django_db
PAGE = "/notifications"
NOW = datetime(2026, 5, 5, 10, 7, tzinfo=UTC)  # a Tuesday


def shown(user, show: str = "all") -> list[int]:
    page = notices_of(again(user), show=show)
    return [row.notice.pk for group in page.groups for row in group.rows]


@pytest.fixture
def note(three: Three) -> Entry:
    """Two people are told of it: the colleague follows the wall."""
    follows.follow(three.company.pk, by=three.colleague)
    written = entries.write_entry(three.company.pk, by=three.owner, text="We sign on Monday")
    run_jobs()
    return written


def one(user) -> Notice:
    return Notice.objects.visible_to(user).get()


def test_put_off_it_is_hidden_then_unread_on_top(three: Three, note: Entry) -> None:
    notice = one(three.colleague)
    commands.mark_read(three.colleague)
    until = timezone.now() + timedelta(hours=3)
    assert commands.put_off(three.colleague, notice.pk, until=until) == [notice.pk]
    assert shown(three.colleague) == []
    assert shown(three.colleague, "snoozed") == [notice.pk]
    assert unread_count(three.colleague) == 0
    newer = entries.write_entry(three.company.pk, by=three.owner, text="Meanwhile")
    commands.tell_of(newer.pk, by=three.owner.pk)
    with time_machine.travel(until + timedelta(seconds=1), tick=False):
        assert shown(three.colleague)[0] == notice.pk
        assert shown(three.colleague, "snoozed") == []
        assert unread_count(three.colleague) == 2


def test_taken_up_again_it_lies_where_it_was(three: Three, note: Entry) -> None:
    notice = one(three.colleague)
    commands.put_off(three.colleague, notice.pk, until=timezone.now() + timedelta(days=1))
    assert commands.take_up(three.colleague, notice.pk) == 1
    found = one(three.colleague)
    assert (found.up_at, found.read_at) == (found.at, None)


def test_brought_back_early_it_is_unread_on_top(three: Three, note: Entry) -> None:
    notice = one(three.colleague)
    commands.mark_read(three.colleague)
    commands.put_off(three.colleague, notice.pk, until=timezone.now() + timedelta(days=1))
    newer = entries.write_entry(three.company.pk, by=three.owner, text="Meanwhile")
    commands.tell_of(newer.pk, by=three.owner.pk)
    browser = Client()
    browser.force_login(three.colleague)
    at = f"{PAGE}/{notice.pk}"
    assert 'name="early"' in browser.get(f"{at}/menu?show=snoozed").text
    browser.post(f"{at}/snooze/undo", {"early": "1"})
    assert shown(three.colleague)[0] == notice.pk
    assert unread_count(three.colleague) == 2
    notice.refresh_from_db()
    assert notice.read_before is None
    browser.post(f"{at}/snooze/undo", {"early": "1"})
    assert one_of(notice).up_at == notice.up_at


def one_of(notice: Notice) -> Notice:
    return Notice.objects.unguarded(reason="test").get(pk=notice.pk)


def test_taken_up_again_it_is_as_read_as_it_was(three: Three, note: Entry) -> None:
    notice = one(three.colleague)
    commands.mark_read(three.colleague)
    read_at = one(three.colleague).read_at
    for days in (1, 2):
        until = timezone.now() + timedelta(days=days)
        commands.put_off(three.colleague, notice.pk, until=until)
    commands.take_up(three.colleague, notice.pk)
    found = one(three.colleague)
    assert (found.up_at, found.read_at, found.read_before) == (found.at, read_at, None)
    until = timezone.now() + timedelta(days=1)
    commands.put_off(three.colleague, notice.pk, until=until)
    with time_machine.travel(until + timedelta(seconds=1), tick=False):
        commands.put_off(three.colleague, notice.pk, until=until + timedelta(days=1))
        commands.take_up(three.colleague, notice.pk)
        assert unread_count(three.colleague) == 1, "it came up unread"


def test_the_unread_rest_of_the_discussion_waits_with_it(three: Three, note: Entry) -> None:
    for text in ("Read", "Unread"):
        comments.write_comment(note.pk, by=three.owner, text=text)
        run_jobs()
        if text == "Read":
            commands.mark_read(three.colleague)
    newest = Notice.objects.visible_to(three.colleague).latest("pk")
    first = Notice.objects.visible_to(three.colleague).earliest("pk")
    until = timezone.now() + timedelta(days=1)
    assert set(commands.put_off(three.colleague, first.pk, until=until)) == {first.pk, newest.pk}
    assert len(shown(three.colleague)) == 1
    assert commands.take_up(three.colleague, newest.pk) == 2


def test_open_pages_are_told_when_it_comes_up(three: Three, note: Entry) -> None:
    said: list[list[int]] = []

    def hear(sender: object, *, people: list[int], **more: object) -> None:
        said.append(people)

    changed.connect(hear)
    until = timezone.now() + timedelta(hours=3)
    commands.put_off(three.colleague, one(three.colleague).pk, until=until)
    assert said == [[three.colleague.pk]]
    assert Job.objects.get(state="ready").run_after == until
    assert run_jobs() == 0
    with time_machine.travel(until + timedelta(seconds=1), tick=False):
        assert run_jobs() == 1
    assert said == [[three.colleague.pk]] * 2


@pytest.mark.parametrize(
    ("zone", "what", "expected"),
    [
        ("Europe/Warsaw", "later", datetime(2026, 5, 5, 13, 0, tzinfo=UTC)),
        ("Europe/Warsaw", "tomorrow", datetime(2026, 5, 6, 6, 0, tzinfo=UTC)),
        ("Europe/Warsaw", "week", datetime(2026, 5, 11, 6, 0, tzinfo=UTC)),
        ("Asia/Tehran", "tomorrow", datetime(2026, 5, 6, 4, 30, tzinfo=UTC)),
        ("America/Los_Angeles", "tomorrow", datetime(2026, 5, 6, 15, 0, tzinfo=UTC)),
    ],
)
def test_usual_times_by_the_clock_on_the_wall(zone: str, what: str, expected: datetime) -> None:
    with timezone.override(zone):
        assert commands.snooze_until(what, NOW) == expected


@pytest.mark.parametrize(
    ("evening", "morning"),
    [
        (datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 3, 29, 6, tzinfo=UTC)),
        (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC)),
    ],
)
def test_tomorrow_morning_is_at_eight_also_when_the_clocks_change(
    evening: datetime, morning: datetime
) -> None:
    with timezone.override("Europe/Warsaw"):
        assert commands.snooze_until("tomorrow", evening) == morning


@pytest.mark.parametrize("ahead", [timedelta(0), timedelta(seconds=-1), timedelta(days=400)])
def test_odd_times_are_refused(three: Three, note: Entry, ahead: timedelta) -> None:
    with pytest.raises(ValidationError):
        commands.put_off(three.colleague, one(three.colleague).pk, until=timezone.now() + ahead)
    assert len(shown(three.colleague)) == 1


def test_anothers_notice_is_not_there(three: Three, note: Entry) -> None:
    notice, later = one(three.colleague), timezone.now() + timedelta(days=1)
    with pytest.raises(Hidden):
        commands.put_off(three.owner, notice.pk, until=later)
    with pytest.raises(Hidden):
        commands.take_up(three.owner, notice.pk)


def test_a_muted_discussion_tells_only_who_is_named(three: Three, note: Entry) -> None:
    follows.mute_entry(note.pk, by=three.colleague)
    comments.write_comment(note.pk, by=three.owner, text="More")
    comments.write_comment(note.pk, by=three.owner, text=f"@{three.team.name} look")
    run_jobs()
    assert len(shown(three.colleague)) == 1
    comments.write_comment(note.pk, by=three.owner, text=f"@{three.colleague.name} look")
    run_jobs()
    assert len(shown(three.colleague)) == 2
    follows.unmute_entry(note.pk, by=three.colleague)
    comments.write_comment(note.pk, by=three.owner, text="Again")
    run_jobs()
    assert len(shown(three.colleague)) == 3


def test_on_the_page(three: Three, note: Entry) -> None:
    browser = Client()
    browser.force_login(three.colleague)
    at = f"/notifications/{one(three.colleague).pk}"
    menu = browser.get(f"{at}/menu", headers={"HX-Request": "true"}).text
    assert "Tomorrow morning" in menu
    assert "<html" not in menu
    page = browser.post(f"{at}/snooze", {"until": "tomorrow"}, follow=True).text
    assert "Comes back: tomorrow, 08:00." in page
    assert f"{at}/snooze/undo" in page
    assert "We sign" not in page
    assert "We sign" in browser.get("/notifications?show=snoozed").text
    assert "Bring back now" in browser.get(f"{at}/menu").text
    assert "We sign" in browser.post(f"{at}/snooze/undo", follow=True).text
    own = timezone.localtime(timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert browser.post(f"{at}/snooze", {"at": own}).status_code == 302
    assert one(three.colleague).up_at.strftime("%Y-%m-%dT%H:%M") == own
    for odd in ({}, {"at": "x"}, {"at": "2026-13-01T00:00"}, {"at": "1999-01-01T00:00"}):
        assert browser.post(f"{at}/snooze", odd).status_code == 422


def test_mute_from_the_page_and_back(three: Three, note: Entry) -> None:
    browser = Client()
    browser.force_login(three.colleague)
    at = f"/notifications/{one(three.colleague).pk}"
    assert f"{at}/mute/undo" in browser.post(f"{at}/mute", follow=True).text
    assert Mute.objects.filter(user=three.colleague, entry=note).exists()
    assert "Hear of this discussion again" in browser.get(f"{at}/menu").text
    browser.post(f"{at}/mute/undo")
    assert not Mute.objects.exists()
    page = browser.post(f"{at}/mute-wall", follow=True).text
    assert f"{at}/mute-wall/undo?was=all" in page
    assert Follow.objects.get(user=three.colleague).mode == "muted"
    browser.post(f"{at}/mute-wall/undo?was=all")
    assert Follow.objects.get(user=three.colleague).mode == "all"
    browser.post(f"{at}/mute-wall")
    browser.post(f"{at}/mute-wall/undo?was=nonsense")
    assert Follow.objects.get(user=three.colleague).mode == "all"


def test_hearing_of_a_wall_again_it_is_followed_as_before(three: Three, note: Entry) -> None:
    Follow.objects.filter(user=three.colleague).update(mode="talk", why="comment")
    browser = Client()
    browser.force_login(three.colleague)
    at = f"/notifications/{one(three.colleague).pk}"
    browser.post(f"{at}/mute-wall")
    again_muted = browser.post(f"{at}/mute-wall", follow=True).text
    assert f"{at}/mute-wall/undo?was=talk" in again_muted
    assert following(three.colleague, three.company.pk).why == ""
    assert f'action="{at}/mute-wall/undo"' in browser.get(f"{at}/menu").text
    for _twice in range(2):
        browser.post(f"{at}/mute-wall/undo")
        found = Follow.objects.get(user=three.colleague)
        assert (found.mode, found.why, found.before) == ("talk", "comment", "")
    follows.follow(three.company.pk, by=three.colleague, mode="muted")
    follows.unmute_wall(three.company.pk, by=three.colleague)
    assert Follow.objects.get(user=three.colleague).mode == "talk"
    follows.unmute_wall(three.company.pk, by=three.colleague, was="all")
    assert Follow.objects.get(user=three.colleague).mode == "talk", "it was not muted"


def test_muting_what_was_unfollowed_leaves_that_word(three: Three, note: Entry) -> None:
    wall = three.company.pk
    follows.unfollow(wall, by=three.colleague)
    assert follows.mute_wall(wall, by=three.colleague) == ""
    assert follows.mute_wall(wall, by=three.colleague) == ""
    follows.unmute_wall(wall, by=three.colleague)
    assert not Follow.objects.filter(user=three.colleague).exists()
    assert Unfollowed.objects.filter(user=three.colleague, record=wall).exists()


def test_without_scripts_a_link_leads_to_what_one_may_do(three: Three, note: Entry) -> None:
    browser = Client()
    browser.force_login(three.colleague)
    menu = f"/notifications/{one(three.colleague).pk}/menu?show=all"
    assert f'<noscript><a class="btn quiet only" href="{menu}"' in browser.get(PAGE).text
    assert "Tomorrow morning" in browser.get(menu).text
    page = browser.get(f"/companies/{three.company.pk}").text
    [menu] = re.findall(rf'<noscript><a [^>]*href="(/e/{note.pk}/menu[^"]*)"', page)
    assert "Mute this discussion" in browser.get(menu).text


def test_mute_from_the_menu_of_the_entry(three: Three, note: Entry) -> None:
    browser = Client()
    browser.force_login(three.colleague)
    menu = f"/e/{note.pk}/menu"
    assert "Mute this discussion" in browser.get(menu).text
    answer = browser.post(f"/e/{note.pk}/mute", headers={"HX-Request": "true"}).text
    assert f"/e/{note.pk}/mute/undo" in answer
    assert "Hear of this discussion again" in browser.get(menu).text
    browser.post(f"/e/{note.pk}/mute/undo")
    assert "Mute this discussion" in browser.get(menu).text
    browser.force_login(three.stranger)
    assert browser.post(f"/e/{note.pk}/mute").status_code == 404
    assert not Mute.objects.exists()


def test_discussions_fold_and_are_read_together(three: Three, note: Entry) -> None:
    bela = make_user("Bela", teams=[three.team])
    for text, by in (("One", three.owner), ("Two", bela), ("Three", three.owner)):
        comments.write_comment(note.pk, by=by, text=text)
    other = entries.write_entry(three.company.pk, by=three.owner, text="Another")
    run_jobs()
    [group] = notices_of(three.colleague).groups
    assert [(talk.entry.pk, talk.is_folded) for talk in group.talks] == [
        (other.pk, False),
        (note.pk, True),
    ]
    talk = group.talks[1]
    assert (len(talk.comments), talk.names, talk.unnamed) == (3, [three.owner.name, "Bela"], 0)
    assert [row.notice.pk for row in group.rows] == sorted(shown(three.colleague), reverse=True)
    browser = Client()
    browser.force_login(three.colleague)
    page = browser.get("/notifications").text
    assert "3 new comments" in page
    browser.post(f"/e/{note.pk}/notifications/read")
    assert unread_count(three.colleague) == 1
    assert "3 comments" in browser.get("/notifications").text
    browser.post(f"/r/{three.company.pk}/notifications/read")
    assert unread_count(three.colleague) == 0
    browser.force_login(three.stranger)
    assert browser.post(f"/e/{note.pk}/notifications/read").status_code == 404
    assert browser.post(f"/r/{three.company.pk}/notifications/read").status_code == 404


def test_pages_of_what_is_put_off_go_on(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    begin = timezone.now()
    for n in range(7):
        note = entries.write_entry(three.company.pk, by=three.owner, text=f"Note {n}")
        run_jobs()
        notice = Notice.objects.visible_to(three.colleague).get(entry=note)
        commands.put_off(three.colleague, notice.pk, until=begin + timedelta(days=1 + n // 2))
    seen: list[int] = []
    page = notices_of(three.colleague, show="snoozed", limit=3)
    while True:
        seen += [r.notice.pk for g in page.groups for r in reversed(g.rows)]
        if page.next is None:
            break
        page = notices_of(three.colleague, show="snoozed", limit=3, before=page.next)
    assert seen == sorted(seen)
    assert len(seen) == 7
