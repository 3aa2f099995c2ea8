"""Deals through the API: stages, and how they end."""

from __future__ import annotations

from tablica.api.tests.conftest import Program, fields_of
from tests import world
from tests.checksum import nothing_changes


def test_a_deal_goes_its_way(owner: Program) -> None:
    deal = world.deal(owner.user)
    path = f"/records/{deal.pk}"
    assert owner.post(f"{path}/stage", {"stage": "offer"}, 200)["fields"]["stage"] == "offer"
    lost = owner.post(f"{path}/lose", {"reason": "price"}, 200)["fields"]
    assert (lost["outcome"], lost["outcome_reason"]) == ("lost", "price")
    assert owner.post(f"{path}/reopen", status=200)["fields"]["outcome"] == "open"
    assert owner.post(f"{path}/win", {}, 200)["fields"]["outcome"] == "won"
    types = [e["type"] for e in owner.get(f"{path}/wall")["items"]]
    assert types == ["won", "reopened", "lost", "stage", "created"]


def test_what_is_refused(owner: Program, stranger: Program) -> None:
    deal = world.deal(owner.user, audience=world.only_me())
    company = world.company(owner.user)
    path = f"/records/{deal.pk}"
    with nothing_changes():
        assert fields_of(owner.post(f"{path}/stage", {"stage": "nowhere"}, 422)) == ["stage"]
        assert fields_of(owner.post(f"{path}/lose", {"reason": " "}, 422)) == ["reason"]
        owner.post(f"/records/{company.pk}/win", {}, 404)
        stranger.post(f"{path}/win", {}, 404)
        stranger.post(f"{path}/stage", {"stage": "offer"}, 404)


def test_a_stale_step_is_refused(owner: Program, colleague: Program) -> None:
    deal = world.deal(owner.user)
    path = f"/records/{deal.pk}"
    colleague.post(f"{path}/stage", {"stage": "offer"}, 200)
    with nothing_changes():
        answer = owner.send("post", f"{path}/stage", {"stage": "negotiation"}, If_Match='"1"')
    assert answer.status_code == 412
    assert answer.json()["current"]["fields"]["stage"] == "offer"
