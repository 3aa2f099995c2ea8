"""The pages of roles and of what somebody sees, against the oracle."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from tablica.access.queries.seeing import shares, verdicts
from tablica.accounts.models import Grant, Role, User
from tablica.accounts.rules import access_of
from tablica.records.models import Record
from tests.cast import again, make_user
from tests.checksum import nothing_changes
from tests.gates import worlds
from tests.gates.worlds import World
from tests.oracle import Person

pytestmark = pytest.mark.django_db


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(**more: str) -> dict[str, Any]:
    general = {f"all-{verb}": "all" for verb in Grant.Verb.values}
    return {"name": "Sellers", "reach": "teams"} | general | more


def test_a_role_is_made_changed_copied_and_removed_in_the_browser() -> None:
    boss = as_user(make_user(role="administrator"))
    assert "Member" in boss.get("/settings/roles").content.decode()
    grid = {"deal-edit": "own", "deal-delete": "none", "abilities": ["tags"]}
    added = boss.post("/settings/roles/new", sent(**grid))  # type: ignore[arg-type]
    assert added.status_code == 302
    role = Role.objects.get(name="Sellers")
    seller = make_user(role=role)
    assert access_of(seller).scope("deal", "edit") == "own"
    assert access_of(seller).scope("space", "edit") == "all"
    page = boss.get(f"/settings/roles/{role.pk}").content.decode()
    assert '<option value="own" selected>' in page
    assert "1 colleague has this role" in page
    copy = boss.get(f"/settings/roles/new?of={role.pk}").content.decode()
    assert "Copy of Sellers" in copy
    assert '<option value="own" selected>' in copy
    boss.post(f"/settings/roles/{role.pk}", sent(name="Sales"))
    assert access_of(again(seller)).scope("deal", "edit") == "all"
    with nothing_changes():
        assert boss.post(f"/settings/roles/{role.pk}/removal").status_code == 403
    seller.delete()
    boss.post(f"/settings/roles/{role.pk}/removal")
    assert not Role.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"reach": "far"}, {"all-view": ""}, {"deal-edit": "some"}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(wrong: dict[str, str]) -> None:
    boss = as_user(make_user(role="administrator"))
    with nothing_changes():
        answer = boss.post("/settings/roles/new", sent(**{"space-edit": "team"} | wrong))
    assert answer.status_code == 422
    assert '<option value="team" selected>' in answer.content.decode()


def test_the_last_administrator_is_told_why_on_the_page() -> None:
    boss = make_user(role="administrator")
    with nothing_changes():
        answer = as_user(boss).post(f"/settings/roles/{boss.role_id}", sent())
    assert answer.status_code == 422
    assert "Somebody has to administer" in answer.content.decode()


@pytest.fixture
def world(db: None) -> World:
    return worlds.build()


def test_what_somebody_sees_is_told_as_it_is(world: World) -> None:
    """Of what the administrator sees: every record, for everybody, by the oracle."""
    asked_by = again(world.people["administrator"])
    mine = Person(asked_by)
    every = list(Record.objects.unguarded(reason="tests").select_related("audience"))
    shown = {record.pk for record in every if mine.sees(record)}
    assert 0 < len(shown) < len(every)
    for user in world.people.values():
        person, oracle = again(user), Person(user)
        found = {
            v.record.pk: v
            for kind in ("company", "person", "deal", "space")
            for v in verdicts(person, asked_by=asked_by, kind=kind)
        }
        assert found.keys() == shown
        for verdict in found.values():
            expected = {verb: oracle.may(verb, verdict.record) for verb in Grant.Verb.values}
            assert verdict.verbs == expected, (user.name, verdict.record.title)
            assert all(verdict.why)
            if verdict.is_seen:
                held_back = [verb for verb, may_do in expected.items() if not may_do]
                assert bool(held_back) is any(": " in said for said in verdict.why)
        hidden = {
            v.record.pk
            for kind in ("company", "person", "deal", "space")
            for v in verdicts(person, asked_by=asked_by, kind=kind, hidden=True)
        }
        assert hidden == {n for n, v in found.items() if not v.is_seen}
        counted = {
            share.kind.name: (share.seen, share.of) for share in shares(person, asked_by=asked_by)
        }
        for kind in counted:
            of_kind = [v for v in found.values() if v.kind.name == kind]
            assert counted[kind] == (sum(v.is_seen for v in of_kind), len(of_kind))


def test_the_page_tells_why_and_costs_the_same_for_few_and_many(
    world: World, django_assert_max_num_queries: Any
) -> None:
    boss = as_user(world.people["administrator"])
    address = f"/settings/people/{world.people['no-deals'].pk}/view"
    boss.get(address)
    with django_assert_max_num_queries(24) as few:
        assert (
            "The role shows nothing of this kind."
            in boss.get(f"{address}?kind=deal").content.decode()
        )
    with django_assert_max_num_queries(24) as many:
        page = boss.get(address).content.decode()
    assert len(few) == len(many)
    assert "Everyone may read it." in page


def test_a_search_for_what_is_hidden_finds_just_that(world: World) -> None:
    boss, person = Person(world.people["administrator"]), Person(world.people["no-deals"])
    every = Record.objects.unguarded(reason="tests").filter(title__contains="named team")
    expected = {one.title for one in every if boss.sees(one) and not person.sees(one)}
    assert 0 < len(expected) < every.count()
    address = f"/settings/people/{world.people['no-deals'].pk}/view?q=team+named&hidden=1"
    page = as_user(world.people["administrator"]).get(address).content.decode()
    found = re.findall(r"<bdi>([^<]+)</bdi>", page.split('id="verdicts"')[1])
    assert sorted(found) == sorted(expected)
