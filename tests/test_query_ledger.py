"""How many statements each page costs: written down, and the same for few rows and for many.

After a change on purpose: `bin/test tests/test_query_ledger.py --write-ledger`, and say why.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
import world
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.records.models import Record
from tablica.wall.commands import lives, pins, placing, reactions
from tablica.wall.models import Entry

LEDGER = Path(__file__).with_name("query_counts.json")
FEW, MANY = 12, 300
LIST_LIMIT = 15

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: object) -> tuple[Client, dict[str, str]]:
    """A signed-in manager, and the address of each page of a small company."""
    world.ready()
    team = world.team("Sales")
    anna = world.user("Anna", "manager", team)
    bob = world.user("Bob", "member", team)
    company = world.company(anna, "Acme", city="Łódź")
    person = world.person(anna, "Jan Kowalski", companies=[company])
    deal = world.deal(anna, "Chairs", company=company, people=[person], amount="1200")
    space = world.space(anna, "Prices", audience="team", team=team)
    entry = world.note(company, anna, "first words #tag")
    client = Client(SERVER_NAME="localhost")
    client.force_login(anna)
    fill(FEW, anna, bob, company.record, deal.record)
    pins.pin_entry(entry.pk, by=anna)
    lives.trash_record(world.company(anna, "Gone").pk, by=anna)
    return client, {
        "dashboard": "/",
        "dashboard, followed": "/?followed=1",
        "dashboard, filtered": "/?type=note&q=words&tag=tag",
        "company": f"/companies/{company.pk}",
        "company, context": f"/companies/{company.pk}?context=1",
        "company, filtered": f"/companies/{company.pk}?author={anna.pk}&has_file=1",
        "person": f"/people/{person.pk}",
        "deal": f"/deals/{deal.pk}?context=1",
        "space": f"/spaces/{space.pk}",
        "companies": "/companies",
        "companies, filtered": f"/companies?q=acme&owner={anna.pk}&sort=title",
        "people": "/people",
        "deals": "/deals",
        "spaces": "/spaces",
        "board": "/deals/board",
        "search": "/search?q=words",
        "trash": "/trash",
        "entry at its place": f"/companies/{company.pk}?at={entry.pk}",
    }


def fill(n: int, anna: object, bob: object, company: Record, deal: Record) -> None:
    """`n` more of everything, quickly: `n` rows in lists and on walls."""
    for number in range(min(n, 15)):
        one = world.company(anna, f"Client {n}-{number}", city="Kraków")
        world.person(anna, f"Person {n}-{number}", companies=[one])
        world.deal(bob, f"Deal {n}-{number}", company=one, amount="10")
        written = world.note(company, bob, f"some words {number} #tag", tags=["other"])
        world.comment(written, anna, "an answer")
        reactions.react_to_entry(written.pk, by=anna)
        placing.move_entry(written.pk, to=deal.pk, by=bob, keep=True)
    now = timezone.now() - timedelta(days=1)
    Entry.objects.bulk_create(
        Entry(record=company, type="note", author=bob, happened_at=now, created_at=now, body="x")
        for _number in range(n)
    )


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address).status_code == 200, address
    return len(statements)


def test_every_page_costs_what_the_ledger_says(
    office: tuple[Client, dict[str, str]], request: pytest.FixtureRequest
) -> None:
    client, pages = office
    counts = {name: count(client, address) for name, address in pages.items()}
    if request.config.getoption("--write-ledger"):
        LEDGER.write_text(json.dumps(counts, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    assert counts == json.loads(LEDGER.read_text(encoding="utf-8"))


def test_many_rows_cost_no_more_statements_than_few(
    office: tuple[Client, dict[str, str]],
) -> None:
    client, pages = office
    few = {name: count(client, address) for name, address in pages.items()}
    company = Record.objects.unguarded(reason="a test").get(title="Acme")
    deal = Record.objects.unguarded(reason="a test").get(title="Chairs")
    anna, bob = company.owner, world.user("Eve", "member")
    fill(MANY, anna, bob, company, deal)
    assert {name: count(client, address) for name, address in pages.items()} == few


def test_a_list_costs_at_most_fifteen_statements() -> None:
    counts = json.loads(LEDGER.read_text(encoding="utf-8"))
    for name in (
        "companies",
        "companies, filtered",
        "people",
        "deals",
        "spaces",
        "trash",
        "search",
    ):
        assert counts[name] <= LIST_LIMIT, name
