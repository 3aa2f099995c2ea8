"""Addresses, forms and headers made to break a page: each gets an answer that says something."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client

from tablica.accounts.models import User
from tests import world
from tests.cast import Three
from tests.checksum import nothing_changes

PIECE = {"HX-Request": "true"}


def as_user(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def cursor(said: Any) -> str:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 10**19, 10**40])
def test_numbers_beyond_all_things_are_the_address_of_nothing(three: Three, number: int) -> None:
    client = as_user(three.owner)
    for path in ("r/{}", "r/{}/edit", "companies/{}", "deals/{}", "e/{}", "e/{}/menu", "files/{}"):
        assert client.get("/" + path.format(number)).status_code == 404
    with nothing_changes():
        for path in ("deals/{}/win", "e/{}/pin", "r/{}/follow", "trash/entry/{}/undo"):
            assert client.post("/" + path.format(number)).status_code == 404


FORGED = [
    ["\ud800", 1], ["\0", 1], [{"a": 1}, 1], ["x"], ["0001-01-01T00:00:00+14:00", 1],
    ["9999-12-31T23:59:59-12:00", 1], ["2026-01-01T00:00:00", 1], b"[" * 40_000, b"\xff",
]  # fmt: skip


@pytest.mark.parametrize("sort", ["title", "touched", "-created"])
@pytest.mark.parametrize("said", FORGED)
def test_forged_places_in_a_list_are_its_top(three: Three, sort: str, said: Any) -> None:
    client = as_user(three.owner)
    answer = client.get("/companies", {"sort": sort, "after": cursor(said)}, headers=PIECE)
    assert answer.status_code == 200
    assert b"Mleczarnia" in answer.content


@pytest.mark.parametrize("micros", [253402300799999999, -62135596800000000])
def test_forged_places_at_the_ends_of_time_break_no_wall(three: Three, micros: int) -> None:
    world.note(three.company, three.owner, "words")
    User.objects.filter(pk=three.owner.pk).update(timezone="Asia/Tehran")
    place = cursor(b"%d.5" % micros)
    for path in ("/", f"/companies/{three.company.pk}", "/trash"):
        for headers in ({}, PIECE):
            answer = as_user(three.owner).get(path, {"before": place}, headers=headers)
            assert answer.status_code == 200


def test_headers_that_are_no_addresses_break_nothing(three: Three) -> None:
    headers = {**PIECE, "HX-Current-URL": "http://["}
    assert Client().get("/companies", headers=headers).status_code == 401
    deal = world.deal(three.owner, "Chairs")
    answer = as_user(three.owner).post(f"/deals/{deal.pk}/win", headers={"Referer": "http://["})
    assert answer.headers["Location"] == f"/deals/{deal.pk}"


def test_nul_in_what_is_sent_breaks_nothing(three: Three) -> None:
    deal, client = world.deal(three.owner, "Chairs"), as_user(three.owner)
    entry = world.note(deal, three.owner, "words")
    sent = [
        (f"/deals/{deal.pk}/stage", {"stage": "\0"}),
        (f"/e/{entry.pk}/reactions/%00", {}),
        (f"/e/{entry.pk}/reactions/%00/undo", {}),
        (f"/r/{deal.pk}/follow", {"mode": "\0"}),
        (f"/r/{deal.pk}/tags", {"add": "\0"}),
        (f"/r/{deal.pk}/fields/stage", {"stage": "\0"}),
        (f"/r/{deal.pk}/fields/title", {"title": "\0"}),
        (f"/r/{deal.pk}/wall", {"text": "x", "type": "\0", "tags": "\0"}),
        ("/deals/new", {"title": "x", "stage": "\0", "currency": "\0", "owner": "\0"}),
    ]
    with nothing_changes():
        for path, typed in sent:
            assert client.post(path, typed).status_code in (302, 404, 422), path
