"""Links that open one door once."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.commands.me import set_password
from tablica.accounts.commands.people import add_user
from tablica.accounts.commands.sign_ins import end_sign_ins
from tablica.accounts.doors import passwords_open
from tablica.accounts.factors.telling import tell_of_factors
from tablica.accounts.models import OneTimeLink, User
from tablica.shared.digests import digest_of
from tablica.shared.errors import Refused
from tablica.shared.trail import commands as trail

LINK_LIFE = {
    OneTimeLink.Purpose.FIRST: timedelta(days=7),
    OneTimeLink.Purpose.INVITATION: timedelta(days=7),
    OneTimeLink.Purpose.PASSWORD: timedelta(hours=1),
    OneTimeLink.Purpose.RESCUE: timedelta(hours=1),
}
TO_A_PASSWORD = (OneTimeLink.Purpose.INVITATION, OneTimeLink.Purpose.PASSWORD)
"""Those that open nothing where only single sign-on lets people in."""


@transaction.atomic
def invite(*, by: User, **who: Any) -> tuple[User, str]:
    """Add a colleague as `add_user` does; with the secret of the link by which they come in.

    Where only single sign-on lets people in, they need no link, and the secret is empty.
    Another link for somebody who is here already is for administrators: it opens what is theirs.
    """
    user = add_user(by=by, **who)
    if not passwords_open():
        return user, ""
    return user, _make(OneTimeLink.Purpose.INVITATION, user=user, by=by)


@transaction.atomic
def make_link(purpose: OneTimeLink.Purpose, *, user: User | None, by: User | None) -> str:
    """Make a one-time link's secret; earlier unused ones of the same purpose and user end.

    A rescue is made on the machine alone, and for administrators.
    """
    require_administrator(by)
    if purpose == OneTimeLink.Purpose.RESCUE:
        if by is not None or user is None or not user.role.administers:
            raise Refused(_("This link is for administrators, and made on the machine itself."))
    elif purpose in TO_A_PASSWORD and not passwords_open():
        raise Refused(_("Here people come in by single sign-on alone."))
    return _make(purpose, user=user, by=by)


def _make(purpose: OneTimeLink.Purpose, *, user: User | None, by: User | None) -> str:
    now = timezone.now()
    OneTimeLink.objects.filter(purpose=purpose, user=user, used_at=None).update(used_at=now)
    secret = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        purpose=purpose, user=user, digest=digest_of(secret), expires_at=now + LINK_LIFE[purpose]
    )
    about = f"user {user.pk}" if user else ""
    trail.note("link made", by=number_of(by), about=about, purpose=str(purpose))
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
    if link.purpose in TO_A_PASSWORD and not passwords_open():
        return None
    may_rescue = link.user is not None and link.user.role.administers
    if link.purpose == OneTimeLink.Purpose.RESCUE and not may_rescue:
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
    set_password(link.user, password, field="password")
    end_sign_ins(link.user, by=link.user)
    number = link.user.pk
    if link.purpose != OneTimeLink.Purpose.INVITATION:
        tell_of_factors(link.user, gettext_noop("Your password was chosen anew by a link."))
    trail.note("link used", by=number, about=f"user {number}", purpose=link.purpose)
    return link.user
