"""Reading who works here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    ForeignObjectRel,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
)
from django.utils import timezone

from tablica.accounts.factors.queries import with_a_factor
from tablica.accounts.models import ApiToken, Role, SignIn, Team, User
from tablica.shared.digests import digest_of


def colleagues() -> QuerySet[User]:
    """Everybody who may come in, by name."""
    return User.objects.filter(deactivated_at=None).order_by("name", "id")


def of_address(email: str, among: QuerySet[User] | None = None) -> User | None:
    """Whose address this is, capitals aside.

    A database may take more for the same than mail does: PostgreSQL an `ſ` for an `s`, and both are
    compared in capitals. Whoever owns such an address elsewhere would come in as somebody else.
    """
    typed = email.strip()
    people = User.objects.select_related("role") if among is None else among
    found = people.filter(email__iexact=typed).first()
    return found if found is not None and found.email.lower() == typed.lower() else None


def everybody() -> QuerySet[User]:
    """Everybody who ever worked here by name, those who left last.

    `secured` are those who have a second factor.
    """
    gone = ExpressionWrapper(Q(deactivated_at__isnull=False), output_field=BooleanField())
    secured = ExpressionWrapper(with_a_factor(), output_field=BooleanField())
    return (
        User.objects.select_related("role")
        .prefetch_related("teams")
        .annotate(gone=gone, secured=secured)
        .order_by("gone", "name", "id")
    )


def some_of_everybody(q: str = "", *, after: int | None = None, limit: int = 100) -> list[User]:
    """Those whose name or e-mail contains `q`, from the one behind `after` on; one more than
    `limit` when there are more."""
    found = everybody()
    if q:
        found = found.filter(Q(name__icontains=q) | Q(email__icontains=q))
    last = everybody().filter(pk=after).first() if after else None
    if last is not None:
        gone = last.deactivated_at is not None
        behind = Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk)
        found = found.filter(Q(gone__gt=gone) | (Q(gone=gone) & behind))
    return list(found[: limit + 1])


def seal_of_user(user: User) -> str:
    """The version of what an administrator says of a user: another role or team, another seal."""
    teams = ",".join(map(str, sorted(user.teams.values_list("pk", flat=True))))
    return digest_of(f"{user.role_id}|{teams}")[:16]


def seal_of_role(role: Role) -> str:
    """The version of what a role is: anything else allowed, another seal."""
    grants = role.grants.order_by("kind", "verb").values_list("kind", "verb", "scope")
    plain = [role.name, role.reach, role.administers, role.second_factor]
    said = [*plain, sorted(role.abilities), *map(list, grants)]
    return digest_of(json.dumps([*said, role.fields], sort_keys=True))[:16]


def roles() -> QuerySet[Role]:
    """All roles, those that came with the program first.

    Each with how many `here` have it, and whether it is `held` by anybody, also who left.
    """
    here = Count("users", filter=Q(users__deactivated_at=None))
    held = Exists(User.objects.filter(role=OuterRef("pk")))
    return Role.objects.annotate(here=here, held=held).order_by("-built_in", "name", "pk")


def seal_of_team(team: Team) -> str:
    """The version of a team: its name and place."""
    return digest_of(f"{team.parent_id}|{team.name}")[:16]


def seal_of_profile(user: User) -> str:
    """The version of what a user says of themselves."""
    return digest_of(f"{user.language}|{user.timezone}|{user.theme}|{user.name}")[:16]


def sign_ins_of(user: User) -> list[SignIn]:
    """Where `user` is signed in now, the last used first."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return list(SignIn.objects.filter(user=user, session__in=live).order_by("-seen_at", "-pk"))


def teams() -> QuerySet[Team]:
    """All teams by name."""
    return Team.objects.order_by("name")


def is_empty() -> bool:
    """Whether nobody has been added yet, so that the first administrator's link counts."""
    return not User.objects.exists()


@dataclass(frozen=True)
class Branch:
    """A team in the tree: how deep it hangs, and who of those who work here is in it."""

    team: Team
    depth: int
    members: list[User]
    used: bool


def team_tree() -> list[Branch]:
    """All teams, each behind the one it belongs to."""
    here = User.objects.filter(deactivated_at=None).order_by("name", "pk")
    below: dict[int | None, list[Team]] = {}
    found = list(teams().prefetch_related(Prefetch("members", here, to_attr="here")))
    used = _used_among(found)
    for team in found:
        below.setdefault(team.parent_id, []).append(team)
    branches: list[Branch] = []

    def walk(parent: int | None, depth: int) -> None:
        for team in below.get(parent, ()):
            members: list[User] = team.here  # type: ignore[attr-defined]
            branches.append(Branch(team, depth, members, team.pk in used))
            walk(team.pk, depth + 1)

    walk(None, 0)
    return branches


def team_and_below(team: Team) -> set[int]:
    """The numbers of a team and of all that hang below it."""
    above = dict(Team.objects.values_list("pk", "parent"))
    found = {team.pk}
    while more := {number for number, over in above.items() if over in found} - found:
        found |= more
    return found


def is_used(team: Team) -> bool:
    """Whether anything belongs to a team: somebody, also who left, a team, a record, readers."""
    return bool(_used_among([team]))


def _used_among(some: Sequence[Team]) -> set[int]:
    """Of these teams the numbers of those that anything refers to, in whichever room it is."""
    used: set[int] = set()
    for field in Team._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel):
            every = field.related_model._default_manager.get_queryset()
            if hasattr(every, "unguarded"):
                every = every.unguarded(reason="whether there is any, not which")
            there = every.filter(**{f"{field.field.name}__in": some})
            used.update(there.values_list(field.field.name, flat=True).distinct())
    return used


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The tokens of `user` that still count, the newest first."""
    return ApiToken.objects.filter(
        user=user, revoked_at=None, expires_at__gt=timezone.now()
    ).order_by("-created_at", "-pk")


def token_of(secret: str) -> ApiToken | None:
    """The live token with this secret and its active owner, else None."""
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("user__role")
        .filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=now)
        .first()
    )
    if token is None or not token.user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=5):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token
