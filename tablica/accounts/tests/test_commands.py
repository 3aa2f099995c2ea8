"""Who changes who works here, and what stops counting at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from tablica.accounts.commands.links import link_of, make_link, use_link
from tablica.accounts.commands.me import change_me
from tablica.accounts.commands.people import add_user, change_user, deactivate_user, reactivate_user
from tablica.accounts.commands.teams import add_team, change_team
from tablica.accounts.commands.tokens import make_token, revoke_token
from tablica.accounts.models import ApiToken, OneTimeLink, Role, Team, User
from tablica.accounts.queries import token_of
from tablica.accounts.rules import access_of
from tablica.shared.errors import Hidden, Refused
from tests.cast import again, make_role, make_team, make_user
from tests.checksum import nothing_changes
from tests.phone import GOOD

Purpose = OneTimeLink.Purpose


@pytest.fixture
def boss(db: None) -> User:
    return make_user("Boss", role="administrator")


ADMINISTRATION: dict[str, Callable[[User, User], object]] = {
    "add user": lambda by, other: add_user(email="new@example.org", name="New", by=by),
    "change user": lambda by, other: change_user(
        other, by=by, role=Role.objects.get(slug="manager"), teams=[]
    ),
    "deactivate": lambda by, other: deactivate_user(other, by=by),
    "reactivate": lambda by, other: reactivate_user(User.objects.get(name="Gone"), by=by),
    "add team": lambda by, other: add_team("New", by=by),
    "rename team": lambda by, other: change_team(
        Team.objects.get(name="Old").pk, by=by, name="New", parent=None
    ),
    "link": lambda by, other: make_link(Purpose.PASSWORD, user=other, by=by),
}


@pytest.mark.parametrize("name", ADMINISTRATION)
def test_only_administrators_change_who_works_here(name: str, boss: User) -> None:
    other, gone = make_user(), make_user("Gone", active=False)
    make_team("Old")
    powerful = make_role(
        "powerful", reach="all", scopes=dict.fromkeys(("view", "edit", "delete", "export"), "all")
    )
    for nobody in (
        make_user(),
        make_user(role="manager"),
        make_user(role=powerful),
        make_user(role="administrator", active=False),
    ):
        with nothing_changes(), pytest.raises(Refused):
            ADMINISTRATION[name](nobody, other)
    ADMINISTRATION[name](boss, other)
    assert gone.pk


def test_the_last_administrator_stays(boss: User) -> None:
    member = Role.objects.get(slug="member")
    make_user(role="administrator", active=False)
    with nothing_changes():
        with pytest.raises(Refused):
            deactivate_user(boss, by=boss)
        with pytest.raises(Refused):
            change_user(again(boss), by=boss, role=member, teams=[])
    second = make_user(role="administrator")
    change_user(boss, by=second, role=member, teams=[])
    assert not access_of(again(boss)).administers


def test_leaving_closes_every_door(boss: User) -> None:
    user = make_user()
    token = make_token(user, scope="write")
    link = make_link(Purpose.PASSWORD, user=user, by=boss)
    assert token_of(token)
    assert link_of(link)
    deactivate_user(user, by=boss)
    assert token_of(token) is None
    assert link_of(link) is None
    reactivate_user(user, by=boss)
    assert token_of(token) is None
    assert link_of(link) is None


def test_a_token_ends(boss: User) -> None:
    secret = make_token(boss, days=1)
    found = token_of(secret)
    assert found
    assert found.digest not in secret
    assert secret not in str(ApiToken.objects.values_list())
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1), tick=False):
        assert token_of(secret) is None
    revoke_token(found)
    assert token_of(secret) is None
    assert token_of("tab_other") is None


def test_a_link_opens_once_and_not_for_long(boss: User) -> None:
    user = make_user()
    link = make_link(Purpose.PASSWORD, user=user, by=boss)
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1), tick=False):
        assert link_of(link) is None
    with nothing_changes(), pytest.raises(ValidationError):
        use_link(link, password="short")
    use_link(link, password=GOOD)
    assert again(user).check_password(GOOD)
    with nothing_changes(), pytest.raises(Refused):
        use_link(link, password=GOOD + "!")


def test_a_new_password_ends_the_other_links(boss: User) -> None:
    user = make_user()
    first = make_link(Purpose.INVITATION, user=user, by=boss)
    second = make_link(Purpose.PASSWORD, user=user, by=boss)
    use_link(second, password=GOOD)
    assert link_of(first) is None


def test_the_first_link_is_for_an_empty_house(db: None) -> None:
    link = make_link(Purpose.FIRST, user=None, by=None)
    first = use_link(link, password=GOOD, email="A@Example.org", name="Ada")
    assert access_of(first).administers
    assert first.email == "a@example.org"
    late = make_link(Purpose.FIRST, user=None, by=None)
    with nothing_changes(), pytest.raises(Refused):
        use_link(late, password=GOOD, email="b@example.org", name="Bob")


def test_addresses_are_one_whatever_their_case(boss: User) -> None:
    add_user(email="Ada@Example.org", name="Ada", by=boss)
    with nothing_changes(), pytest.raises(ValidationError):
        add_user(email=" ada@example.ORG ", name="Other", by=boss)


def test_a_team_is_never_below_itself(boss: User) -> None:
    top = make_team("Top")
    below = make_team("Below", top)
    for parent in (top, below):
        with nothing_changes(), pytest.raises(ValidationError):
            change_team(top.pk, by=boss, name="Top", parent=parent)
    with nothing_changes(), pytest.raises(Hidden):
        change_team(10**9, by=boss, name="Top", parent=None)


def test_what_people_say_of_themselves_is_no_right(boss: User) -> None:
    user = make_user()
    before = access_of(user)
    change_me(user, name="New", language="pl", timezone_name="UTC", theme="dark")
    assert access_of(again(user)) == before


def test_a_token_of_somebody_who_left_opens_nothing(boss: User) -> None:
    secret = make_token(boss)
    assert token_of(secret)
    User.objects.filter(pk=boss.pk).update(deactivated_at=timezone.now())
    assert token_of(secret) is None
