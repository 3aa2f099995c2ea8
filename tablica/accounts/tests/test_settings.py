"""The settings about oneself, colleagues, teams and tokens."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from tablica.accounts.models import ApiToken, Team, User
from tablica.accounts.queries import token_of
from tablica.records.audiences import audience
from tests import world
from tests.cast import make_record
from tests.checksum import nothing_changes
from tests.phone import GOOD


@dataclass
class Office:
    """An administrator, somebody who is none, and a team."""

    boss: User
    member: User
    team: Team


@pytest.fixture
def office(db: None) -> Office:
    team = world.team("Sales")
    boss = world.user("Boss", "administrator", password=GOOD)
    return Office(boss, world.user("Member", "member", team, password=GOOD), team)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


ADMINISTRATION = [
    ("get", "/settings/people"),
    ("post", "/settings/people"),
    ("get", "/settings/people/{boss}"),
    ("post", "/settings/people/{boss}"),
    ("post", "/settings/people/{boss}/invitation"),
    ("post", "/settings/people/{boss}/deactivation"),
    ("post", "/settings/people/{boss}/deactivation/undo"),
    ("get", "/settings/teams"),
    ("post", "/settings/teams"),
    ("get", "/settings/teams/{team}"),
    ("post", "/settings/teams/{team}"),
]


@pytest.mark.parametrize(("method", "address"), ADMINISTRATION)
def test_nobody_else_finds_the_pages_of_administrators(office: Office, method: str, address: str):
    path = address.format(boss=office.boss.pk, team=office.team.pk)
    typed = {"name": "X", "email": "x@example.org", "role": "administrator"}
    with nothing_changes():
        answer = getattr(as_user(office.member), method)(path, typed)
    nowhere = as_user(office.member).get("/nowhere")
    assert answer.status_code == nowhere.status_code == 404
    token = re.compile(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"')
    assert token.sub("", answer.content.decode()) == token.sub("", nowhere.content.decode())


@pytest.mark.parametrize("address", [path for method, path in ADMINISTRATION if method == "get"])
def test_administrators_do(office: Office, address: str):
    path = address.format(boss=office.boss.pk, team=office.team.pk)
    assert as_user(office.boss).get(path).status_code == 200


@pytest.mark.parametrize("what", ["invitation", "deactivation", "deactivation/undo"])
def test_what_changes_somebody_is_a_post(office: Office, what: str):
    with nothing_changes():
        answer = as_user(office.boss).get(f"/settings/people/{office.member.pk}/{what}")
    assert answer.status_code == 405


class TestPeople:
    NEW = {"name": "Nina", "email": "nina@example.org", "role": "member", "language": "pl"}

    def test_a_new_colleague_gets_a_link_that_is_shown_once(self, office: Office):
        client = as_user(office.boss)
        added = client.post("/settings/people", {**self.NEW, "teams": [office.team.pk]})
        assert added.headers["Location"] == "/settings/people"
        nina = User.objects.get(email="nina@example.org")
        assert (nina.language, [t.name for t in nina.teams.all()]) == ("pl", ["Sales"])
        assert not nina.has_usable_password()
        link = re.search(
            r'id="shown-link">([^<]+)<', client.get("/settings/people").content.decode()
        )
        assert link
        assert "/setup/" not in client.get("/settings/people").content.decode()
        assert Client().get(link[1].removeprefix("http://testserver")).status_code == 200

    def test_they_live_by_the_clock_of_who_adds_them_and_the_link_says_how_long(self, office):
        User.objects.filter(pk=office.boss.pk).update(timezone="Europe/Warsaw")
        client = as_user(office.boss)
        client.post("/settings/people", self.NEW)
        assert User.objects.get(email="nina@example.org").timezone == "Europe/Warsaw"
        there = timezone.now().astimezone(ZoneInfo("Europe/Warsaw"))
        said = (there + timedelta(days=7)).strftime("%Y-%m-%d")
        assert f'(until <time datetime="{said}' in client.get("/settings/people").content.decode()

    def test_mistakes_stand_above_the_list_where_they_are_seen(self, office: Office):
        again = {**self.NEW, "email": office.member.email}
        page = as_user(office.boss).post("/settings/people", again).content.decode()
        assert page.index("is here already") < page.index('id="people-list"')

    def test_mistakes_are_said_beside_the_field_and_change_nothing(self, office: Office):
        with nothing_changes():
            answer = as_user(office.boss).post(
                "/settings/people", {**self.NEW, "email": "member@example.org"}
            )
        assert answer.status_code == 422
        assert "Somebody with this address is here already" in answer.content.decode()
        assert "Nina" in answer.content.decode()

    def test_a_right_changed_meanwhile_is_not_overwritten(self, office: Office):
        client, path = as_user(office.boss), f"/settings/people/{office.member.pk}"
        page = client.get(path).content.decode()
        seen = re.search(r'name="seen" value="(\w+)"', page)
        assert seen
        office.member.teams.clear()
        typed = {"role": office.boss.role_id, "seen": seen[1]}
        answer = client.post(path, typed)
        assert answer.status_code == 409
        assert "changed this meanwhile" in answer.content.decode()
        office.member.refresh_from_db()
        assert office.member.role.slug == "member"

    def test_a_role_is_given(self, office: Office):
        typed = {"role": office.boss.role_id, "teams": [office.team.pk]}
        answer = as_user(office.boss).post(f"/settings/people/{office.member.pk}", typed)
        assert answer.status_code == 302
        office.member.refresh_from_db()
        assert office.member.role == office.boss.role

    def test_the_last_administrator_stays(self, office: Office):
        path = f"/settings/people/{office.boss.pk}/deactivation"
        with nothing_changes():
            answer = as_user(office.boss).post(path)
        assert answer.status_code == 403
        assert "name another administrator first" in answer.content.decode()

    def test_leaving_and_coming_back(self, office: Office):
        client, path = as_user(office.boss), f"/settings/people/{office.member.pk}/deactivation"
        theirs = as_user(office.member)
        assert theirs.get("/settings/me").status_code == 200
        client.post(path)
        assert theirs.get("/settings/me").status_code == 302
        assert client.post(f"/settings/people/{office.member.pk}/invitation").status_code == 404
        client.post(path + "/undo")
        office.member.refresh_from_db()
        assert office.member.is_active

    def test_long_lists_go_on(self, office: Office, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr("tablica.accounts.views.people.SHOWN", 2)
        names = [world.user(f"Person{n}").name for n in range(3)]
        client, address, met = as_user(office.boss), "/settings/people", ""
        while address:
            page = client.get(address).content.decode()
            met += page
            more = re.search(r'href="(\?after=\d+)"', page)
            address = f"/settings/people{more[1]}" if more else ""
        assert all(met.count(f"<bdi>{name}</bdi>") == 1 for name in [*names, "Boss", "Member"])


class TestTeams:
    def test_a_tree_without_rings(self, office: Office):
        client = as_user(office.boss)
        added = client.post("/settings/teams", {"name": "North", "parent": office.team.pk})
        north = Team.objects.get(name="North")
        assert (added.status_code, north.parent) == (302, office.team)
        ring = {"name": "Sales", "parent": north.pk}
        with nothing_changes():
            answer = client.post(f"/settings/teams/{office.team.pk}", ring)
        assert answer.status_code == 422
        assert "cannot be below itself" in answer.content.decode()

    def test_no_two_have_one_name(self, office: Office):
        client, other = as_user(office.boss), world.team("North")
        with nothing_changes():
            assert client.post("/settings/teams", {"name": "Sales"}).status_code == 422
            renamed = client.post(f"/settings/teams/{other.pk}", {"name": "Sales"})
        assert renamed.status_code == 422

    def test_nor_names_that_differ_in_capitals_alone(self, office: Office):
        client, other = as_user(office.boss), world.team("North")
        with nothing_changes():
            assert client.post("/settings/teams", {"name": "sales"}).status_code == 422
            renamed = client.post(f"/settings/teams/{other.pk}", {"name": "SALES"})
        assert renamed.status_code == 422
        assert client.post(f"/settings/teams/{other.pk}", {"name": "NORTH"}).status_code == 302

    def test_a_team_is_offered_no_place_below_itself(self, office: Office):
        below, beside = world.team("Below"), world.team("Beside")
        Team.objects.filter(pk=below.pk).update(parent=office.team)
        page = as_user(office.boss).get(f"/settings/teams/{office.team.pk}").content.decode()
        offered = re.findall(r'<option value="(\d*)"', page)
        assert offered == ["", str(beside.pk)]

    def test_who_is_in_a_team_stands_beside_it(self, office: Office):
        page = as_user(office.boss).get("/settings/teams").content.decode()
        assert f"<bdi>{office.member.name}</bdi>" in page

    @pytest.mark.parametrize("use", ["nothing", "somebody", "a team", "a record", "readers"])
    def test_only_a_team_to_which_nothing_belongs_is_removed(self, office: Office, use: str):
        client, spare = as_user(office.boss), world.team("Spare")
        path = f"/settings/teams/{spare.pk}/removal"
        if use == "somebody":
            office.member.teams.add(spare)
        elif use == "a team":
            Team.objects.filter(pk=office.team.pk).update(parent=spare)
        elif use == "a record":
            make_record("company", "Acme", owner=office.boss, team=spare)
        elif use == "readers":
            audience("named", teams=[spare])
        assert (path in client.get("/settings/teams").content.decode()) == (use == "nothing")
        assert client.get(path).status_code == 200
        assert client.post(path).status_code == (302 if use == "nothing" else 403)
        assert Team.objects.filter(pk=spare.pk).exists() == (use != "nothing")

    def test_a_team_changed_meanwhile_is_not_overwritten(self, office: Office):
        client, path = as_user(office.boss), f"/settings/teams/{office.team.pk}"
        seen = re.search(r'name="seen" value="(\w+)"', client.get(path).content.decode())
        assert seen
        client.post(path, {"name": "Selling"})
        late = client.post(path, {"name": "Vending", "seen": seen[1]})
        assert late.status_code == 409
        assert "Selling" in late.content.decode(), "what is stored"
        assert "Vending" in late.content.decode(), "what was typed"
        assert Team.objects.get(pk=office.team.pk).name == "Selling"


class TestMe:
    def typed(self, **more: str) -> dict[str, str]:
        me = {"name": "Me", "language": "fa", "timezone": "Asia/Tehran", "theme": "dark"}
        return {**me, **more}

    def test_the_program_speaks_to_me_as_i_say(self, office: Office):
        client = as_user(office.member)
        assert client.post("/settings/me", self.typed()).status_code == 302
        page = client.get("/settings/me").content.decode()
        assert '<html lang="fa" dir="rtl" data-theme="dark"' in page

    @pytest.mark.parametrize(
        "wrong", [{"name": ""}, {"name": "a\0b"}, {"language": "xx"}, {"timezone": "Mars/Base"}]
    )
    def test_what_makes_no_sense_changes_nothing(self, office: Office, wrong: dict[str, str]):
        with nothing_changes():
            assert (
                as_user(office.member).post("/settings/me", self.typed(**wrong)).status_code == 422
            )

    def test_it_gives_no_right(self, office: Office):
        more = {"role": str(office.boss.role_id), "email": "x@example.org", "is_active": "1"}
        as_user(office.member).post("/settings/me", self.typed(**more))
        office.member.refresh_from_db()
        assert (office.member.role.slug, office.member.email) == ("member", "member@example.org")

    def test_another_password_ends_the_other_sessions(self, office: Office):
        here, elsewhere = as_user(office.member), as_user(office.member)
        new = "staple of batteries"
        wrong = here.post("/settings/me/password", {"old": "not it at all", "new": new})
        assert wrong.status_code == 422
        assert elsewhere.get("/settings/me").status_code == 200
        assert here.post("/settings/me/password", {"old": GOOD, "new": new}).status_code == 302
        assert here.get("/settings/me").status_code == 200
        assert elsewhere.get("/settings/me").status_code == 302
        assert SESSION_KEY in here.session
        office.member.refresh_from_db()
        assert office.member.check_password(new)

    def test_the_old_password_cannot_be_guessed_here_either(self, office: Office):
        client = as_user(office.member)
        typed = {"old": "a guess here", "new": "staple of batteries"}
        codes = [client.post("/settings/me/password", typed).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]


class TestTokens:
    def test_a_token_is_shown_once_and_works_until_it_is_revoked(self, office: Office):
        client = as_user(office.member)
        client.post("/settings/tokens", {"name": "Shop", "scope": "read", "days": "30"})
        page = client.get("/settings/tokens").content.decode()
        shown = re.search(r'id="shown-token">(tab_[^<]+)<', page)
        assert shown
        assert "tab_" not in client.get("/settings/tokens").content.decode()
        token = token_of(shown[1])
        assert token and (token.user, token.name, token.scope) == (office.member, "Shop", "read")
        client.post(f"/settings/tokens/{token.pk}/revocation")
        assert token_of(shown[1]) is None

    def test_nobody_revokes_what_is_not_theirs(self, office: Office):
        world.token(office.boss)
        token = ApiToken.objects.get()
        with nothing_changes():
            answer = as_user(office.member).post(f"/settings/tokens/{token.pk}/revocation")
        assert answer.status_code == 404

    def test_an_odd_period_is_refused(self, office: Office):
        with nothing_changes():
            odd = {"name": "Shop", "scope": "admin", "days": "99999"}
            assert as_user(office.member).post("/settings/tokens", odd).status_code == 422
