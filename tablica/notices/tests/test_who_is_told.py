"""Who finds what behind the bell: the table written by hand, through the doors people use.

Every kind of event, with every tie and mode, muted or not, happens on a real wall. Whoever is told
reads why in their own language; nobody reads it who may not see the wall, or may no longer.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tablica.accounts.models import User
from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.notices.queries import notices_of, unread_count
from tablica.notices.tests.test_rules import table
from tablica.records.lending import plan_absence
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tablica.wall.commands import comments, entries, follows, lives, reactions
from tablica.wall.models import Entry, Follow
from tablica.wall.rules import may_read
from tests.cast import Three, again, make_record, make_user

pytestmark = pytest.mark.django_db
SAID = {
    "en": {
        "mention": "because you are mentioned",
        "author": "because you wrote this",
        "talk": "because you take part in this talk",
        "follow": "because you follow this wall",
        "like": "because you wrote what they like",
    },
    "pl": {
        "mention": "bo wspomniano o Tobie",
        "author": "bo to Twój wpis",
        "talk": "bo bierzesz udział w tej rozmowie",
        "follow": "bo obserwujesz tę tablicę",
    },
    "ru": {
        "mention": "потому что вас упомянули",
        "author": "потому что это написали вы",
        "talk": "потому что вы участвуете в этом обсуждении",
        "follow": "потому что вы следите за этой стеной",
    },
    "fa": {
        "mention": "چون از شما نام برده‌اند",
        "author": "چون این را شما نوشته‌اید",
        "talk": "چون در این گفتگو شرکت دارید",
        "follow": "چون این دیوار را دنبال می‌کنید",
    },
}
CASES = table()


def happen(three: Three, event: str, ties: set[str], reader: User) -> Entry:
    """Let the event happen, with the ties that the reader has to it; the jobs still wait."""
    words = [f"@{reader.name}"] if "named" in ties else []
    words += [f"@{three.team.name}"] if "teamed" in ties else []
    text = " ".join(["News", *words])
    if event == "entry":
        return entries.write_entry(three.company.pk, by=three.owner, text=text)
    if event == "itself":
        lives.change_record(
            three.company.pk, by=three.owner, values={"city": "Gdynia"}, version=None
        )
        return Entry.objects.unguarded(reason="the newest").latest("pk")
    author = reader if "author" in ties else make_user("Wanda Writer", teams=[three.team])
    entry = entries.write_entry(three.company.pk, by=author, text="The beginning")
    if "talk" in ties:
        comments.write_comment(entry.pk, by=reader, text="Before")
    Job.objects.all().delete()
    if event == "comment":
        comments.write_comment(entry.pk, by=three.owner, text=text)
    else:
        reactions.react_to_entry(entry.pk, by=three.owner)
    return entry


def follow(three: Three, reader: User, mode: str) -> None:
    Follow.objects.filter(user=reader).delete()
    if mode:
        Follow.objects.create(user=reader, record=three.company, mode=mode)


def heard(reader: User) -> list[str]:
    rows = [row.notice for group in notices_of(again(reader)).groups for row in group.rows]
    return [notice.reason for notice in rows]


@pytest.mark.parametrize(
    ("event", "ties", "mode", "is_muted", "expected"),
    CASES,
    ids=["-".join(map(str, (e, *sorted(t), m, x, n))) for n, (e, t, m, x, *_r) in enumerate(CASES)],
)
def test_everybody_hears_what_the_table_says(
    three: Three, event: str, ties: set[str], mode: str, is_muted: bool, expected: str
) -> None:
    reader = three.colleague
    entry = happen(three, event, ties, reader)
    follow(three, reader, mode)
    follow(three, three.stranger, "all")
    if is_muted:
        follows.mute_entry(entry.pk, by=reader)
    run_jobs()
    assert heard(reader) == ([] if expected == "-" else [expected])
    assert not Notice.objects.unguarded(reason="all").filter(user=three.stranger).exists()
    assert expected != "-" or not Notice.objects.unguarded(reason="a").filter(user=reader).exists()
    if expected == "-":
        return
    for language in SAID:
        User.objects.filter(pk=reader.pk).update(language=language)
        assert _reasons_read(reader, language) == {expected} & SAID[language].keys()
    _put_off_and_lose(three, reader)


def _reasons_read(reader: User, language: str) -> set[str]:
    browser = Client()
    browser.force_login(again(reader))
    page = browser.get("/notifications").text
    return {reason for reason, said in SAID[language].items() if said in page}


def _put_off_and_lose(three: Three, reader: User) -> None:
    """Put off it waits, and then is there again; without the right it is gone, at once."""
    notice = Notice.objects.unguarded(reason="theirs").get(user=reader)
    until = timezone.now() + timedelta(hours=1)
    commands.put_off(again(reader), notice.pk, until=until)
    assert heard(reader) == []
    assert unread_count(again(reader)) == 0
    with time_machine.travel(until + timedelta(seconds=1), tick=False):
        assert heard(reader) == [notice.reason]
        reader.teams.clear()
        assert heard(reader) == []
        assert unread_count(again(reader)) == 0


def stand_in(deputy: User, person: User, kinds: Collection[str] = ()) -> None:
    now = timezone.now()
    times = {"starts_at": now, "ends_at": now + timedelta(days=1)}
    plan_absence(person, by=person, deputy=deputy, kinds=kinds, **times)


@pytest.mark.parametrize(("kinds", "expected"), [((), ["deputy"]), (("deal",), [])])
def test_a_deputy_hears_what_the_absent_person_hears(
    three: Three, kinds: tuple[str, ...], expected: list[str]
) -> None:
    stand_in(three.stranger, three.owner, kinds)
    entries.write_entry(three.company.pk, by=three.colleague, text=f"@{three.owner.name} please")
    run_jobs()
    assert heard(three.owner) == ["mention"]
    assert heard(three.stranger) == expected


def test_a_deputy_hears_nothing_of_what_is_not_run_by_the_absent_person(three: Three) -> None:
    """Also when they may read it: else they would hear whatever the absent person follows."""
    stand_in(three.stranger, three.colleague)
    open_one = make_record(owner=three.owner, title="For everyone")
    entry = entries.write_entry(open_one.pk, by=three.owner, text=f"@{three.colleague.name} please")
    run_jobs()
    assert heard(three.colleague) == ["mention"]
    assert may_read(again(three.stranger), entry), "the premise"
    assert heard(three.stranger) == []


def test_a_deputy_hears_no_news_of_their_own_and_none_twice(three: Three) -> None:
    stand_in(three.stranger, three.owner)
    entries.write_entry(three.company.pk, by=again(three.stranger), text=f"@{three.owner.name}")
    told = f"@{three.owner.name} and @{three.stranger.name}"
    entries.write_entry(three.company.pk, by=three.colleague, text=told)
    run_jobs()
    assert heard(three.stranger) == ["mention"]
