"""Changing who works here. Every function is one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts import queries
from tablica.accounts.models import ApiToken, KnownNet, OneTimeLink, Role, SignInFailure, Team, User
from tablica.accounts.rules import forget_access, may_administer
from tablica.shared.digests import digest_of
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.jobs.commands import purge_in_batches

TOKEN_PREFIX = "tab_"  # noqa: S105  not a secret itself
KEPT = timedelta(days=30)
KNOWN = timedelta(days=180)
LINK_LIFE = {
    OneTimeLink.Purpose.FIRST: timedelta(days=7),
    OneTimeLink.Purpose.INVITATION: timedelta(days=7),
    OneTimeLink.Purpose.PASSWORD: timedelta(hours=1),
}


def require_administrator(by: User | None) -> None:
    """Raise `Refused` unless `by` administers. `None` is the command line of the machine itself."""
    if by is not None and not may_administer(by):
        raise Refused(_("Only an administrator may do this."))


@transaction.atomic
def add_user(
    *,
    email: str,
    name: str,
    by: User | None,
    role: str = "member",
    teams: Iterable[Team] = (),
    language: str = "en",
    timezone_name: str = "UTC",
    password: str | None = None,
) -> User:
    """Add a colleague. Without a password they come in through an invitation link."""
    require_administrator(by)
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("Somebody with this address is here already.")})
    found = Role.objects.filter(slug=role).first()
    if found is None:
        raise ValidationError({"role": _("There is no role “%(role)s”.") % {"role": role}})
    user = User(
        email=email, name=name.strip(), role=found, language=language, timezone=timezone_name
    )
    if password is None:
        user.set_unusable_password()
    else:
        validate_password(password, user)
        user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    user.teams.set(teams)
    return user


@transaction.atomic
def change_user(
    user: User, *, by: User | None, role: Role, teams: Iterable[Team], seen: str | None = None
) -> None:
    """Give `user` another role and other teams. The last administrator stays one.

    `seen` is the `queries.seal_of_user` the writer saw; another one raises `Stale`.
    """
    require_administrator(by)
    stored = User.objects.select_for_update().get(pk=user.pk)
    if seen is not None and seen != queries.seal_of_user(stored):
        raise Stale(_("Somebody else changed this meanwhile."), current=stored)
    if user.role.administers and not role.administers:
        _keep_an_administrator(without=user)
    user.role = role
    user.save(update_fields=["role"])
    user.teams.set(teams)
    forget_access(user)


@transaction.atomic
def deactivate_user(user: User, *, by: User | None) -> None:
    """Close every door to `user` at once: sessions, tokens and links stop counting."""
    require_administrator(by)
    if user.role.administers:
        _keep_an_administrator(without=user)
    now = timezone.now()
    user.deactivated_at = user.deactivated_at or now
    user.save(update_fields=["deactivated_at"])
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
    forget_access(user)


@transaction.atomic
def reactivate_user(user: User, *, by: User | None) -> None:
    """Let a deactivated colleague in again; old tokens stay revoked."""
    require_administrator(by)
    user.deactivated_at = None
    user.save(update_fields=["deactivated_at"])
    forget_access(user)


def _keep_an_administrator(*, without: User) -> None:
    others = User.objects.select_for_update().filter(role__administers=True, deactivated_at=None)
    if not others.exclude(pk=without.pk).exists():
        raise Refused(_("Somebody has to administer Tablica: name another administrator first."))


@transaction.atomic
def add_team(name: str, *, by: User | None, parent: Team | None = None) -> Team:
    """Add a team, or return the one that has this name already."""
    require_administrator(by)
    name = name.strip()
    if not name:
        raise ValidationError({"name": _("Give the team a name.")})
    try:
        with transaction.atomic():
            return Team.objects.create(name=name[:120], parent=parent)
    except IntegrityError:
        return Team.objects.get(name=name[:120])


@transaction.atomic
def change_team(
    team_id: int, *, by: User | None, name: str, parent: Team | None, seen: str | None = None
) -> Team:
    """Rename a team or hang it elsewhere in the tree; never below itself.

    `seen` is the `queries.seal_of_team` the writer saw; another one raises `Stale`.
    """
    require_administrator(by)
    teams = {team.pk: team for team in Team.objects.select_for_update().order_by("pk")}
    team = teams.get(team_id)
    if team is None:
        raise Hidden
    if seen is not None and seen != queries.seal_of_team(team):
        raise Stale(_("Somebody else changed this meanwhile."), current=team)
    name = name.strip()[:120]
    if any(other.name == name for other in teams.values() if other.pk != team_id):
        raise ValidationError({"name": _("There is a team of this name already.")})
    above = parent.pk if parent else None
    while above is not None:
        if above == team_id:
            raise ValidationError({"parent": _("A team cannot be below itself.")})
        above = teams[above].parent_id
    team.name, team.parent = name, parent
    team.full_clean()
    team.save()
    return team


@transaction.atomic
def change_me(
    user: User, *, name: str, language: str, timezone_name: str, theme: str, seen: str | None = None
) -> User:
    """Let a colleague say how they are called and how the program speaks to them.

    `seen` is the `queries.seal_of_profile` they saw; another one raises `Stale`.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    if seen is not None and seen != queries.seal_of_profile(stored):
        raise Stale(_("This was changed meanwhile, perhaps in another window."), current=stored)
    stored.name, stored.language = name.strip(), language
    stored.timezone, stored.theme = timezone_name, theme
    stored.full_clean(exclude=["password"])
    stored.save(update_fields=["name", "language", "timezone", "theme"])
    return stored


