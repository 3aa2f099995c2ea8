"""Which records a reader sees: the one filter, under models and rules alike.

Rights are computed when something is read, never copied: when a client gets a new owner, its whole
past opens to them at once and closes for whom it must.
"""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.db.models import Q, Value

from tablica.accounts.models import Grant, User
from tablica.accounts.rules import Access, access_of

Scope = Grant.Scope
EVERYONE, TEAM, ME = 1, 2, 3  # the fixed numbers of the three common audiences
NOBODY = Q(pk__in=())


def circles_of(user: User) -> list[int]:
    """The named audiences that contain `user`, directly or through a team; read once a request."""
    kept: list[int] | None = getattr(user, "_circles", None)
    return kept if kept is not None else know_circles_of([user])[user.pk]


def know_circles_of(users: Collection[User]) -> dict[int, list[int]]:
    """Read the named audiences of all these anew, in one query, and keep them with each.

    Their access is asked for as it stands: whoever wants that anew as well asks for it before.
    """
    circle = apps.get_model("records", "Audience")
    teams = {user.pk: access_of(user).team_ids for user in users}
    people = circle.people.through._default_manager.filter(
        user__in=list(teams), audience__type="named"
    )
    reached = frozenset[int]().union(*teams.values())
    in_teams = circle.teams.through._default_manager.filter(
        team__in=reached, audience__type="named"
    )
    by_person: dict[int, set[int]] = {user: set() for user in teams}
    by_team: dict[int, set[int]] = {}
    rows = people.values_list("audience", "user", Value(0)).union(
        in_teams.values_list("audience", Value(0), "team")
    )
    for number, person, team in rows:
        (by_person[person] if person else by_team.setdefault(team, set())).add(number)
    found = {}
    for user in users:
        within = by_person[user.pk].union(*(by_team.get(team, ()) for team in teams[user.pk]))
        found[user.pk] = user._circles = sorted(within)  # type: ignore[attr-defined]
    return found


def audience_q(user: User, prefix: str = "", *, team: str = "team", me: str = "owner") -> Q:
    """The rows whose `audience` contains `user`.

    `team` and `me` are the paths, after `prefix`, of what the audiences 'team' and 'me' refer to.
    """
    access = access_of(user)
    circles = [EVERYONE, *circles_of(user)]
    within = Q(**{f"{prefix}audience__in": circles}) | Q(**{f"{prefix}{me}": user.pk})
    if access.team_ids:
        within |= Q(**{f"{prefix}audience": TEAM, f"{prefix}{team}__in": sorted(access.team_ids)})
    return within


def visible_q(user: User, prefix: str = "", *, verb: str = Grant.Verb.VIEW) -> Q:
    """The filter for records on which `user` may do `verb`; `prefix` leads to the record.

    Thrown-away records are the caller's matter. To do more than view, one must also see.
    """
    access = access_of(user)
    if not access.active:
        return NOBODY
    seen = audience_q(user, prefix) & _scope_q(access, prefix, Grant.Verb.VIEW)
    if verb != Grant.Verb.VIEW:
        seen &= _scope_q(access, prefix, verb)
    return seen


def _scope_q(access: Access, prefix: str, verb: str) -> Q:
    """The records that the role's scopes for `verb` reach; an empty Q when that is all of them."""
    named = access.named_kinds(verb)
    general = _one_scope_q(access, prefix, access.scopes.get(("", verb), Scope.NONE))
    if not named:
        return general
    reached = general & ~Q(**{f"{prefix}kind__in": sorted(named)})
    for kind, scope in sorted(named.items()):
        reached |= Q(**{f"{prefix}kind": kind}) & _one_scope_q(access, prefix, scope)
    return reached


def _one_scope_q(access: Access, prefix: str, scope: str) -> Q:
    own = Q(**{f"{prefix}owner": access.user_id})
    if scope == Scope.ALL:
        return Q()
    if scope == Scope.TEAM:
        return own | Q(**{f"{prefix}team__in": sorted(access.team_ids)})
    if scope == Scope.OWN:
        return own
    return NOBODY if not prefix else Q(**{f"{prefix}pk__in": ()})
