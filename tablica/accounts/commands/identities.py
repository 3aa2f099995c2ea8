"""Whom a provider of single sign-on means."""

from __future__ import annotations

from hashlib import sha256

from django.db import transaction
from django.utils.translation import gettext_noop

from tablica.accounts.commands.sign_ins import end_sign_ins
from tablica.accounts.factors.telling import tell_of_factors
from tablica.accounts.models import Identity, ToldEnd, User
from tablica.accounts.queries import of_address
from tablica.shared.oidc.proofs import Ended, Proven, Unproven
from tablica.shared.trail import commands as trail


@transaction.atomic
def person_known_as(who: Proven) -> User | None:
    """The colleague whom the provider speaks of; None when there is none, or they have left.

    The first time somebody is found by the e-mail that the provider has checked, and that is kept;
    from then on by the provider's own name for them alone. Nobody is ever added.
    """
    kept = (
        Identity.objects.select_related("user__role")
        .filter(issuer=who.issuer, subject=who.subject)
        .first()
    )
    user = kept.user if kept else _linked(who)
    return user if user is not None and user.is_active else None


def _linked(who: Proven) -> User | None:
    if not who.email:
        return None
    here = User.objects.select_for_update(no_key=True, of=("self",)).select_related("role")
    user = of_address(who.email, here.filter(deactivated_at=None))
    if user is None or Identity.objects.filter(user=user, issuer=who.issuer).exists():
        return None
    Identity.objects.create(user=user, issuer=who.issuer, subject=who.subject)
    tell_of_factors(user, gettext_noop("From now on you can sign in through single sign-on."))
    trail.note("single sign-on linked", by=user.pk, about=f"user {user.pk}")
    return user


@transaction.atomic
def forget_identities(user: User) -> int:
    """Let single sign-on find `user` by e-mail once more, on the machine itself; how many ended."""
    ended = Identity.objects.filter(user=user).delete()[0]
    if ended:
        trail.note("single sign-on unlinked", by=None, about=f"user {user.pk}")
    return ended


@transaction.atomic
def end_as_told(news: Ended) -> int:
    """End all sessions of who the provider says is signed out; how many. Nobody, when unknown here.

    Raises `Unproven` when the same news came before.
    """
    digest = sha256(f"{news.issuer}\n{news.number}".encode()).hexdigest()
    _kept, is_new = ToldEnd.objects.get_or_create(digest=digest)
    if not is_new:
        raise Unproven("told before")
    found = Identity.objects.filter(issuer=news.issuer, subject=news.subject)
    identity = found.select_related("user__role").first()
    return end_sign_ins(identity.user, by=None) if identity else 0