@transaction.atomic
def change_password(user: User, *, old: str, new: str) -> None:
    """Give `user` another password; their other sessions and open links end with the old one.

    Raises `ValidationError` naming `old` or `new`.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    if not stored.check_password(old):
        raise ValidationError({"old": _("This is not your present password.")})
    _set_password(user, new, field="new")


def _set_password(user: User, password: str, *, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=timezone.now())


@transaction.atomic
def make_token(
    user: User, *, name: str = "", scope: str = ApiToken.Scope.READ, days: int = 90
) -> str:
    """Make an API token and return it: this is the only time it can be read."""
    if scope not in ApiToken.Scope.values:
        raise ValidationError({"scope": _("Scope is read or write.")})
    if not 1 <= days <= 3660:
        raise ValidationError({"expires": _("Between 1 and 3660 days.")})
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        name=(name or _("token"))[:80],
        scope=scope,
        digest=digest_of(secret),
        expires_at=timezone.now() + timedelta(days=days),
    )
    return secret


def revoke_token(token: ApiToken) -> None:
    """End `token` at once."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())


@transaction.atomic
def make_link(purpose: OneTimeLink.Purpose, *, user: User | None, by: User | None) -> str:
    """Make a one-time link's secret; earlier unused ones of the same purpose and user end."""
    require_administrator(by)
    now = timezone.now()
    OneTimeLink.objects.filter(purpose=purpose, user=user, used_at=None).update(used_at=now)
    secret = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        purpose=purpose, user=user, digest=digest_of(secret), expires_at=now + LINK_LIFE[purpose]
    )
    return secret


def link_of(secret: str) -> OneTimeLink | None:
    """The link that `secret` opens now, or None when unknown, used, too old or its user is out."""
    link = (
        OneTimeLink.objects.select_related("user__role")
        .filter(digest=digest_of(secret), used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if link is None or (link.user and not link.user.is_active):
        return None
    if link.purpose == OneTimeLink.Purpose.FIRST and User.objects.exists():
        return None
    return link


@transaction.atomic
def use_link(
    secret: str,
    *,
    password: str,
    email: str = "",
    name: str = "",
    language: str = "en",
    timezone_name: str = "UTC",
) -> User:
    """Set the password of the link's user (or make the first administrator) and use the link up."""
    link = link_of(secret)
    used = link and OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(
        used_at=timezone.now()
    )
    if link is None or not used:
        raise Refused(_("This link has been used or is too old. Ask for a new one."))
    if link.user is None:
        return add_user(
            email=email,
            name=name,
            by=None,
            role="administrator",
            language=language,
            timezone_name=timezone_name,
            password=password,
        )
    _set_password(link.user, password, field="password")
    return link.user


def purge(now: datetime) -> int:
    """Forget what let people in and no longer does; how many rows.

    Guesses and links older than 30 days, networks not come from for half a year, ended sessions.
    """
    old = now - KEPT
    return (
        purge_in_batches(SignInFailure.objects.filter(at__lt=old))
        + purge_in_batches(OneTimeLink.objects.filter(expires_at__lt=old))
        + purge_in_batches(KnownNet.objects.filter(at__lt=now - KNOWN))
        + purge_in_batches(Session.objects.filter(expire_date__lt=now))
    )
