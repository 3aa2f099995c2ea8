"""Taking out a list by its page: who may, what comes out, and what is told of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.accounts.models import Role, User
from tablica.exports import commands, rules
from tablica.exports.commands import ask_for_file, let_old_files_go, make_file
from tablica.exports.models import KEPT, ListFile
from tablica.records.kinds import kind_named
from tablica.records.lending import share_record
from tablica.shared.errors import Hidden
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.trail.models import Line
from tablica.web.queries.lists import Wanted
from tests.cast import Three, again, make_record, make_role, make_user, three_people

pytestmark = pytest.mark.django_db
RIGHTS = {"view": "all", "edit": "all", "export": "all"}


@pytest.fixture
def three() -> Three:
    return three_people()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def table(response: Any) -> list[dict[str, str]]:
    """The rows of a CSV file that was downloaded."""
    text = response.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def taken(user: User, url: str = "/companies/export", format: str = "csv") -> list[dict[str, str]]:
    return table(browser(user).post(url, {"format": format}, follow=True))


def test_the_owner_takes_out_the_list_as_it_stands(three: Three) -> None:
    for name in ("Beta", "Alfa", "Gama"):
        make_record("company", name, owner=three.owner, city="Łódź")
    page = browser(three.owner).get("/companies/export?sort=title&q=alfa").content.decode()
    assert "1 record: the list as you filtered and sorted it." in page
    assert [r["Name"] for r in taken(three.owner, "/companies/export?sort=title")] == [
        "Alfa", "Beta", "Gama", "Mleczarnia Łódź",
    ]  # fmt: skip
    found = taken(three.owner, f"/companies/export?sort=-title&owner={three.owner.pk}&q=beta")
    assert [(r["Name"], r["City"], r["Owner"]) for r in found] == [("Beta", "Łódź", "Olga Owner")]


def test_the_file_is_one_to_keep_and_not_to_show(three: Three) -> None:
    answer = browser(three.owner).post("/companies/export", {"format": "csv"}, follow=True)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    said = answer.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="companies ') and "Olga Owner.csv" in said
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    raw = answer.getvalue()
    assert raw.startswith(b"\xef\xbb\xbfName,") and raw.endswith(b"\r\n")


def test_only_what_the_role_allows_comes_out(three: Three) -> None:
    """A member sees the colleague's company and takes out their own alone."""
    make_record("company", "Mine", owner=three.colleague)
    assert "1 more of the list is not yours" in (
        browser(three.colleague).get("/companies/export").content.decode()
    )
    assert [r["Name"] for r in taken(three.colleague)] == ["Mine"]


def test_who_may_take_out_nothing_has_neither_menu_nor_page(three: Three) -> None:
    reader = make_user("Rita", role=make_role("reads", scopes={"view": "all"}))
    assert 'id="to-export"' in browser(three.owner).get("/companies").content.decode()
    assert 'id="to-export"' not in browser(reader).get("/companies").content.decode()
    for ask in ("get", "post"):
        assert getattr(browser(reader), ask)("/companies/export").status_code == 404
    assert not ListFile.objects.exists()
    with pytest.raises(Hidden):
        ask_for_file(kind_named("company"), by=again(reader), wanted=Wanted(), format="csv")


def test_what_is_lent_or_looked_into_does_not_come_out(three: Three) -> None:
    share_record(three.company.pk, by=again(three.owner), to=three.stranger)
    assert "Mleczarnia" in browser(three.stranger).get("/companies").content.decode()
    assert [r["Name"] for r in taken(three.stranger)] == ["Sam's client"]
    boss = make_user("Boss", role="administrator")
    secret = make_record("company", "Secret", owner=three.owner, who="me")
    client = browser(boss)
    assert client.get("/companies/export").status_code == 200
    client.post(
        f"/settings/people/{three.owner.pk}/look-in", {"reason": "An audit", "minutes": "15"}
    )
    assert secret.record.title in client.get("/companies").content.decode()
    assert client.get("/companies/export").status_code == 404
    made = client.post("/companies/export", {"format": "csv"}, follow=True)
    assert made.status_code == 404, "there is no fetching while one looks in"
    assert ListFile.objects.get(user=boss).rows == 2


def test_a_hidden_field_is_not_even_a_column(three: Three) -> None:
    role = make_role("half", reach="all", scopes=RIGHTS)
    Role.objects.filter(pk=role.pk).update(fields={"deal": {"amount": "hidden", "stage": "read"}})
    half = make_user("Half", role=role)
    make_record("deal", "Chairs", owner=three.owner, amount="4711.00", currency="PLN")
    whole = taken(make_user(role="manager"), "/deals/export")[0]
    assert (whole["Amount"], whole["Currency"]) == ("4711.00", "PLN")
    found = taken(half, "/deals/export")[0]
    assert "Amount" not in found and "4711" not in repr(found) and found["Stage"]


def test_a_related_record_out_of_sight_is_not_named(three: Three) -> None:
    hidden = make_record("company", "Out of sight", owner=three.owner, who="me")
    make_record("deal", "Chairs", owner=three.owner, company=hidden)
    assert taken(three.owner, "/deals/export")[0]["Company"] == "Out of sight"
    assert taken(make_user(role="manager"), "/deals/export")[0]["Company"] == ""


