"""What leaves a line on the trail, what it says, and who reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tablica.access.words import EVENTS
from tablica.accounts.commands import links, me, people, roles, teams, tokens
from tablica.accounts.models import ApiToken, OneTimeLink, Role, User
from tablica.records.audiences import audience
from tablica.shared.trail.commands import note
from tablica.shared.trail.models import Line
from tablica.shared.trail.queries import examine
from tablica.wall.commands import lives
from tests.cast import make_record, make_team, make_user

pytestmark = pytest.mark.django_db
GOOD = "a board on the wall"
NEW = "quite another board"


@pytest.fixture
def boss() -> User:
    return people.add_user(
        email="boss@example.org", name="Boss", by=None, role="administrator", password=GOOD
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member(n: int = 0) -> User:
    found = User.objects.filter(name=f"Member {n}").first()
    return found or make_user(f"Member {n}")


def sellers() -> Role:
    found = Role.objects.filter(name="Sellers").first()
    return found or roles.add_role(roles.Said("Sellers", "teams"), by=None)


def try_to_come_in(password: str) -> None:
    Client().post("/login", {"email": "boss@example.org", "password": password})


DEEDS: dict[str, tuple[str, Callable[[User], object]]] = {
    "come in": ("signed in", lambda boss: try_to_come_in(GOOD)),
    "guess": ("sign-in failed", lambda boss: try_to_come_in("wrong")),
    "go out": ("signed out", lambda boss: signed_in(boss).post("/logout")),
    "password": ("password changed", lambda boss: me.change_password(boss, old=GOOD, new=NEW)),
    "link": (
        "link made",
        lambda boss: links.make_link(OneTimeLink.Purpose.PASSWORD, user=member(), by=boss),
    ),
    "token": ("token made", lambda boss: tokens.make_token(boss, by=boss)),
    "add": (
        "person added",
        lambda boss: people.add_user(email="new@example.org", name="New", by=boss),
    ),
    "rights": (
        "rights changed",
        lambda boss: people.change_user(member(), by=boss, role=sellers(), teams=[]),
    ),
    "deactivate": (
        "person deactivated", lambda boss: people.deactivate_user(member(), by=boss)
    ),
    "reactivate": (
        "person reactivated", lambda boss: people.reactivate_user(member(), by=boss)
    ),
    "add role": (
        "role added", lambda boss: roles.add_role(roles.Said("Readers", "teams"), by=boss)
    ),
    "change role": (
        "role changed",
        lambda boss: roles.change_role(sellers().pk, roles.Said("Sold", "all"), by=boss),
    ),
    "remove role": ("role removed", lambda boss: roles.remove_role(sellers().pk, by=boss)),
    "add team": ("team added", lambda boss: teams.add_team("North", by=boss)),
    "change team": (
        "team changed",
        lambda boss: teams.change_team(make_team("Old").pk, by=boss, name="New", parent=None),
    ),
    "give away": (
        "readers changed",
        lambda boss: lives.change_record(
            make_record(owner=boss).pk, by=boss, values={"audience": audience("me")}, version=None
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
def test_each_leaves_one_line(deed: str, boss: User) -> None:
    event, do = DEEDS[deed]
    member(), sellers()
    last = Line.objects.order_by("-number").values_list("number", flat=True).first() or 0
    do(boss)
    (line,) = Line.objects.filter(number__gt=last, event=event)
    assert line.actor == (None if event == "sign-in failed" else boss.pk)
    assert line.about
    assert event in EVENTS
    assert examine() is None


def test_no_secret_and_no_word_of_anybody_is_on_it(boss: User) -> None:
    secrets = [
        tokens.make_token(boss),
        links.make_link(OneTimeLink.Purpose.PASSWORD, user=member(), by=boss),
        GOOD,
        NEW,
    ]
    me.change_password(boss, old=GOOD, new=NEW)
    try_to_come_in("a wrong guess")
    record = make_record(owner=boss, title="Secret title")
    lives.change_record(
        record.pk,
        by=boss,
        values={"title": "Other secret title", "audience": audience("me")},
        version=None,
    )
    tokens.revoke_token(ApiToken.objects.get(user=boss))
    said = json.dumps(list(Line.objects.values_list("event", "about", "place", "data")))
    for secret in [*secrets, "wrong guess", "ecret title", "boss@example.org"]:
        assert secret not in said
    assert "token revoked" in said


def test_a_change_that_changes_nothing_leaves_no_line(boss: User) -> None:
    before = Line.objects.count()
    user = User.objects.get(pk=boss.pk)
    people.change_user(user, by=boss, role=user.role, teams=[])
    role = sellers()
    after = Line.objects.count()
    roles.change_role(role.pk, roles.Said("Sellers", "teams"), by=boss)
    assert Line.objects.count() == after == before + 1, "the role was added, and nothing else"


def test_administrators_read_it_with_names_of_what_they_see(boss: User) -> None:
    hidden = make_record(owner=member(), title="Hidden client", who="me")
    shown = make_record(owner=member(), title="Shown client")
    for record in (hidden, shown):
        note("readers changed", by=member().pk, about=f"record {record.pk}", changes={"owner": 1})
    people.change_user(member(1), by=boss, role=sellers(), teams=[])
    page = signed_in(boss).get("/settings/trail").content.decode()
    assert "Changed role or teams" in page
    assert "role: member → sellers" in page
    assert "Shown client" in page
    assert "Hidden client" not in page
    only = signed_in(boss).get("/settings/trail?event=person+added").content.decode()
    assert "Changed role or teams:" not in only
    for odd in ("who=x", "since=2026-99-99", "below=-1", "event=nothing", "until=9999-12-31"):
        assert signed_in(boss).get(f"/settings/trail?{odd}").status_code == 200


def test_the_page_costs_the_same_for_few_and_many(
    boss: User, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(boss)
    client.get("/settings/trail")
    with django_assert_max_num_queries(20) as few:
        client.get("/settings/trail")
    for n in range(120):
        note("rights changed", by=member(n % 9).pk, about=f"user {member(n % 7).pk}")
    with django_assert_max_num_queries(20) as many:
        page = client.get("/settings/trail").content.decode()
    assert len(many) <= len(few) + 2, "names of teams and roles are asked for when there are any"
    assert "below=" in page


def test_the_chain_is_examined_on_demand(boss: User) -> None:
    client = signed_in(boss)
    whole = client.post("/settings/trail/examination", follow=True).content.decode()
    assert "The trail is whole" in whole
    from django.db import connection

    line = note("signed in", by=boss.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trail_line SET actor = 99 WHERE number = %s", [line.pk])
    broken = client.post("/settings/trail/examination", follow=True).content.decode()
    assert f"Line {line.pk} of the trail was changed." in broken
