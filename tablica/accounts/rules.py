"""What a user's role and teams allow, read once and asked often."""

from __future__ import annotations

from dataclasses import dataclass, field

from tablica.accounts.models import Grant, Role, Team, User

Scope = Grant.Scope


@dataclass(frozen=True)
class Access:
    """The rights of one user at one moment: role, teams in reach, scope per kind and verb."""

    user_id: int
    active: bool
    role: str
    administers: bool
    team_ids: frozenset[int]
    scopes: dict[tuple[str, str], str] = field(default_factory=dict)

    def scope(self, kind: str, verb: str) -> str:
        """How far `verb` reaches on records of `kind`: none, own, team or all."""
        if not self.active:
            return Scope.NONE
        general = self.scopes.get(("", verb), Scope.NONE)
        return self.scopes.get((kind, verb), general)

    def named_kinds(self, verb: str) -> dict[str, str]:
        """The kinds that have a scope of their own for `verb`."""
        return {k: s for (k, v), s in self.scopes.items() if k and v == verb}


def access_of(user: User) -> Access:
    """The rights of `user`, read from the database once for this user object.

    A user object lives for one request or one job, so a right taken away counts from the next.
    """
    kept: Access | None = getattr(user, "_access", None)
    if kept is None:
        kept = _read(user)
        user._access = kept  # type: ignore[attr-defined]
    return kept


def forget_access(user: User) -> None:
    """Read the rights of `user` anew at the next question."""
    user.__dict__.pop("_access", None)


def _read(user: User) -> Access:
    role = user.role
    return Access(
        user_id=user.pk,
        active=user.is_active,
        role=role.slug,
        administers=role.administers and user.is_active,
        team_ids=_teams_in_reach(user, role),
        scopes={(g.kind, g.verb): g.scope for g in Grant.objects.filter(role=role)},
    )


def _teams_in_reach(user: User, role: Role) -> frozenset[int]:
    if role.reach == Role.Reach.ALL:
        return frozenset(Team.objects.values_list("pk", flat=True))
    own = set(user.teams.values_list("pk", flat=True))
    if role.reach == Role.Reach.BELOW and own:
        children: dict[int | None, list[int]] = {}
        for team_id, parent_id in Team.objects.values_list("pk", "parent_id"):
            children.setdefault(parent_id, []).append(team_id)
        waiting = list(own)
        while waiting:
            for below in children.get(waiting.pop(), []):
                if below not in own:
                    own.add(below)
                    waiting.append(below)
    return frozenset(own)


def may_administer(user: User) -> bool:
    """Whether `user` may add people, change roles and teams."""
    return access_of(user).administers