def test_the_trail_tells_who_took_out_what(three: Three) -> None:
    client = browser(three.owner)
    client.post(f"/companies/export?q=mleczarnia&owner={three.owner.pk}", {"format": "xlsx"})
    line = Line.objects.get(event="exported")
    assert line.actor == three.owner.pk
    told = {"kind": "company", "rows": 1, "format": "xlsx"}
    assert line.data == told | {"filters": ["q", f"owner={three.owner.pk}"]}
    boss = browser(make_user(role="administrator"))
    assert "Took a list out as a file" in boss.get("/settings/trail").content.decode()


def test_a_file_is_for_the_one_who_asked_for_just_a_day(three: Three) -> None:
    client = browser(three.owner)
    url = client.post("/companies/export", {"format": "csv"}).headers["Location"]
    assert client.get(url).status_code == 200
    for other in (three.colleague, make_user(role="administrator")):
        assert browser(other).get(url).status_code == 404
        assert "companies" not in browser(other).get("/exports?part=files").content.decode()
    assert "companies" in client.get("/exports").content.decode()
    with time_machine.travel(timezone.now() + KEPT + timedelta(minutes=1), tick=False):
        client.force_login(three.owner)
        assert client.get(url).status_code == 404
        assert let_old_files_go() == 1
    assert not ListFile.objects.exists()


def test_a_file_is_gone_with_the_rights_it_was_made_with(three: Three) -> None:
    client = browser(three.owner)
    url = client.post("/companies/export", {"format": "csv"}).headers["Location"]
    Role.objects.filter(pk=three.owner.role_id).update(fields={"deal": {"amount": "hidden"}})
    assert client.get(url).status_code == 200, "what is hidden in deals is not in companies"
    Role.objects.filter(pk=three.owner.role_id).update(fields={"company": {"city": "hidden"}})
    assert client.get(url).status_code == 404
    Role.objects.filter(pk=three.owner.role_id).update(fields={})
    assert client.get(url).status_code == 200
    three.owner.teams.clear()
    assert client.get(url).status_code == 404


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lists of two are long, those of four too long."""
    monkeypatch.setattr(commands, "AT_ONCE", 1)
    monkeypatch.setattr(rules, "MOST_ROWS", 3)
    monkeypatch.setattr(commands, "MOST_ROWS", 3)
    yield


def test_a_long_list_is_made_in_the_background(three: Three, small: None) -> None:
    make_record("company", "Second", owner=three.owner)
    client = browser(three.owner)
    page = client.post("/companies/export", {"format": "csv"}, follow=True).content.decode()
    assert "is being made" in page and 'data-refresh="2"' in page
    file = ListFile.objects.get()
    assert client.get(f"/exports/{file.pk}").status_code == 404
    run_jobs()
    assert {r["Name"] for r in table(client.get(f"/exports/{file.pk}"))} == {
        "Second", "Mleczarnia Łódź",
    }  # fmt: skip
    assert f'href="/exports/{file.pk}"' in client.get("/exports").content.decode()
    make_file(file.pk)
    assert Line.objects.filter(event="exported").count() == 1


def test_a_file_is_not_made_with_rights_that_are_gone(three: Three, small: None) -> None:
    make_record("company", "Second", owner=three.owner)
    client = browser(three.owner)
    client.post("/companies/export", {"format": "csv"})
    three.owner.teams.clear()
    run_jobs()
    assert not ListFile.objects.get().is_ready
    assert "Your rights have changed" in client.get("/exports").content.decode()
    assert not Line.objects.filter(event="exported").exists()


def test_too_much_at_once_is_refused_to_who_does_not_administer(three: Three, small: None) -> None:
    for number in range(3):
        make_record("company", f"More {number}", owner=three.owner)
    answer = browser(three.owner).post("/companies/export", {"format": "csv"})
    assert answer.status_code == 422
    assert "At most 3 at once." in answer.content.decode()
    assert not ListFile.objects.exists()
    boss = make_user(role="administrator")
    assert browser(boss).post("/companies/export", {"format": "csv"}).status_code == 302


def test_nothing_or_nonsense_is_said(three: Three) -> None:
    client = browser(three.owner)
    for url, sent, said in (
        ("/companies/export?q=nowhere", {"format": "csv"}, "There is nothing in this list"),
        ("/companies/export", {"format": "exe"}, "Choose one of these."),
        ("/companies/export", {}, "Choose one of these."),
    ):
        answer = client.post(url, sent)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not ListFile.objects.exists()


def test_a_row_costs_no_query(three: Three) -> None:
    """However many rows there are, a few queries for each five hundred."""

    def cost() -> int:
        client = browser(boss)
        with CaptureQueriesContext(connection) as asked:
            client.post("/deals/export", {"format": "csv"})
        return len(asked)

    boss = make_user(role="administrator")
    company = make_record("company", "C", owner=three.owner)
    person = make_record("person", "P", owner=three.owner)

    def add(count: int) -> None:
        for number in range(count):
            more: Any = {"who": "team", "team": three.team} if number % 2 else {}
            deal: Any = make_record(
                "deal", f"D{number}", owner=three.owner, company=company, **more
            )
            deal.people.add(person)

    add(3)
    cost()  # the first line of the trail costs more than those after it
    few = cost()
    add(30)
    assert cost() == few <= 50
