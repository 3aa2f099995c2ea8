"""Adding a record and editing one field of it: what the page shows afterwards."""

from __future__ import annotations

from django.test import Client

from tablica.accounts.models import User
from tests.cast import Three
from tests.checksum import nothing_changes

HTMX = {"HX-Request": "true"}


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_wall_tells_of_a_changed_field_at_once(three: Three):
    answer = as_user(three.owner).post(
        f"/r/{three.company.pk}/fields/city", {"city": "Poznań"}, headers=HTMX
    )
    page = answer.content.decode()
    assert 'hx-swap-oob="afterbegin:#fresh"' in page
    assert page.count("Poznań") > 1
    assert 'id="sub" hx-swap-oob="true"' in page


def test_saving_what_was_there_tells_nothing(three: Three):
    client = as_user(three.owner)
    address = f"/r/{three.company.pk}/fields/city"
    client.post(address, {"city": "Poznań"}, headers=HTMX)
    with nothing_changes():
        page = client.post(address, {"city": "Poznań"}, headers=HTMX).content.decode()
    assert 'id="field-city"' in page
    assert "#fresh" not in page


def test_a_phone_is_called_by_a_tap_and_read_in_groups(three: Three):
    client = as_user(three.owner)
    address = f"/r/{three.company.pk}/fields/phone"
    page = client.post(address, {"phone": "+48 601-234567"}, headers=HTMX).content.decode()
    link = '<a class="ltr" href="tel:+48601234567">+48 601 234 567</a>'
    assert link in page.replace("\N{NO-BREAK SPACE}", " ")
    odd = client.post(address, {"phone": "601 234 567 wew. 12"}, headers=HTMX).content.decode()
    assert '<a class="ltr" href="tel:601234567">601 234 567 wew. 12</a>' in odd


def test_a_refused_form_keeps_the_tags(three: Three):
    with nothing_changes():
        answer = as_user(three.owner).post(
            "/companies/new",
            {"title": "Orchard", "audience": "everyone", "email": "?", "tags": "new, #fair"},
        )
    assert answer.status_code == 422
    assert 'value="new, #fair"' in answer.content.decode()


def test_what_is_written_counts_at_once(three: Three):
    client, address = as_user(three.owner), f"/r/{three.company.pk}/wall"
    for number in (1, 2):
        page = client.post(address, {"type": "note", "text": "A word"}, headers=HTMX)
        shown = f'id="own-count" hx-swap-oob="true">{number}<'
        assert shown in page.content.decode()
