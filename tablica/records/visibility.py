"""Which records a reader sees: the one filter, under models and rules alike.

Rights are computed when something is read, never copied: when a client gets a new owner, its whole
past opens to them at once and closes for whom it must.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, Value

from tablica.accounts.models import Grant, Role, User
from tablica.accounts.rules import Access, access_of
from tablica.records.lent import Standing, lent_to, open_shares

Scope = Grant.Scope
EVERYONE, TEAM, ME = 1, 2, 3  # the fixed numbers of the three common audiences
NOBODY = Q(pk__in=())
MOST_NAMED = 200
"""Circles, and shared records, that a filter names one by one. Of more it asks their tables: else
whoever draws circles by the thousand would make the pages of all who are in them slow."""
LENDABLE = (Grant.Verb.VIEW, Grant.Verb.EDIT)
"""What a share can open: seeing, and changing. Throwing away and taking out stay with the role."""


def hidden_fields(user: User, kind: str) -> frozenset[str]:
    """The fields of records of `kind` that are for `user` as if they did not exist."""
    rights = access_of(user).fields.get(kind)
    if not rights:
        return frozenset()
    return frozenset(n for n, right in rights.items() if right == Role.FieldRight.HIDDEN)


def sealed_fields(user: User, kind: str) -> frozenset[str]:
    """The fields of records of `kind` that `user` may not set: hidden ones, and those to read."""
    return frozenset(access_of(user).fields.get(kind, ()))


def kinds_with_hidden_fields(user: User) -> list[str]:
    """The kinds of which something is hidden from `user`."""
    return [kind for kind in sorted(access_of(user).fields) if hidden_fields(user, kind)]


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
    return circle_q(user, prefix, team=team) | Q(**{f"{prefix}{me}": user.pk})


def visible_q(user: User, prefix: str = "", *, verb: str = Grant.Verb.VIEW) -> Q:
    """The filter for records on which `user` may do `verb`; `prefix` leads to the record.

    Thrown-away records are the caller's matter. To do more than view, one must also see.
    """
    access = access_of(user)
    if not access.active:
        return NOBODY
    seen = audience_q(user, prefix) & _verb_q(access, prefix, verb)
    if verb == Grant.Verb.EXPORT:
        return seen  # what is lent is for a time, what is taken out for ever
    lent = lent_to(user)
    for place in lent.standing:
        seen |= standing_q(place, prefix, verb=verb)
    shared = [record for record, edits in lent.shared.items() if edits or verb == Grant.Verb.VIEW]
    if shared and verb in LENDABLE:
        named: list[int] | QuerySet[Any, Any] = sorted(shared)
        if len(shared) > MOST_NAMED:
            named = open_shares([user.pk], edits=verb == Grant.Verb.EDIT).values("record")
        seen |= Q(**{f"{prefix}pk__in": named})
    if lent.looks_into and verb == Grant.Verb.VIEW:
        seen |= Q(**{f"{prefix}owner": lent.looks_into})
    return seen


def standing_q(place: Standing, prefix: str = "", *, verb: str = Grant.Verb.VIEW) -> Q:
    """What somebody else runs and leaves to their deputy: never what is for them alone.

    The deputy may do with it what the absent person may.
    """
    access = access_of(place.person)
    theirs = Q(**{f"{prefix}owner": place.person.pk}) & ~Q(**{f"{prefix}audience": ME})
    if place.kinds:
        theirs &= Q(**{f"{prefix}kind__in": sorted(place.kinds)})
    return theirs & _verb_q(access, prefix, verb) if access.active else NOBODY


def circle_q(person: User, prefix: str = "", *, team: str = "team") -> Q:
    """The rows whose `audience` contains `person` among others; not those for them alone."""
    path, circles = f"{prefix}audience", circles_of(person)
    if len(circles) <= MOST_NAMED:
        within = Q(**{f"{path}__in": [EVERYONE, *circles]})
    else:
        within = Q(**{path: EVERYONE})
        for named in _named_for(person):
            within |= Q(**{f"{path}__in": named})
    if teams := access_of(person).team_ids:
        within |= Q(**{path: TEAM, f"{prefix}{team}__in": sorted(teams)})
    return within


def _named_for(person: User) -> list[QuerySet[Any, Any]]:
    """What `circles_of` names, for the database to look up: by person, and by team."""
    circle = apps.get_model("records", "Audience")
    people, teams = circle.people.through._default_manager, circle.teams.through._default_manager
    named, reached = {"audience__type": "named"}, sorted(access_of(person).team_ids)
    return [
        people.filter(user=person.pk, **named).values("audience"),
        teams.filter(team__in=reached, **named).values("audience"),
    ]


def _verb_q(access: Access, prefix: str, verb: str) -> Q:
    """The records on which a role's scopes allow `verb`; one must also see them."""
    reached = _scope_q(access, prefix, Grant.Verb.VIEW)
    return reached if verb == Grant.Verb.VIEW else reached & _scope_q(access, prefix, verb)


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
