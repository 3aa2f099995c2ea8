"""A no is the same page whether or not a form carries a key that lets it be sent twice."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from django.test import Client

from tablica.accounts.models import User
from tests import world
from tests.cast import Three, make_entry, make_record, three_people
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db
GONE = 99_999_999


@pytest.fixture
def three() -> Three:
    return three_people()


def answer(user: User, url: str, sent: Mapping[str, str]) -> tuple[int, str]:
    """The status and the page, without what is new each time."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    with nothing_changes():
        found = client.post(url, dict(sent))
    page = re.sub(r'(value|content)="[^"]{20,}"', "", found.content.decode())
    return found.status_code, page


def with_and_without(user: User, url: str, **sent: str) -> int:
    """The status, which is the same with a key and without one, and so is the page."""
    plain = answer(user, url, sent)
    assert answer(user, url, {**sent, "_once": f"a key for {url}".replace(" ", "-")}) == plain
    return plain[0]


def test_what_is_hidden_is_not_found_in_the_same_words(three: Three) -> None:
    entry = make_entry(three.company, "For them", author=three.owner)
    hidden = f"/e/{entry.pk}/comments"
    assert with_and_without(three.stranger, hidden, text="I was here") == 404
    assert with_and_without(three.stranger, f"/e/{GONE}/comments", text="I was here") == 404
    assert with_and_without(three.stranger, f"/r/{three.company.pk}/trash") == 404


def test_what_is_refused_says_why(three: Three) -> None:
    open_to_all = make_record("company", owner=three.owner)
    url = f"/r/{open_to_all.pk}/trash"
    assert with_and_without(three.stranger, url) == 403
    boss = world.user("Boss", role="administrator")
    assert with_and_without(boss, f"/settings/people/{boss.pk}/deactivation") == 403


def test_what_was_changed_meanwhile_is_said(three: Three) -> None:
    mine = make_record("company", owner=three.owner)
    assert with_and_without(three.owner, f"/r/{mine.pk}/trash", version="7") == 409
