"""What an administrator reads only by looking in is told, whatever page showed it."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.looking import tell_read
from tablica.records.models import Glimpse, Looked
from tablica.records.noting import Noted
from tablica.shared.trail.models import Line
from tablica.wall.commands.files import add_file
from tablica.wall.models import Entry, File
from tests.cast import Three, again, make_entry, make_record, make_user, three_people

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> Three:
    return three_people()


def as_(user: User) -> Client:
    browser = Client()
    browser.force_login(again(user))
    return browser


def looking_into(person: User) -> Client:
    browser = as_(make_user("Admin", role="administrator"))
    ask = f"/settings/people/{person.pk}/look-in"
    assert browser.post(ask, {"reason": "An audit", "minutes": "15"}).status_code == 302
    return browser


def told() -> set[tuple[str, str, int]]:
    return set(Glimpse.objects.values_list("page", "what", "number"))


def test_an_entry_for_me_alone_on_a_wall_that_is_open_is_told(three: Three) -> None:
    entry = make_entry(three.company, "for me", author=three.owner, who="me")
    open_one = make_entry(three.company, "for all", author=three.owner)
    browser = looking_into(three.owner)
    page = browser.get(f"/companies/{three.company.pk}")
    assert "for me" in page.text and "for all" in page.text
    assert told() == {("company", "entry", entry.pk)}
    assert open_one.pk not in {number for _p, _w, number in told()}
    browser.get(f"/companies/{three.company.pk}")
    lines = Line.objects.filter(event="looked through")
    assert [(line.about, line.data) for line in lines] == [
        (f"user {three.owner.pk}", {"page": "company", "entries": 1})
    ]
    seen = as_(three.owner).get("/settings/looked-into").text
    assert "Profiles: Companies" in seen and "1 entry" in seen and f"/e/{entry.pk}" in seen
    assert not Looked.objects.exists(), "the record itself is open to them"


def test_nothing_is_told_of_who_does_not_look_in(three: Three) -> None:
    entry = make_entry(three.company, "for me", author=three.owner, who="me")
    tell_read(three.owner, "company", {Entry: {entry.pk}})
    assert told() == set()
    assert not Line.objects.filter(event="looked through").exists()


def test_lists_the_dashboard_and_search_tell_how_much_they_showed(three: Three) -> None:
    closed = [
        make_record("company", f"Hidden works {n}", owner=three.owner, who="me").record
        for n in range(3)
    ]
    entry = make_entry(closed[0], "whispering", author=three.owner)
    browser = looking_into(three.owner)
    assert "Hidden works 1" in browser.get("/companies").text
    assert "whispering" in browser.get("/").text
    assert "works 1" in browser.get("/search?q=hidden").text
    numbers = {record.pk for record in closed}
    for page in ("company-list", "search"):
        assert {n for p, w, n in told() if (p, w) == (page, "record")} == numbers
    assert ("dashboard", "entry", entry.pk) in told()
    seen = as_(three.owner).get("/settings/looked-into").text
    assert "List: Companies" in seen and "3 records" in seen and "Dashboard" in seen
    assert "Search" in seen


def test_a_file_that_was_opened_is_told(three: Three) -> None:
    entry = make_entry(three.company, "with a paper", author=three.owner, who="me")
    file = add_file("plan.txt", [b"how it goes"], by=three.owner)
    File.objects.unguarded(reason="a test").filter(pk=file.pk).update(entry=entry)
    browser = looking_into(three.owner)
    assert browser.get(f"/files/{file.pk}").status_code == 200
    assert ("file-plain", "file", file.pk) in told()
    assert "Files opened" in as_(three.owner).get("/settings/looked-into").text


def test_nothing_is_told_of_what_is_open_anyway_or_refused(three: Three) -> None:
    closed = make_record("company", "Of another", owner=three.colleague, who="me").record
    browser = looking_into(three.owner)
    assert browser.get(f"/companies/{three.company.pk}").status_code == 200
    assert browser.get(f"/companies/{closed.pk}").status_code == 404
    assert browser.get("/companies").status_code == 200
    assert not Glimpse.objects.exists()


def test_who_does_not_look_in_gathers_nothing(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gathered(*_of: object) -> None:
        raise AssertionError("gathered although nobody looks in")

    monkeypatch.setattr("tablica.access.views.looking.tell_read", gathered)
    assert as_(three.owner).get("/companies").status_code == 200
    assert {of.noted_as for of in Noted.__subclasses__()} == {"record", "entry", "file"}
