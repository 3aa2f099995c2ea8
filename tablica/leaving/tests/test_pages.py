"""The pages of leaving, as administrators, successors and strangers meet them."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import User
from tablica.leaving.models import Handover, HandoverRow, LeavingRule, the_rule
from tablica.leaving.queries.rule import seal_of_rule
from tablica.records.models import Record
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tests.cast import again, make_entry, make_record, make_team, make_user
from tests.checksum import nothing_changes
from tests.gates.worlds import begin_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> dict[str, User]:
    team = make_team("Sales")
    found = {
        "boss": make_user("Boss", role="administrator"),
        "anna": make_user("Anna", teams=[team]),
        "marek": make_user("Marek", teams=[team]),
        "zofia": make_user("Zofia", teams=[team]),
    }
    company = make_record("company", "Acme", owner=found["anna"])
    make_entry(company, "I know them", author=found["marek"])
    make_record("deal", "Under the table", owner=found["anna"], who="me")
    make_entry(company, "For me alone", author=found["anna"], who="me")
    begin_draft(found["anna"], record=company.record)
    return found


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(again(user))
    return client


def at(user: User, more: str = "") -> str:
    return f"/settings/people/{user.pk}/leaving{more}"


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_an_administrator_hands_everything_over_in_the_browser(people: dict[str, User]) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    assert at(anna) in text(boss, "/settings/people")
    page = text(boss, at(anna))
    assert "Propose successors" in page
    assert "1 for them alone" in page
    assert boss.post(at(anna, "/plan")).status_code == 302
    page = text(boss, at(anna))
    assert "Marek" in page
    assert "wrote most here" in page
    assert "Sign out and hand over 2 records" in page
    assert "Entries nobody else may read stay closed" in page
    assert boss.post(at(anna, "/handover")).status_code == 302
    now = {"HX-Request": "true"}
    part = boss.get(at(anna, "?part=now"), headers=now)
    assert 'data-refresh="2"' in part.content.decode()
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part.headers
    run_jobs()
    assert boss.get(at(anna, "?part=now"), headers=now).headers["HX-Refresh"] == "true"
    page = text(boss, at(anna))
    assert "Handed over" in page
    assert "data-refresh" not in page
    assert boss.post(at(anna, "/handover/undo")).status_code == 302
    run_jobs()
    assert "Taken back" in text(boss, at(anna))


def test_a_handover_whose_job_failed_says_so_and_goes_on(people: dict[str, User]) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    boss.post(at(anna, "/plan"))
    boss.post(at(anna, "/handover"))
    assert "come to a halt" not in text(boss, at(anna))
    Job.objects.update(state=Job.State.FAILED)
    page = text(boss, at(anna))
    assert "come to a halt" in page
    assert "Go on" in page
    boss.post(at(anna, "/handover/stop/undo"))
    run_jobs()
    assert "Handed over" in text(boss, at(anna))


def test_it_is_stopped_and_gone_on_with_in_the_browser(people: dict[str, User]) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    boss.post(at(anna, "/plan"))
    boss.post(at(anna, "/handover"))
    boss.post(at(anna, "/handover/stop"))
    run_jobs()
    assert "Stopped" in text(boss, at(anna))
    assert Record.objects.unguarded(reason="tests").filter(owner=anna).count() == 2
    boss.post(at(anna, "/handover/stop/undo"))
    run_jobs()
    assert "Handed over" in text(boss, at(anna))
    assert not Record.objects.unguarded(reason="tests").filter(owner=anna).exists()


def test_titles_of_what_one_may_not_see_are_not_told(people: dict[str, User]) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    boss.post(at(anna, "/plan"))
    for url in (at(anna), at(anna, "/records"), at(anna, "/records?kind=deal")):
        assert "Under the table" not in text(boss, url)
    assert "Acme" in text(boss, at(anna, "/records"))
    hidden = HandoverRow.objects.get(record__title="Under the table")
    assert boss.get(at(anna, f"/successor?row={hidden.pk}")).status_code == 404


def test_a_group_a_kind_one_record_and_the_rest_go_to_somebody_else(
    people: dict[str, User],
) -> None:
    boss, anna, zofia = as_user(people["boss"]), people["anna"], people["zofia"]
    boss.post(at(anna, "/plan"))
    shown = HandoverRow.objects.get(record__title="Acme")
    group = f"/successor?kind=company&of={people['marek'].pk}"
    assert "Companies: 1" in text(boss, at(anna, group))
    boss.post(at(anna, group), {"to": zofia.pk})
    shown.refresh_from_db()
    assert (shown.to, shown.why) == (zofia, "chosen")
    boss.post(at(anna, f"/successor?row={shown.pk}"), {"to": people["marek"].pk})
    boss.post(at(anna, "/successor?kind=deal"), {"to": people["boss"].pk})
    boss.post(at(anna, "/successor"), {"to": zofia.pk})
    shown.refresh_from_db()
    assert shown.to == people["marek"]
    assert HandoverRow.objects.get(kind="deal").to == people["boss"]
    assert Handover.objects.get().heir == zofia


def test_who_leaves_is_no_successor(people: dict[str, User]) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    boss.post(at(anna, "/plan"))
    with nothing_changes():
        answer = boss.post(at(anna, "/successor?kind=deal"), {"to": anna.pk})
    assert answer.status_code == 422


def test_what_has_no_successor_is_said_and_nothing_begins(people: dict[str, User]) -> None:
    boss, lonely = as_user(people["boss"]), make_user("Lonely")
    make_record("company", owner=lonely)
    boss.post(at(lonely, "/plan"))
    with nothing_changes():
        answer = boss.post(at(lonely, "/handover"))
    assert answer.status_code == 422
    assert "Choose first who gets" in answer.content.decode()


def test_the_last_administrator_is_told_why_they_cannot_leave(people: dict[str, User]) -> None:
    boss = people["boss"]
    page = text(as_user(boss), at(boss))
    assert "name another administrator first" in page
    assert "Propose successors" not in page


def test_the_successor_reads_what_came_to_them_and_nobody_else_does(
    people: dict[str, User],
) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    boss.post(at(anna, "/plan"))
    boss.post(at(anna, "/handover"))
    run_jobs()
    url = f"/handovers/{Handover.objects.get().pk}"
    page = text(as_user(people["marek"]), url)
    assert "Acme" in page
    assert "Under the table" in page
    assert as_user(people["zofia"]).get(url).status_code == 404
    assert "is yours now" in text(
        as_user(people["marek"]), "/notifications"
    ) or "are yours" in text(as_user(people["marek"]), "/notifications")


def test_who_does_not_administer_meets_nothing(people: dict[str, User]) -> None:
    anna, member = people["anna"], as_user(people["marek"])
    as_user(people["boss"]).post(at(anna, "/plan"))
    for more in ("", "/records", "/successor?kind=deal"):
        assert member.get(at(anna, more)).status_code == 404
    with nothing_changes():
        for more in ("/plan", "/handover", "/handover/stop", "/handover/undo", "/successor"):
            assert member.post(at(anna, more)).status_code == 404
        assert member.post("/settings/leaving", {"records": "keep"}).status_code == 404


def test_the_rule_is_said_and_a_stale_one_is_not_lost(people: dict[str, User]) -> None:
    boss = as_user(people["boss"])
    said = {"records": "keep", "entries": "successor", "drafts": "keep"}
    said["seen"] = seal_of_rule(the_rule())
    back = at(people["anna"])
    form = text(boss, f"/settings/leaving?next={back}")
    assert f'action="/settings/leaving?next={quote(back, safe="")}"' in form
    answer = boss.post(f"/settings/leaving?next={back}", said)
    assert (answer.status_code, answer.headers["Location"]) == (302, back)
    assert LeavingRule.objects.get().records == "keep"
    boss.post(at(people["anna"], "/plan"))
    page = text(boss, at(people["anna"]))
    assert "Records for them alone stay closed" in page
    assert "open to the successor of the wall" in page
    with nothing_changes():
        stale = boss.post("/settings/leaving", said | {"drafts": "successor"})
        assert stale.status_code == 409
        assert boss.post("/settings/leaving", said | {"drafts": "burn"}).status_code == 422


def test_many_records_cost_as_many_queries_as_few(people: dict[str, User]) -> None:
    boss, anna = as_user(people["boss"]), people["anna"]
    boss.post(at(anna, "/plan"))
    boss.get(at(anna))

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as found:
            boss.get(url)
        return len(found)

    few = [cost(at(anna)), cost(at(anna, "/records"))]
    for number in range(150):
        body = make_record("company", owner=anna)
        if number < 40:
            make_entry(body, author=anna, who="me")
    boss.post(at(anna, "/plan"))
    assert HandoverRow.objects.count() == 152
    assert [cost(at(anna)), cost(at(anna, "/records"))] == few
    assert few[0] <= 40
    assert Record.objects.unguarded(reason="tests").filter(owner=anna).count() == 152
