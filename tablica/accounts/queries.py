"""Reading who works here."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from tablica.accounts.models import ApiToken, SignInFailure, Team, User
from tablica.shared.digests import digest_of

GUESSES_PER_ACCOUNT = 10
GUESSES_PER_ADDRESS = 50
GUESS_WINDOW = timedelta(minutes=15)


def colleagues() -> QuerySet[User]:
    """Everybody who may come in, by name."""
    return User.objects.filter(deactivated_at=None).order_by("name", "id")


def everybody() -> QuerySet[User]:
    """Everybody who ever worked here, those who left last."""
    return (
        User.objects.select_related("role")
        .prefetch_related("teams")
        .order_by("deactivated_at", "name", "id")
    )


def teams() -> QuerySet[Team]:
    """All teams by name."""
    return Team.objects.order_by("name")


def is_empty() -> bool:
    """Whether nobody has been added yet, so that the first administrator's link counts."""
    return not User.objects.exists()


def may_guess(email: str, address: str) -> bool:
    """Whether another password may be tried for this account from this address now."""
    since = timezone.now() - GUESS_WINDOW
    recent = SignInFailure.objects.filter(at__gt=since)
    account = recent.filter(email=email.strip().lower()[:254])
    return (
        account.count() < GUESSES_PER_ACCOUNT
        and recent.filter(address=address[:64]).count() < GUESSES_PER_ADDRESS
    )


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
