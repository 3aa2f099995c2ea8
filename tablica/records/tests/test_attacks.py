"""What somebody with a low role tries on the forms of records, and what must come of it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.sales.models import Deal
from tests import world
from tests.cast import Three, make_record
from tests.checksum import nothing_changes


def as_user(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.fixture
def deal(three: Three) -> Deal:
    """A deal everyone sees, with a company and a person that the stranger does not."""
    person = world.person(three.owner, "Jan", team=three.team, audience="team")
    company = three.company.company
    return world.deal(three.owner, "Chairs", company=company, people=[person])


def hidden_numbers(deal: Deal) -> set[str]:
    people = Deal.people.through.objects.filter(deal=deal).values_list("person", flat=True)
    return {str(deal.company_id), *map(str, people)}


def numbers_in(page: bytes) -> set[str]:
    """The numbers in the inputs of the company and the people, hidden ones included."""
    inputs = re.findall(r'name="(?:was_)?(?:company|people)" value="([^"]*)"', page.decode())
    return {number for value in inputs for number in value.split("|")} - {""}


def test_the_form_holds_no_number_of_what_is_hidden(three: Three, deal: Deal) -> None:
    hidden = hidden_numbers(deal)
    assert len(hidden) == 2
    assert hidden == numbers_in(as_user(three.colleague).get(f"/r/{deal.pk}/edit").content)
    assert numbers_in(as_user(three.stranger).get(f"/r/{deal.pk}/edit").content) == set()


def test_saving_that_form_keeps_what_is_hidden(three: Three, deal: Deal) -> None:
    before = hidden_numbers(deal)
    client = as_user(three.stranger)
    page = client.get(f"/r/{deal.pk}/edit").content.decode()
    typed = dict(re.findall(r'name="(was_\w+|version)" value="([^"]*)"', page))
    typed |= {n.removeprefix("was_"): v for n, v in typed.items() if n.startswith("was_")}
    typed |= {"company_shown": "", "company_typed": "", "people_typed": "", "title": "Tables"}
    assert client.post(f"/r/{deal.pk}/edit", typed).status_code == 302
    deal.refresh_from_db()
    assert Record.objects.unguarded(reason="tests").get(pk=deal.pk).title == "Tables"
    assert hidden_numbers(deal) == before


HUGE = ["9" * 19, str(2**63), "9" * 5_000, "-1"]
ODD_AUDIENCES = [
    '{"people":5}', '{"people":[1],"teams":3}', '{"people":"x"}', "{", '{"a":' * 20_000, "[1]",
    '{"people":[9223372036854775808]}', '{"people":[null]}', "{}",
]  # fmt: skip


@pytest.mark.parametrize("number", HUGE)
def test_numbers_that_are_none_break_no_form(three: Three, number: str) -> None:
    client = as_user(three.owner)
    for path in ("deals/new?company=", "people/new?companies=1&companies=", "deals/new?owner="):
        assert client.get(f"/{path}{number}").status_code == 200
    with nothing_changes():
        for field in ("company", "people", "owner", "team"):
            sent = client.post("/deals/new", {"title": "x", field: number})
            assert sent.status_code == 422


@pytest.mark.parametrize("said", ODD_AUDIENCES)
def test_audiences_that_are_none_break_no_form(three: Three, said: str) -> None:
    client = as_user(three.owner)
    if len(said) < 1_000:
        assert client.get("/companies/new", {"audience": said}).status_code == 200
    with nothing_changes():
        sent = client.post("/companies/new", {"title": "x", "audience": said})
        assert sent.status_code == 422
        sent = client.post(f"/r/{three.company.pk}/wall", {"text": "x", "audience": said})
        assert sent.status_code == 422


@pytest.mark.parametrize("name", ["z" * 100_000, "\0", "x\0y"])
def test_names_that_are_none_break_no_form(three: Three, name: str) -> None:
    client = as_user(three.owner)
    entry = world.note(three.company, three.owner, "words")
    with nothing_changes():
        for field in ("company_typed", "people_typed"):
            sent = client.post("/deals/new", {"title": "x", field: name})
            assert sent.status_code == 422
        assert client.post(f"/e/{entry.pk}/move", {"name": name}).status_code == 422


def test_a_name_leads_to_what_is_seen_only(three: Three) -> None:
    make_record("company", "Twin", owner=three.owner, team=three.team, who="team")
    seen = make_record("company", "Twin", owner=three.stranger)
    client = as_user(three.stranger)
    sent = client.post(
        "/deals/new", {"title": "x", "owner": three.stranger.pk, "company_typed": "Twin"}
    )
    assert sent.status_code == 302
    assert Deal.objects.unguarded(reason="tests").get().company_id == seen.pk
