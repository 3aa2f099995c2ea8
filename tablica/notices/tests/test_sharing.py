"""Whoever a record was opened to hears of it, for as long as it is open to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tablica.accounts.commands.tokens import make_token
from tablica.notices.models import Notice
from tablica.notices.queries import notices_of, unread_count
from tablica.records.lending import end_share
from tablica.shared.jobs.testing import run_jobs
from tablica.wall.commands import follows
from tablica.wall.commands.sharing import share_record
from tablica.wall.models import Entry
from tablica.wall.signals import quiet
from tests.cast import Three, again, make_user

pytestmark = pytest.mark.django_db


def as_(user) -> Client:
    browser = Client()
    browser.force_login(again(user))
    return browser


def share(three: Three, **more) -> None:
    said = {"to": str(three.stranger.pk), **more}
    address = f"/r/{three.company.pk}/sharing"
    assert as_(three.owner).post(address, said).status_code == 302
    run_jobs()


def reasons(user) -> list[str]:
    return [row.notice.reason for group in notices_of(again(user)).groups for row in group.rows]


def test_one_hears_that_a_record_was_opened_to_one(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    share(three)
    assert reasons(three.stranger) == ["share"]
    assert reasons(three.colleague) == [], "nobody else hears of it"
    page = as_(three.stranger).get("/notifications").text
    assert "because it was opened to you" in page and three.company.title in page
    notice = Notice.objects.visible_to(again(three.stranger)).get()
    assert as_(three.stranger).get(f"/e/{notice.entry_id}").status_code == 302
    assert as_(three.colleague).get(f"/e/{notice.entry_id}").status_code == 404
    wall = as_(three.stranger).get(f"/companies/{three.company.pk}").text
    assert "opened this to one person more" in wall
    assert "opened this" not in as_(three.colleague).get(f"/companies/{three.company.pk}").text


def test_said_again_it_is_no_news(three: Three) -> None:
    share(three)
    share(three, edits="on")
    assert reasons(three.stranger) == ["share"]


def test_its_end_tells_nothing_and_closes_the_notice(three: Three) -> None:
    share(three)
    number = Notice.objects.visible_to(again(three.stranger)).get().entry_id
    end_share(three.company.pk, by=three.owner, to=three.stranger.pk)
    run_jobs()
    assert unread_count(again(three.stranger)) == 0 and reasons(three.stranger) == []
    assert as_(three.stranger).get(f"/e/{number}").status_code == 404
    assert "opened to you" not in as_(three.stranger).get("/notifications").text


def test_what_is_over_and_opened_again_is_news(three: Three) -> None:
    share(three)
    three.company.shares.update(until=timezone.now() - timedelta(days=1))
    share(three)
    assert reasons(three.stranger) == ["share", "share"]


def test_bulk_work_tells_nobody(three: Three) -> None:
    with quiet():
        share_record(three.company.pk, by=three.owner, to=three.stranger)
    run_jobs()
    assert reasons(three.stranger) == []


def test_whoever_opens_it_to_themselves_reads_no_entry(three: Three) -> None:
    boss = make_user("Boss", role="administrator")
    share_record(three.company.pk, by=boss, to=boss)
    assert not Entry.objects.unguarded(reason="a test").filter(type="shared").exists()


@pytest.mark.parametrize("reason", Notice.Reason.values)
def test_programs_read_every_reason(three: Three, reason: str) -> None:
    share(three)
    Notice.objects.unguarded(reason="a test").update(reason=reason)
    said = {"Authorization": f"Bearer {make_token(three.stranger)}"}
    answer = Client().get("/api/v1/notifications", headers=said)
    assert answer.status_code == 200 and f'"{reason}"' in answer.text
