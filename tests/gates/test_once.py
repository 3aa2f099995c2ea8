"""L4: a form sent twenty times at once is carried out once, and each gets the same answer."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.wall.models import Comment, Entry
from tests import world
from tests.cast import make_entry, make_record, make_user

TIMES = 20
Answer = tuple[int, bytes, str]


def all_at_once(user: User, url: str, sent: Mapping[str, Any]) -> list[Answer]:
    """The answers to the same form, sent by so many windows at the same moment."""
    start = threading.Barrier(TIMES)
    answers: list[Answer] = []

    def send() -> None:
        browser = Client()
        browser.force_login(user)
        start.wait(timeout=30)
        try:
            said = browser.post(url, dict(sent))
            answers.append((said.status_code, said.content, said.headers.get("Location", "")))
        finally:
            connections.close_all()

    windows = [threading.Thread(target=send) for _ in range(TIMES)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    return answers


Count = Callable[[], int]
FORMS: dict[str, tuple[str, dict[str, Any], Count]] = {
    "note": (
        "/r/{record}/wall",
        {"text": "Said once"},
        lambda: Entry.objects.unguarded(reason="tests").filter(body="Said once").count(),
    ),
    "comment": (
        "/e/{entry}/comments",
        {"text": "Said once"},
        lambda: Comment.objects.unguarded(reason="tests").filter(body="Said once").count(),
    ),
    "company": (
        "/companies/new",
        {"title": "Made once", "audience": "everyone"},
        lambda: Record.objects.unguarded(reason="tests").filter(title="Made once").count(),
    ),
    "colleague": (
        "/settings/people",
        {"name": "New", "email": "new@example.org", "role": "member", "language": "en"},
        lambda: User.objects.filter(email="new@example.org").count(),
    ),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", FORMS)
def test_twenty_at_once_are_one(name: str) -> None:
    world.ready()
    path, sent, count = FORMS[name]
    user = make_user(role="administrator")
    record = make_record("company", owner=user).record
    entry = make_entry(record, author=user)
    url = path.format(record=record.pk, entry=entry.pk)
    answers = all_at_once(user, url, {**sent, "_once": f"key of {name}".replace(" ", "-")})
    assert len(answers) == TIMES
    assert len(set(answers)) == 1, sorted(set(answers))
    assert answers[0][0] == 302
    assert count() == 1


@pytest.mark.django_db
def test_the_same_key_with_something_else_is_refused() -> None:
    user = make_user()
    record = make_record("company", owner=user).record
    browser = Client()
    browser.force_login(user)
    url = f"/r/{record.pk}/wall"
    assert browser.post(url, {"text": "One", "_once": "key"}).status_code == 302
    assert browser.post(url, {"text": "Two", "_once": "key"}).status_code == 422
    assert [e.body for e in Entry.objects.visible_to(user)] == ["One"]


@pytest.mark.django_db
def test_every_form_of_a_page_carries_a_key() -> None:
    """A double click on any form that adds something must not add it twice."""
    user = make_user(role="administrator")
    record = make_record("company", owner=user).record
    make_entry(record, author=user)
    browser = Client()
    browser.force_login(user)
    for url in (f"/companies/{record.pk}", "/companies/new", "/settings/people", "/settings/teams"):
        assert b'name="_once"' in browser.get(url).content, url
