"""Adding colleagues, changing what they may do, closing every door to those who leave."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts import queries
from tablica.accounts.commands.guarding import (
    keep_an_administrator,
    number_of,
    require_administrator,
    require_may_give,
)
from tablica.accounts.commands.sign_ins import end_sign_ins
from tablica.accounts.models import ApiToken, OneTimeLink, Role, Team, User
from tablica.accounts.rules import forget_access
from tablica.shared.errors import Stale
from tablica.shared.trail import commands as trail


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
    """Add a colleague. Without a password they come in through an invitation link.

    Whoever may invite gives no more than they have themselves.
    """
    teams = list(teams)
    found = Role.objects.filter(slug=role).first()
    if found is None:
        raise ValidationError({"role": _("There is no role “%(role)s”.") % {"role": role}})
    require_may_give(by, found, teams)
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("Somebody with this address is here already.")})
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
    trail.note("person added", by=number_of(by), about=f"user {user.pk}", **_rights(found, teams))
    return user


def _rights(role: Role, teams: Iterable[Team]) -> dict[str, Any]:
    return {"role": role.slug, "teams": sorted(team.pk for team in teams)}


@transaction.atomic
def change_user(
    user: User, *, by: User | None, role: Role, teams: Iterable[Team], seen: str | None = None
) -> None:
    """Give `user` another role and other teams. The last administrator stays one.

    `seen` is the `queries.seal_of_user` the writer saw; another one raises `Stale`.
    """
    require_administrator(by)
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if seen is not None and seen != queries.seal_of_user(stored):
        raise Stale(_("Somebody else changed this meanwhile."), current=stored)
    if stored.role.administers and not role.administers:
        keep_an_administrator(without=User.objects.filter(pk=user.pk))
    teams, before = list(teams), _rights(stored.role, stored.teams.all())
    user.role = role
    user.save(update_fields=["role"])
    user.teams.set(teams)
    forget_access(user)
    after = _rights(role, teams)
    if after != before:
        trail.note(
            "rights changed", by=number_of(by), about=f"user {user.pk}", was=before, now=after
        )


@transaction.atomic
def deactivate_user(user: User, *, by: User | None) -> None:
    """Close every door to `user` at once: sessions, tokens and links stop counting.

    Whoever has left already has left since then.
    """
    require_administrator(by)
    if user.role.administers:
        keep_an_administrator(without=User.objects.filter(pk=user.pk))
    now = timezone.now()
    was_in = User.objects.filter(pk=user.pk, deactivated_at=None).update(deactivated_at=now)
    user.refresh_from_db(fields=["deactivated_at"])
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=now)
    end_sign_ins(user, by=by)
    forget_access(user)
    if was_in:
        trail.note("person deactivated", by=number_of(by), about=f"user {user.pk}")


@transaction.atomic
def reactivate_user(user: User, *, by: User | None) -> None:
    """Let a deactivated colleague in again; old tokens stay revoked."""
    require_administrator(by)
    was_out = User.objects.filter(pk=user.pk).exclude(deactivated_at=None)
    user.deactivated_at = None
    if was_out.update(deactivated_at=None):
        trail.note("person reactivated", by=number_of(by), about=f"user {user.pk}")
    forget_access(user)
