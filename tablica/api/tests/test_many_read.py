"""Who reads unusually many records leaves a line on the trail, by pages or by the API."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.api.tests.conftest import Program
from tablica.records import opening
from tablica.shared.trail.models import Line
from tests.cast import make_record


@pytest.fixture(autouse=True)
def eight_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MANY", 8)


def told() -> list[tuple[int | None, object]]:
    return [(line.actor, line.data["records"]) for line in Line.objects.filter(event="many read")]


def test_many_records_opened_by_any_door_are_told_once(owner: Program) -> None:
    user = owner.user
    numbers = [make_record("company", owner=user).pk for _number in range(12)]
    browser = Client()
    browser.force_login(user)
    for number in numbers[:3]:
        assert browser.get(f"/companies/{number}").status_code == 200
        owner.get(f"/records/{number}")
    for number in numbers[3:5]:
        owner.get(f"/records/{number}")
        owner.get(f"/records/{number}/wall")
    assert told() == []
    owner.get("/records?limit=200")
    assert told() == [(user.pk, 12)]
    for number in numbers:
        assert browser.get(f"/companies/{number}").status_code == 200
    assert len(told()) == 1


def test_what_one_does_not_see_does_not_count(owner: Program) -> None:
    for _number in range(12):
        hidden = make_record("company", owner=owner.user, trashed=True)
        owner.get(f"/records/{hidden.pk}", status=404)
        owner.get(f"/records/{hidden.pk}/wall", status=404)
    assert told() == []
