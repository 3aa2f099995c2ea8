"""Keys for other programs."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.commands.guarding import number_of
from tablica.accounts.models import ApiToken, User
from tablica.shared.digests import digest_of
from tablica.shared.trail import commands as trail

MOST_TOKENS = 50
"""Tokens of one person that count at a time."""
TOKEN_PREFIX = "tab_"  # noqa: S105  not a secret itself


@transaction.atomic
def make_token(
    user: User,
    *,
    name: str = "",
    scope: str = ApiToken.Scope.READ,
    days: int = 90,
    by: User | None = None,
) -> str:
    """Make an API token and return it: this is the only time it can be read.

    `by` is None when it is made on the machine itself.
    """
    if scope not in ApiToken.Scope.values:
        raise ValidationError({"scope": _("Scope is read or write.")})
    if not 1 <= days <= 3660:
        raise ValidationError({"expires": _("Between 1 and 3660 days.")})
    now = timezone.now()
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two at once one waits
    if (
        ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).count()
        >= MOST_TOKENS
    ):
        raise ValidationError(_("You have %(n)d tokens. End one first.") % {"n": MOST_TOKENS})
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    made = ApiToken.objects.create(
        user=user,
        name=(name or _("token"))[:80],
        scope=scope,
        digest=digest_of(secret),
        expires_at=now + timedelta(days=days),
    )
    about = f"user {user.pk}"
    trail.note("token made", by=number_of(by), about=about, token=made.pk, scope=scope, days=days)
    return secret


@transaction.atomic
def revoke_token(token: ApiToken) -> None:
    """End `token` at once."""
    live = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if live.update(revoked_at=timezone.now()):
        about = f"user {token.user_id}"
        trail.note("token revoked", by=token.user_id, about=about, token=token.pk)
