"""Addresses that no link of ours leads to."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/?q=%00", "/search?q=%00&tag=%00", "/tags/suggest?q=%00", "/companies?owner=%00"]
)
def test_nothing_is_at_an_address_with_a_nul(address: str) -> None:
    world.ready()
    client = Client(SERVER_NAME="localhost")
    client.force_login(world.user("Anna"))
    assert client.get(address.replace("%00", "a")).status_code == 200
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("/companies/", "/companies"),
        ("/companies/?q=a&sort=title", "/companies?q=a&sort=title"),
        ("/deals/board//?mine=1", "/deals/board?mine=1"),
        ("/login/", "/login"),
        ("/settings/me/", "/settings/me"),
    ],
)
def test_a_slash_too_many_leads_to_the_page(address: str, leads_to: str) -> None:
    world.ready()
    for ask in (Client().get, Client().head):
        answer = ask(address)
        assert (answer.status_code, answer.headers["Location"]) == (301, leads_to)


@pytest.mark.parametrize(
    "address",
    ["//evil.example/", "/%5Cevil.example/", "/https://evil.example/", "/nowhere/", "/api/v1/me/"],
)
def test_a_slash_leads_nowhere_else(address: str) -> None:
    world.ready()
    client = Client()
    client.force_login(world.user("Anna"))
    answer = client.get(f"http://testserver{address}")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_a_form_is_not_sent_on() -> None:
    world.ready()
    client = Client()
    client.force_login(world.user("Anna"))
    assert client.post("/companies/new/", {"title": "Acme"}).status_code == 404


def test_the_kinds_stand_in_the_order_people_work_in() -> None:
    world.ready()
    client = Client()
    client.force_login(world.user("Anna"))
    side = client.get("/").content.decode().split('class="side"')[1].split("</nav>")[0]
    places = [side.index(f'href="/{path}"') for path in ("companies", "people", "deals/board")]
    assert [*places, side.index('href="/spaces"')] == sorted(
        [*places, side.index('href="/spaces"')]
    )
