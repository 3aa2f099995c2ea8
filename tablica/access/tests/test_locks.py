"""A lock tells who reads: the first names, and no more than the reader may know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.lending import share_record
from tablica.records.models import Record, Share
from tests.cast import Three, again, make_record, make_team, make_user, three_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> Three:
    return three_people()


def as_(user: User) -> Client:
    browser = Client()
    browser.force_login(again(user))
    return browser


def names(record: Record) -> str:
    return f"/r/{record.pk}/sharing?part=names"


def told(three: Three, record: Record) -> str:
    return as_(three.owner).get(names(record)).text


def named(three: Three, *people: User) -> Record:
    return make_record(owner=three.owner, who=audience("named", people=people)).record


def test_a_lock_tells_the_first_names_and_how_many_more(three: Three) -> None:
    people = [make_user(f"Reader{number}") for number in range(7)]
    text = told(three, named(three, *people))
    assert three.owner.name in text
    assert sum(person.name in text for person in people) == 4
    assert "and 3 more" in text
    assert "more" not in told(three, named(three, *people[:4]))


def test_a_lock_tells_to_whom_it_is_opened_besides_until_that_is_over(three: Three) -> None:
    record = named(three, three.colleague)
    share_record(record.pk, by=three.owner, to=three.stranger)
    text = told(three, record)
    assert three.stranger.name in text and "opened to them besides" in text
    Share.objects.update(until=timezone.now() - timedelta(minutes=1))
    text = told(three, record)
    assert three.stranger.name not in text and three.colleague.name in text


def test_a_lock_tells_of_a_team_by_its_name_and_of_nobody_who_has_left(three: Three) -> None:
    gone, team = make_user("Gone"), make_team("Harbour")
    circle = audience("named", people=[gone], teams=[team])
    record = make_record(owner=three.owner, who=circle).record
    assert gone.name in told(three, record)
    User.objects.filter(pk=gone.pk).update(deactivated_at=timezone.now())
    text = told(three, record)
    assert gone.name not in text and "Harbour" in text


def test_who_does_not_see_the_record_is_told_nothing_of_its_readers(three: Three) -> None:
    record = named(three, three.colleague)
    assert as_(three.colleague).get(names(record)).status_code == 200
    answer = as_(three.stranger).get(names(record))
    assert answer.status_code == 404
    assert three.colleague.name not in answer.text


def test_many_readers_cost_as_much_as_few(three: Three) -> None:
    counts = []
    for record in (
        named(three, three.colleague),
        named(three, *(make_user(f"Many{number}") for number in range(20))),
    ):
        browser = as_(three.owner)
        browser.get(names(record))
        with CaptureQueriesContext(connection) as caught:
            browser.get(names(record))
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_only_what_is_not_for_everyone_has_a_lock(three: Three) -> None:
    closed, open_ = named(three, three.colleague), make_record(owner=three.owner).record
    page = as_(three.owner).get("/companies").text
    assert names(closed) in page and names(open_) not in page
    assert names(closed) in as_(three.owner).get(f"/companies/{closed.pk}").text


def test_what_is_for_its_owner_alone_is_not_called_mine_to_others(three: Three) -> None:
    record = make_record(owner=three.owner, who="me").record
    share_record(record.pk, by=three.owner, to=three.stranger)
    page = f"/companies/{record.pk}"
    assert "Only me." in as_(three.owner).get(page).text
    shown = as_(three.stranger).get(page).text
    assert "Its owner alone" in shown and "Only me." not in shown
