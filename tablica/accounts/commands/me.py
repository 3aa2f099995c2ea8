"""What colleagues say of themselves."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts import queries
from tablica.accounts.doors import passwords_open
from tablica.accounts.models import OneTimeLink, User
from tablica.shared.errors import Refused, Stale
from tablica.shared.trail import commands as trail


@transaction.atomic
def change_me(
    user: User, *, name: str, language: str, timezone_name: str, theme: str, seen: str | None = None
) -> User:
    """Let a colleague say how they are called and how the program speaks to them.

    `seen` is the `queries.seal_of_profile` they saw; another one raises `Stale`.
    """
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if seen is not None and seen != queries.seal_of_profile(stored):
        raise Stale(_("This was changed meanwhile, perhaps in another window."), current=stored)
    renamed = stored.name != name.strip()
    stored.name, stored.language = name.strip(), language
    stored.timezone, stored.theme = timezone_name, theme
    stored.full_clean(exclude=["password"])
    stored.save(update_fields=["name", "language", "timezone", "theme"])
    if renamed:  # else somebody could write under a colleague's name, and leave no trace of it
        trail.note("name changed", by=stored.pk, about=f"user {stored.pk}")
    return stored


@transaction.atomic
def change_password(user: User, *, old: str, new: str) -> None:
    """Give `user` another password; their other sessions and open links end with the old one.

    Raises `ValidationError` naming `old` or `new`.
    """
    if not passwords_open():
        raise Refused(_("Here people come in by single sign-on alone."))
    stored = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not stored.check_password(old):
        raise ValidationError({"old": _("This is not your present password.")})
    set_password(user, new, field="new")
    trail.note("password changed", by=user.pk, about=f"user {user.pk}")


def set_password(user: User, password: str, *, field: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from error
    user.set_password(password)
    user.save(update_fields=["password"])
    OneTimeLink.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
