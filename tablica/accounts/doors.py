"""Which doors are open at all: by the settings, the same for everybody."""

from __future__ import annotations

from django.conf import settings

from tablica.accounts.models import User


def passwords_open() -> bool:
    """Whether one may come in by a password, by a link to choose one, or by a passkey alone.

    Not where only the provider of single sign-on lets people in.
    """
    return settings.OIDC is None or not settings.OIDC.only


def asks_password(user: User) -> bool:
    """Whether `user` proves by the password that it is they; else by having just signed in."""
    return passwords_open() and user.has_usable_password()
