"""What leaves a line on the trail, what it says, and who reads it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tablica.access.words import EVENTS
from tablica.accounts.commands import (
    factors,
    links,
    me,
    people,
    roles,
    sign_ins,
    teams,
    tokens,
)
from tablica.accounts.models import ApiToken, OneTimeLink, Role, SignIn, User
from tablica.records import lending, looking
from tablica.records.audiences import audience
from tablica.records.models import Absence
from tablica.shared.trail.commands import note
from tablica.shared.trail.models import Line
from tablica.shared.trail.queries import examine
from tablica.wall.commands import lives
from tests.cast import make_record, make_team, make_user
from tests.phone import GOOD, give_app, wrong

pytestmark = pytest.mark.django_db
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


def with_password() -> User:
    """A member who signs in with a password."""
    return people.add_user(email="second@example.org", name="Second", by=None, password=GOOD)


def sellers() -> Role:
    found = Role.objects.filter(name="Sellers").first()
    return found or roles.add_role(roles.Said("Sellers", "teams"), by=None)


def try_to_come_in(password: str) -> object:
    return Client().post("/login", {"email": "boss@example.org", "password": password})


def come_in_with(boss: User, typed: str) -> object:
    """The password, and then this as the second factor."""
    client = Client()
    client.post("/login", {"email": boss.email, "password": GOOD})
    return client.post("/login/second", {"code": typed})


def absence(boss: User) -> Absence:
    now = timezone.now()
    return lending.plan_absence(
        boss, by=boss, deputy=member(), starts_at=now, ends_at=now + timedelta(days=1)
    )


def be_called(boss: User, name: str) -> None:
    """Say of oneself how one is called, and the rest as it was."""
    me.change_me(boss, name=name, language="pl", timezone_name="UTC", theme=boss.theme)


def look_in(boss: User) -> None:
    """Look into what is a member's, and open what is for that member alone."""
    begun = looking.begin_look_in(member(), by=boss, reason="Asked for it", minutes=15)
    record = make_record(owner=member(), who="me").record
    looking.go_on_looking(boss, begun.pk)
    looking.tell_opened(boss, record)
    looking.end_look_in(begun.pk, by=boss)


def share(boss: User) -> int:
    """A record of the boss, opened to a member."""
    record = make_record(owner=boss, who="me").record.pk
    lending.share_record(record, by=boss, to=member())
    return record


DEEDS: dict[str, tuple[str, Callable[[User], object]]] = {
    "come in": ("signed in", lambda boss: try_to_come_in(GOOD)),
    "guess": ("sign-in failed", lambda boss: try_to_come_in("wrong")),
    "go out": ("signed out", lambda boss: signed_in(boss).post("/logout")),
    "password": ("password changed", lambda boss: me.change_password(boss, old=GOOD, new=NEW)),
    "rename oneself": ("name changed", lambda boss: be_called(boss, "Somebody Else")),
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
        "person reactivated",
        lambda boss: (
            people.deactivate_user(member(), by=boss), people.reactivate_user(member(), by=boss)
        ),
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
    "remove team": (
        "team removed", lambda boss: teams.remove_team(make_team("Old").pk, by=boss)
    ),
    "give away": (
        "readers changed",
        lambda boss: lives.change_record(
            make_record(owner=boss).pk, by=boss, values={"audience": audience("me")}, version=None
        ),
    ),
    "use a link": (
        "link used",
        lambda boss: links.use_link(
            links.make_link(OneTimeLink.Purpose.PASSWORD, user=boss, by=None), password=NEW
        ),
    ),
    "revoke": (
        "token revoked",
        lambda boss: (
            tokens.make_token(boss, by=boss), tokens.revoke_token(ApiToken.objects.get())
        ),
    ),
    "end sessions": (
        "session ended",
        lambda boss: (
            try_to_come_in(GOOD), sign_ins.end_sign_in(SignIn.objects.get().pk, by=boss)
        ),
    ),
    "add a factor": ("second factor added", give_app),
    "remove a factor": (
        "second factor removed",
        lambda boss: (give_app(boss), factors.remove_app(password=GOOD, by=boss)),
    ),
    "take factors away": (
        "second factors taken away",
        lambda boss: (give_app(ola := with_password()), factors.take_factors_away(ola, by=boss)),
    ),
    "a wrong factor": (
        "second factor failed", lambda boss: (give_app(boss), come_in_with(boss, wrong()))
    ),
    "new recovery codes": (
        "recovery codes made",
        lambda boss: (give_app(boss), factors.make_recovery_codes(password=GOOD, by=boss)),
    ),
    "a recovery code": (
        "recovery code used", lambda boss: come_in_with(boss, give_app(boss)[0])
    ),
    "share": ("shared", share),
    "close": ("share ended", lambda boss: lending.end_share(share(boss), by=boss, to=member().pk)),
    "go away": ("absence planned", absence),
    "be back": (
        "absence ended", lambda boss: lending.end_absence(absence(boss).pk, by=boss)
    ),
    "look in": ("look-in begun", look_in),
    "open what is closed": ("looked in", look_in),
    "look no more": ("look-in ended", look_in),
}  # fmt: skip

NOBODY_YET = {"sign-in failed", "second factor failed"}
# What rooms beside and above do is told on the trail in their own tests.
ELSEWHERE = {
    "single sign-on linked", "single sign-on unlinked",
    "left", "handed over", "handover undone", "leaving rule changed",
    "imported", "import undone", "exported", "many read", "looked through", "secrets sealed",
}  # fmt: skip


def test_every_event_that_has_words_is_done_here_or_elsewhere() -> None:
    done = {event for event, _do in DEEDS.values()}
    assert done | ELSEWHERE == set(EVENTS)
    assert not done & ELSEWHERE


