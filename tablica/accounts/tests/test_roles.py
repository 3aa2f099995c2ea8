"""Roles: what is written comes back, nobody gives more than they have, somebody administers."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from tablica.accounts.commands.links import invite
from tablica.accounts.commands.people import add_user, change_user
from tablica.accounts.commands.roles import Said, add_role, change_role, remove_role
from tablica.accounts.models import Ability, Grant, OneTimeLink, Role, User
from tablica.accounts.queries import seal_of_role
from tablica.accounts.rules import access_of, can, may_administer, may_give
from tablica.shared.errors import Hidden, Refused, Stale
from tests.cast import again, make_role, make_team, make_user
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db
ALL = {("", verb): "all" for verb in Grant.Verb.values}
NONE = {("", verb): "none" for verb in Grant.Verb.values}


def said(name: str = "Sellers", **more: Any) -> Said:
    return Said(**{"name": name, "reach": "teams", "scopes": ALL} | more)


def boss() -> User:
    return make_user("Boss", role="administrator")


def test_a_role_is_what_was_said_and_counts_at_once() -> None:
    scopes = {**ALL, ("deal", "edit"): "own"}
    role = add_role(said(abilities=frozenset({"tags"}), scopes=scopes, reach="below"), by=boss())
    user = make_user(role=role)
    access = access_of(user)
    assert (access.scope("deal", "edit"), access.scope("company", "edit")) == ("own", "all")
    assert (can(user, Ability.TAGS), can(user, Ability.IMPORT)) == (True, False)
    change_role(role.pk, said(scopes=NONE), by=boss())
    access = access_of(again(user))
    assert (access.scope("deal", "edit"), access.can("tags")) == ("none", False)
    assert Grant.objects.filter(role=role).count() == len(NONE)


def test_who_administers_may_everything_beside_the_records() -> None:
    assert all(can(boss(), ability) for ability in Ability)
    gone = make_user(role="administrator", active=False)
    assert not any(can(gone, ability) for ability in Ability)


def test_names_are_told_apart_and_built_in_ones_stay() -> None:
    by = boss()
    slugs = [add_role(said(name), by=by).slug for name in ("Łódź", "Lodz", "名", "名名")]
    assert slugs == ["lodz", "lodz-2", "role", "role-2"]
    for taken in ("Łódź", "Member"):
        with nothing_changes(), pytest.raises(ValidationError):
            add_role(said(taken), by=by)
    member = Role.objects.get(slug="member")
    change_role(member.pk, said("Underlings"), by=by)
    member.refresh_from_db()
    assert (member.name, member.reach) == ("Member", "teams")


def test_somebody_always_administers() -> None:
    role = add_role(said(administers=True), by=None)
    only = make_user(role=role)
    with nothing_changes(), pytest.raises(Refused):
        change_role(role.pk, said(administers=False), by=only)
    boss()
    change_role(role.pk, said(administers=False), by=only)
    assert not access_of(again(only)).administers


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach": "everywhere"},
        {"scopes": {("", "view"): "some"}},
        {"scopes": {("", "burn"): "all"}},
        {"scopes": {("k" * 41, "view"): "all"}},
        {"name": ""},
        {"name": "n" * 81},
    ],
)
def test_what_is_no_role_is_refused(wrong: dict[str, Any]) -> None:
    role, by = make_role("plain", scopes={"view": "all"}), boss()
    if wrong.get("name") == "n" * 81:
        assert len(add_role(said(**wrong), by=by).name) == 80
        return
    with nothing_changes():
        for call in (
            lambda: add_role(said(**wrong), by=by),
            lambda: change_role(role.pk, said(**wrong), by=by),
        ):
            with pytest.raises(ValidationError):
                call()


def test_only_administrators_touch_roles_and_nothing_is_overwritten_unseen() -> None:
    role, by = make_role("plain", scopes={"view": "all"}), boss()
    manager = make_user(role="manager")
    with nothing_changes():
        for call in (
            lambda: add_role(said(), by=manager),
            lambda: change_role(role.pk, said(), by=manager),
            lambda: remove_role(role.pk, by=manager),
        ):
            with pytest.raises(Refused):
                call()
        with pytest.raises(Hidden):
            change_role(10**9, said(), by=by)
    seal = seal_of_role(role)
    change_role(role.pk, said("First"), by=by, seen=seal)
    with nothing_changes(), pytest.raises(Stale):
        change_role(role.pk, said("Second"), by=by, seen=seal)


def test_a_role_that_is_needed_is_not_removed() -> None:
    by, role = boss(), make_role("plain", scopes={})
    user = make_user(role=role, active=False)
    with nothing_changes():
        for needed in (role, Role.objects.get(slug="member")):
            with pytest.raises(Refused):
                remove_role(needed.pk, by=by)
    change_user(user, by=by, role=Role.objects.get(slug="member"), teams=[])
    remove_role(role.pk, by=by)
    assert not Role.objects.filter(pk=role.pk).exists()


STRONGER: dict[str, dict[str, Any]] = {
    "administers": {"administers": True},
    "reaches further": {"reach": "below"},
    "sees more": {"scopes": {("", "view"): "all", ("deal", "view"): "all"}},
    "deletes more": {"scopes": {("", "view"): "team", ("", "delete"): "own"}},
    "does more": {"abilities": frozenset({"running"})},
}


@pytest.mark.parametrize("how", STRONGER)
def test_nobody_invites_somebody_stronger(how: str) -> None:
    team, other = make_team(), make_team()
    scopes = {("", "view"): "all", ("deal", "view"): "team", ("", "edit"): "own"}
    mine = add_role(said("Mine", scopes=scopes, abilities=frozenset({"invite", "tags"})), by=None)
    weaker = add_role(said("Weaker", scopes={("", "view"): "team"}), by=None)
    more: dict[str, Any] = {"scopes": {("", "view"): "team"}, **STRONGER[how]}
    stronger = add_role(said("Stronger", **more), by=None)
    by, no_inviter = make_user(role=mine, teams=[team]), make_user(role=weaker, teams=[team])
    who: dict[str, Any] = {
        "email": "new@example.org",
        "name": "New",
        "language": "en",
        "timezone_name": "UTC",
    }
    assert may_give(by, mine, [team])
    with nothing_changes():
        for role, teams in ((stronger, [team]), (weaker, [other]), (weaker, [team, other])):
            with pytest.raises(Refused):
                invite(by=by, **who, role=role.slug, teams=teams)
        with pytest.raises(Refused):
            add_user(by=no_inviter, **who, role=weaker.slug)
    user, secret = invite(by=by, **who, role=weaker.slug, teams=[team])
    assert user.role == weaker
    assert secret
    assert OneTimeLink.objects.get().user == user
    assert may_give(boss(), stronger, [other])


def test_who_left_administers_nothing() -> None:
    gone = make_user(role="administrator", active=False)
    assert may_administer(boss())
    assert not may_administer(gone)
    assert not any(can(gone, ability) for ability in Ability)
