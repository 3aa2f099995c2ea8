"""What a user's role and teams allow, read once and asked often."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tablica.accounts.models import Ability, Grant, Role, Team, User

Scope = Grant.Scope
FieldRight = Role.FieldRight


@dataclass(frozen=True)
class Access:
    """The rights of one user at one moment: role, teams in reach, abilities, scope per kind and
    verb, and by kind the fields that are not theirs to change."""

    user_id: int
    active: bool
    role: str
    administers: bool
    team_ids: frozenset[int]
    abilities: frozenset[str] = frozenset()
    scopes: dict[tuple[str, str], str] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def scope(self, kind: str, verb: str) -> str:
        """How far `verb` reaches on records of `kind`: none, own, team or all."""
        if not self.active:
            return Scope.NONE
        general = self.scopes.get(("", verb), Scope.NONE)
        return self.scopes.get((kind, verb), general)

    def named_kinds(self, verb: str) -> dict[str, str]:
        """The kinds that have a scope of their own for `verb`."""
        return {k: s for (k, v), s in self.scopes.items() if k and v == verb}

    def can(self, ability: str) -> bool:
        """Whether the role allows this beside the records; all of it to who administers."""
        return self.active and (self.administers or ability in self.abilities)


def access_of(user: User) -> Access:
    """The rights of `user`, read from the database once for this user object.

    A user object lives for one request or one job, so a right taken away counts from the next.
    """
    kept: Access | None = getattr(user, "_access", None)
    return kept if kept is not None else know_access_of([user])[user.pk]


def know_access_of(users: Collection[User]) -> dict[int, Access]:
    """Read the rights of all these anew, in as many queries as for one, and keep them with each."""
    roles = {user.role for user in users}
    scopes: dict[int, dict[tuple[str, str], str]] = {role.pk: {} for role in roles}
    for grant in Grant.objects.filter(role__in=roles):
        scopes[grant.role_id][grant.kind, grant.verb] = grant.scope
    teams = _teams_in_reach(users)
    found = {}
    for user in users:
        found[user.pk] = user._access = Access(  # type: ignore[attr-defined]
            user_id=user.pk,
            active=user.is_active,
            role=user.role.slug,
            administers=user.role.administers and user.is_active,
            team_ids=teams[user.pk],
            abilities=frozenset(user.role.abilities),
            scopes=scopes[user.role_id],
            fields=user.role.fields,
        )
    return found


def forget_access(user: User) -> None:
    """Read the rights of `user` anew at the next question."""
    for kept in ("_access", "_circles", "_lent"):
        user.__dict__.pop(kept, None)


def _teams_in_reach(users: Collection[User]) -> dict[int, frozenset[int]]:
    """The teams that each of these reaches: all, their own, or also those below their own."""
    reach = {user.pk: user.role.reach for user in users}
    own: dict[int, set[int]] = {user: set() for user in reach}
    not_all = [user for user in reach if reach[user] != Role.Reach.ALL]
    if not_all:
        within = User.teams.through._default_manager.filter(user__in=not_all)
        for user, team in within.values_list("user_id", "team_id"):
            own[user].add(team)
    everywhere = frozenset[int]()
    if len(not_all) < len(reach):
        everywhere = frozenset(Team.objects.values_list("pk", flat=True))
    deep = {user for user in not_all if reach[user] == Role.Reach.BELOW and own[user]}
    children: dict[int | None, list[int]] = {}
    if deep:
        for team, parent in Team.objects.values_list("pk", "parent_id"):
            children.setdefault(parent, []).append(team)
    return {
        user: everywhere
        if reach[user] == Role.Reach.ALL
        else _with_below(own[user], children)
        if user in deep
        else frozenset(own[user])
        for user in reach
    }


def _with_below(teams: set[int], children: dict[int | None, list[int]]) -> frozenset[int]:
    reached, waiting = set(teams), list(teams)
    while waiting:
        below = [team for team in children.get(waiting.pop(), ()) if team not in reached]
        reached.update(below)
        waiting += below
    return frozenset(reached)


def may_administer(user: User) -> bool:
    """Whether `user` may change roles and teams, and who has which."""
    return access_of(user).administers


def can(user: User, ability: Ability) -> bool:
    """Whether the role of `user` allows this."""
    return access_of(user).can(ability)


REACHES = (Role.Reach.TEAMS, Role.Reach.BELOW, Role.Reach.ALL)
SCOPES = (Scope.NONE, Scope.OWN, Scope.TEAM, Scope.ALL)
FIELD_RIGHTS = (FieldRight.HIDDEN, FieldRight.READ, FieldRight.WRITE)


def may_give(user: User, role: Role, teams: Collection[Team] = ()) -> bool:
    """Whether `user` may give somebody new this role and these teams.

    Whoever administers may give any. Whoever invites gives nothing that they have not themselves.
    """
    access = access_of(user)
    if access.administers:
        return True
    if not access.can(Ability.INVITE):
        return False
    return allows_all_of(user, role) and {team.pk for team in teams} <= access.team_ids


def allows_all_of(user: User, role: Role) -> bool:
    """Whether whatever `role` allows, the role of `user` allows as well, and as far."""
    access = access_of(user)
    if role.administers:
        return access.administers
    given = {(g.kind, g.verb): g.scope for g in role.grants.all()}
    kinds = {kind for kind, _verb in [*given, *access.scopes]}
    return (
        REACHES.index(Role.Reach(role.reach)) <= REACHES.index(Role.Reach(user.role.reach))
        and set(role.abilities) <= access.abilities
        and all(
            SCOPES.index(given.get((kind, verb), given.get(("", verb), Scope.NONE)))
            <= SCOPES.index(access.scope(kind, verb))
            for kind in {"", *kinds}
            for verb in Grant.Verb.values
        )
        and all(
            FIELD_RIGHTS.index(FieldRight(role.fields.get(kind, {}).get(name, FieldRight.WRITE)))
            <= FIELD_RIGHTS.index(FieldRight(right))
            for kind, rights in access.fields.items()
            for name, right in rights.items()
        )
    )