@pytest.mark.parametrize("deed", DEEDS)
def test_each_leaves_one_line(deed: str, boss: User) -> None:
    event, do = DEEDS[deed]
    member(), sellers()
    last = Line.objects.order_by("-number").values_list("number", flat=True).first() or 0
    do(boss)
    (line,) = Line.objects.filter(number__gt=last, event=event)
    assert line.actor == (None if event in NOBODY_YET else boss.pk)
    assert line.about
    assert event in EVENTS
    assert examine() is None


def test_only_another_name_is_told_of_what_one_says_of_oneself(boss: User) -> None:
    be_called(boss, boss.name)
    assert not Line.objects.filter(event="name changed").exists()
    be_called(boss, "Somebody Else")
    (line,) = Line.objects.filter(event="name changed")
    assert line.data == {}, "what anybody is called is no matter of the trail"


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


def test_what_is_done_twice_leaves_one_line(boss: User) -> None:
    team = make_team("Old")
    record = make_record(owner=boss, who="me").record.pk
    deeds: list[Callable[[], object]] = [
        lambda: teams.change_team(team.pk, by=boss, name="New", parent=None),
        lambda: people.deactivate_user(member(), by=boss),
        lambda: people.reactivate_user(member(), by=boss),
        lambda: lending.share_record(record, by=boss, to=member()),
    ]
    for do in deeds:
        before = Line.objects.count()
        do()
        assert Line.objects.count() == before + 1
        do()
        assert Line.objects.count() == before + 1


def test_administrators_read_it_with_names_of_what_they_see(boss: User) -> None:
    hidden = make_record(owner=member(), title="Hidden client", who="me")
    shown = make_record(owner=member(), title="Shown client")
    for record in (hidden, shown):
        note("readers changed", by=member().pk, about=f"record {record.pk}", changes={"owner": 1})
    people.change_user(member(1), by=boss, role=sellers(), teams=[])
    page = signed_in(boss).get("/settings/trail").content.decode()
    assert "Changed role or teams" in page
    assert "Role: Member → Sellers" in page
    assert "Shown client" in page
    assert "Hidden client" not in page
    only = signed_in(boss).get("/settings/trail?event=person+added").content.decode()
    assert "Changed role or teams:" not in only
    for odd in ("who=x", "since=2026-99-99", "below=-1", "event=nothing", "until=9999-12-31"):
        assert signed_in(boss).get(f"/settings/trail?{odd}").status_code == 200


def test_details_are_told_in_words_with_the_names_of_today(boss: User) -> None:
    anna, north = make_user("Anna"), make_team("North")
    hidden = make_record(owner=anna, title="Hidden client", who="me")
    people.change_user(anna, by=boss, role=sellers(), teams=[north])
    north.name = "Far north"
    north.save()
    said = {"view": "team", "edit": "none", "delete": "none", "export": "none"}
    scopes = {("", verb): scope for verb, scope in said.items()}
    fields = {("deal", "amount"): "hidden"}
    role = sellers()
    roles.change_role(role.pk, roles.Said("Sellers", "all", scopes=scopes, fields=fields), by=boss)
    note("shared", by=boss.pk, about=f"record {hidden.pk}", to=f"user {anna.pk}", edits=True)
    note("handed over", by=boss.pk, to=[f"user {anna.pk}: 3", "user 999: 4", "team 998"])
    note("readers changed", by=boss.pk, changes={"owner": [anna.pk, None], "audience": [1, 2]})
    note("token made", by=boss.pk, scope="write", days=90)
    note("left", by=boss.pk, rule=["records: successor", "drafts: keep"])
    note("looked through", by=boss.pk, page="company-list", records=25)
    kept = list(Line.objects.order_by("number").values_list("digest", flat=True))
    page = signed_in(boss).get("/settings/trail").content.decode()
    for line in (
        "Teams: — → Far north",
        "Reach: their own teams → every team",
        "Reach: their own teams<",
        "Everything: See: — → the team&#x27;s",
        "Deals: Amount: — → hidden",
        "To: Anna",
        "May change it: yes",
        "To: Anna: 3, colleague 999: 4, team 998",
        "Owner: Anna → —",
        "Who reads it",
        "What it may do: read and write",
        "Records: The successor may read it, Drafts: It stays closed",
        "Page: List: Companies",
        "Records: 25",
    ):
        assert line in page, line
    assert "Hidden client" not in page
    assert (
        list(Line.objects.order_by("number").values_list("digest", flat=True))[: len(kept)] == kept
    )


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
    line = note("signed in", by=boss.pk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trail_line SET actor = 99 WHERE number = %s", [line.pk])
    broken = client.post("/settings/trail/examination", follow=True).content.decode()
    assert f"Line {line.pk} of the trail was changed." in broken


def test_a_line_tells_people_teams_and_days_by_their_names(boss: User) -> None:
    above, below = teams.add_team("Harbour", by=boss), teams.add_team("Cranes", by=boss)
    teams.change_team(below.pk, by=boss, name="Cranes", parent=above)
    reader = make_user("Rita Reader")
    note("shared", by=boss.pk, about="record 0", to=f"user {reader.pk}", edits=False, until="")
    ends = "2026-03-04T10:00+00:00"
    note("absence planned", by=boss.pk, about=f"user {boss.pk}", to=[f"user {reader.pk}: 3"],
         until=ends, token=77)  # fmt: skip
    page = signed_in(boss).get("/settings/trail").content.decode()
    assert "Part of: — → Harbour" in page
    assert page.count("To: Rita Reader") == 2
    assert f"user {reader.pk}" not in page
    assert ends not in page and "Until: " in page
    assert "edits" not in page and "May change it: no" not in page
