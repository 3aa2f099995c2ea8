"""Lists of records: filters, sorting, pages without gaps, and a cost that does not grow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tablica.api.tests.conftest import Program, every_page, fields_of
from tablica.records.models import Record
from tests import world


def titles(program: Program, query: str) -> list[str]:
    return [item["title"] for item in program.get(f"/records?{query}")["items"]]


@pytest.fixture
def clients(owner: Program, colleague: Program) -> dict[str, int]:
    """Three companies, a person and three deals."""
    a, b = owner.user, colleague.user
    swit = world.company(a, "Świt", city="Łódź", industry="bread", tags=["VIP"])
    north = world.company(b, "North", city="łódź", relationship="client")
    dawn = world.company(b, "Dawn", city="Kraków")
    ewa = world.person(a, "Ewa", companies=[swit, north])
    world.deal(a, "One", company=swit, people=[ewa], amount="10", stage="offer")
    world.deal(b, "Two", company=north, amount="200.50", expected_close="2026-12-01")
    world.deal(b, "Three")
    return {"swit": swit.pk, "north": north.pk, "dawn": dawn.pk, "ewa": ewa.pk}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("kind=company", {"Świt", "North", "Dawn"}),
        ("kind=person", {"Ewa"}),
        ("kind=space", set()),
        ("kind=company&city=Łódź", {"Świt", "North"}),
        ("kind=company&city=ŁÓDŹ", {"Świt", "North"}),
        ("kind=company&city=Łód", set()),
        ("kind=company&city=.*", set()),
        ("kind=company&industry=", {"North", "Dawn"}),
        ("kind=company&relationship=client", {"North"}),
        ("kind=company&city=łódź&relationship=client", {"North"}),
        ("title=świt", {"Świt"}),
        ("tag=vip", {"Świt"}),
        ("tag=%23VIP", {"Świt"}),
        ("tag=none", set()),
        ("q=bread", {"Świt"}),
        ("q=krakow", {"Dawn"}),
        ("kind=deal&stage=offer", {"One"}),
        ("kind=deal&stage=new", {"Two", "Three"}),
        ("kind=deal&amount=10", {"One"}),
        ("kind=deal&amount=200.5", {"Two"}),
        ("kind=deal&amount=", {"Three"}),
        ("kind=deal&expected_close=2026-12-01", {"Two"}),
        ("kind=deal&company=", {"Three"}),
        ("kind=deal&people=", {"Two", "Three"}),
        ("kind=deal&company=999999", set()),
        ("team=", {"Świt", "North", "Dawn", "Ewa", "One", "Two", "Three"}),
    ],
)
def test_filters(owner: Program, clients: dict[str, int], query: str, expected: set[str]) -> None:
    assert set(titles(owner, query)) == expected


def test_filters_by_number(owner: Program, colleague: Program, clients: dict[str, int]) -> None:
    assert titles(owner, f"kind=deal&company={clients['swit']}") == ["One"]
    assert titles(owner, f"kind=deal&people={clients['ewa']}") == ["One"]
    assert titles(owner, f"kind=person&companies={clients['north']}") == ["Ewa"]
    assert titles(owner, f"kind=person&companies={clients['dawn']}") == []
    assert set(titles(owner, f"owner={colleague.user.pk}")) == {"North", "Dawn", "Two", "Three"}


def test_a_hidden_client_filters_nothing_in(owner: Program, stranger: Program) -> None:
    hidden = world.company(owner.user, audience=world.only_me())
    world.deal(owner.user, "D", company=hidden)
    assert titles(owner, f"kind=deal&company={hidden.pk}") == ["D"]
    assert titles(stranger, f"kind=deal&company={hidden.pk}") == []
    assert titles(stranger, "kind=deal") == ["D"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=dragon", "kind"),
        ("kind=", "kind"),
        ("colour=red", "colour"),
        ("city=Łódź", "city"),
        ("kind=deal&city=Łódź", "city"),
        ("kind=company&relationship=enemy", "relationship"),
        ("kind=deal&stage=nowhere", "stage"),
        ("kind=deal&amount=much", "amount"),
        ("kind=deal&amount=NaN", "amount"),
        ("kind=deal&amount=1e99999", "amount"),
        ("kind=deal&expected_close=soon", "expected_close"),
        ("kind=deal&company=abc", "company"),
        ("owner=me", "owner"),
        (f"owner={10**30}", "owner"),
        ("sort=colour", "sort"),
        ("sort=city", "sort"),
        ("kind=deal&sort=company", "sort"),
        ("kind=deal&sort=--title", "sort"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("cursor=nonsense", "cursor"),
        ("cursor=żółw", "cursor"),
        ("cursor=W10", "cursor"),
    ],
)
def test_what_makes_no_sense_is_named(owner: Program, query: str, field: str) -> None:
    assert fields_of(owner.get(f"/records?{query}", 400)) == [field]


def test_a_cursor_is_good_for_its_own_order_only(owner: Program) -> None:
    for _ in range(3):
        world.company(owner.user)
    cursor = owner.get("/records?limit=1&sort=title")["next"]
    assert owner.get(f"/records?limit=1&sort=title&cursor={cursor}")["items"]
    owner.get(f"/records?limit=1&sort=-title&cursor={cursor}", 400)
    owner.get(f"/records?limit=1&cursor={cursor}", 400)


def test_never_more_than_200(owner: Program) -> None:
    for _ in range(3):
        world.company(owner.user)
    assert len(owner.get("/records?limit=100000")["items"]) == 3


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("title", ["A", "B", "C"]),
        ("-title", ["C", "B", "A"]),
        ("created", ["B", "C", "A"]),
        ("-created_at", ["A", "C", "B"]),
        ("-touched", ["B", "A", "C"]),
        ("touched_at", ["C", "A", "B"]),
        ("", ["B", "A", "C"]),
        ("amount", ["B", "A", "C"]),
        ("-amount", ["C", "A", "B"]),
        ("expected_close", ["C", "B", "A"]),
        ("currency", ["C", "A", "B"]),
    ],
)
def test_sorting(owner: Program, sort: str, expected: list[str]) -> None:
    b = world.deal(owner.user, "B", currency="PLN", expected_close="2026-01-02")
    world.deal(owner.user, "C", amount="100", currency="EUR")
    world.deal(owner.user, "A", amount="99.5", currency="GBP", expected_close="2026-11-02")
    deals = Record.objects.unguarded(reason="a test")
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for hours, title in enumerate(["C", "A", "B"]):
        deals.filter(title=title).update(touched_at=now + timedelta(hours=hours))
    assert b.pk
    assert titles(owner, f"kind=deal&sort={sort}") == expected


moments = st.lists(st.integers(0, 3), min_size=0, max_size=12)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    times=moments,
    limit=st.integers(1, 5),
    sort=st.sampled_from(["-touched", "touched", "title", "-title", "amount", "-expected_close"]),
)
def test_pages_have_no_gaps_and_nothing_twice(
    owner: Program, times: list[int], limit: int, sort: str
) -> None:
    records = Record.objects.unguarded(reason="a test")
    records.all().delete()
    now = datetime(2026, 3, 1, tzinfo=UTC)
    for number in times:
        day = [None, "2026-01-01", "2026-02-01", "2026-02-01"][number]
        amount = [None, "5", "5.00", "70"][number]
        deal = world.deal(owner.user, f"Żuk {number}", expected_close=day, amount=amount)
        records.filter(pk=deal.pk).update(touched_at=now + timedelta(hours=number))
    whole = [i["id"] for i in owner.get(f"/records?kind=deal&sort={sort}")["items"]]
    paged = [i["id"] for i in every_page(owner, f"/records?kind=deal&sort={sort}", limit)]
    assert paged == whole
    assert len(set(paged)) == len(times)


def test_the_last_page_says_so(owner: Program) -> None:
    for _ in range(4):
        world.company(owner.user)
    first = owner.get("/records?limit=2")
    second = owner.get(f"/records?limit=2&cursor={quote(first['next'])}")
    assert second["next"] is None
    assert len(second["items"]) == 2


def fill(program: Program, number: int) -> None:
    user = program.user
    companies = [world.company(user, tags=["one", "two"]) for _ in range(number // 5)]
    people = [world.person(user, companies=companies[:2]) for _ in range(number // 5)]
    for at in range(number // 5 * 3):
        company = companies[at % len(companies)]
        circle = world.named(user, teams=(user.teams.get(),)) if at % 2 else None
        more: dict[str, Any] = {"audience": circle} if circle else {}
        deal = world.deal(user, company=company, people=people[:2], tags=["three"], **more)
        world.note(deal, user, "bread", tags=["four"])


LISTS = [
    "/records?limit=200",
    "/records?kind=deal&limit=200",
    "/records?kind=deal&stage=new&sort=-amount&limit=200&q=deal&tag=three",
    "/feed?limit=200",
    "/search?q=bread&limit=200",
    "/search/suggest?q=deal",
    "/tags?limit=200",
]


def test_a_long_list_costs_as_much_as_a_short_one(owner: Program) -> None:
    def costs() -> dict[str, int]:
        found = {}
        for path in LISTS:
            with CaptureQueriesContext(connection) as queries:
                owner.get(path)
            found[path] = len(queries)
        return found

    fill(owner, 10)
    owner.get("/me")  # notes the use of the token
    few = costs()
    fill(owner, 190)
    assert len(owner.get("/records?limit=200")["items"]) == 200
    assert costs() == few
    assert {path: n for path, n in few.items() if n > 15} == {}
