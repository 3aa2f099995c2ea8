"""Giving rights to fields, and telling whose they are not."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.access.tests.test_pages import as_user, sent
from tablica.accounts.models import Role, User
from tablica.records.rules import hidden_fields
from tablica.shared.trail.models import Line
from tests.cast import make_user
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> Client:
    return as_user(make_user(role="administrator"))


def seller_with(boss: Client, **fields: str) -> User:
    assert boss.post("/settings/roles/new", sent(**fields)).status_code == 302
    return make_user("Sanna", role=Role.objects.get(name="Sellers"))


def test_fields_are_hidden_and_sealed_in_the_browser(boss: Client) -> None:
    seller = seller_with(boss, **{"deal.amount": "hidden", "deal.stage": "read"})
    assert seller.role.fields == {"deal": {"amount": "hidden", "stage": "read"}}
    assert hidden_fields(seller, "deal") == {"amount"}
    page = boss.get(f"/settings/roles/{seller.role_id}").content.decode()
    assert page.count('<option value="hidden" selected>') == 1
    assert page.count('<option value="read" selected>') == 1
    assert 'name="deal.title"' not in page
    assert 'name="deal.owner"' not in page


def test_the_trail_tells_it(boss: Client) -> None:
    seller = seller_with(boss, **{"deal.amount": "read"})
    boss.post(f"/settings/roles/{seller.role_id}", sent(**{"deal.amount": "hidden"}))
    line = Line.objects.filter(event="role changed").latest("pk")
    assert (line.data["was"], line.data["now"]) == (
        {"deal.amount": "read"},
        {"deal.amount": "hidden"},
    )


def test_what_is_no_right_is_refused_and_what_was_typed_stays(boss: Client) -> None:
    with nothing_changes():
        answer = boss.post(
            "/settings/roles/new",
            sent(**{"deal.amount": "some", "deal.stage": "hidden", "name": "Odd"}),
        )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<option value="hidden" selected>' in page
    assert '<details class="run" open>' in page


def test_a_stale_form_is_not_saved_and_keeps_what_was_chosen(boss: Client) -> None:
    seller = seller_with(boss)
    page = f"/settings/roles/{seller.role_id}"
    old = boss.get(page).content.decode().split('name="seen" value="')[1].split('"')[0]
    boss.post(page, sent(**{"deal.amount": "read"}))
    with nothing_changes():
        answer = boss.post(page, sent(**{"deal.stage": "hidden", "seen": old}))
    assert answer.status_code == 409
    assert answer.content.decode().count('<option value="hidden" selected>') == 1


def test_an_administrator_is_told_what_is_hidden_from_whom(boss: Client) -> None:
    seller = seller_with(boss, **{"deal.amount": "hidden", "deal.stage": "read"})
    page = boss.get(f"/settings/people/{seller.pk}/view").content.decode()
    assert "Hidden fields: Amount" in page
    assert "Fields only to read: Stage" in page
    other = boss.get(f"/settings/people/{make_user().pk}/view").content.decode()
    assert "Hidden fields" not in other
