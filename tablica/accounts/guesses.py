"""Guessing passwords becomes slow, yet nobody can shut a colleague out by guessing.

Tries are counted by where they come from. A browser in which the account was signed in before, and
a network from which it was, are counted apart from the rest of the world: whatever strangers do,
there the right password opens the door.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from tablica.accounts.devices import Device
from tablica.accounts.factors.telling import tell_of_factors
from tablica.accounts.models import KnownNet, SignInFailure, User
from tablica.shared.trail import commands as trail
from tablica.shared.trail.models import Line

WINDOW = timedelta(minutes=15)
FROM_A_KNOWN_PLACE = 10
"""Wrong passwords for an account from one browser, or one network, that it was signed in from."""
FROM_A_NET = 5
"""Wrong passwords for an account from one network that it was never signed in from."""
FROM_STRANGERS = 10
"""Wrong passwords for an account from all those networks together."""
FOR_ALL_FROM_A_NET = 50
"""Wrong passwords from one network for whatever accounts; known browsers aside."""

LETTER_AFTER = 3
"""Wrong second factors in a day after which their owner is told."""

Where = SignInFailure.Where


@dataclass(frozen=True)
class Source:
    """Where a try comes from: the network, and the browser when it is known for this account."""

    net: str
    device: str = ""
    is_known: bool = False

    @property
    def where(self) -> Where:
        """As what tries from here are counted."""
        if self.device:
            return Where.DEVICE
        return Where.NET if self.is_known else Where.STRANGE


def net_of(address: str) -> str:
    """The network of an address: itself, or for IPv6 the /64 that one customer gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def source_of(email: str, address: str, device: Device | None = None) -> Source:
    """The source of a try for `email` from `address` and the browser, if it says which it is."""
    net = net_of(address)
    numbers = User.objects.filter(email__iexact=email.strip()[:254]).values_list("pk", flat=True)
    account = numbers.first()
    known = KnownNet.objects.filter(user=account or 0, net=net).exists()
    return Source(net, device.name_for(account) if device else "", known)


def take_guess(email: str, source: Source) -> bool:
    """Count a try before its password is checked; False when there were too many.

    Counted first and asked afterwards, so that guesses sent at once do not slip through together.
    """
    if not _may_guess(email, source):
        return False
    SignInFailure.objects.create(
        email=_kept(email), address=source.net, where=source.where, device=source.device
    )
    return _may_guess(email, source, counted=1)


def forgive(email: str, source: Source) -> None:
    """The right password was given: mistakes made at this place do not count any more."""
    _of_place(_recent().filter(email=_kept(email)), source).delete()


def remember(user: User, address: str) -> None:
    """The account was signed in from this address: from now on its network is counted apart."""
    net = net_of(address)
    KnownNet.objects.update_or_create(user=user, net=net, defaults={"at": timezone.now()})


TOLD = (1, FROM_A_NET, FROM_STRANGERS, FOR_ALL_FROM_A_NET)
"""Of the wrong passwords from one network these are told: else anybody could fill the trail."""


def tell_wrong(email: str, source: Source) -> None:
    """Put a wrong password on the trail, with the account it was for if there is one."""
    tries = _recent().filter(address=source.net).count()
    if tries not in TOLD:
        return
    found = User.objects.filter(email__iexact=_kept(email)).values_list("pk", flat=True).first()
    about = f"user {found}" if found else ""
    trail.note("sign-in failed", by=None, about=about, place=source.net, tries=tries)


def tell_wrong_of(user: User, address: str) -> None:
    """Put on the trail that somebody who is signed in gave a wrong password."""
    about = f"user {user.pk}"
    trail.note("sign-in failed", by=user.pk, about=about, place=net_of(address))


def tell_wrong_second(user: User, address: str) -> None:
    """Put on the trail that somebody knew the password of `user`, but not what comes after it.

    After a few in a day `user` gets a letter: a typo is one, but who knows the password is another.
    """
    about, now = f"user {user.pk}", timezone.now()
    trail.note("second factor failed", by=None, about=about, place=net_of(address))
    failed = Line.objects.filter(event="second factor failed", about=about)
    if failed.filter(at__gt=now - timedelta(days=1)).count() >= LETTER_AFTER:
        sentence = gettext_noop("Somebody gave your password, then several wrong codes.")
        tell_of_factors(user, sentence, once=f"{now:%Y-%m-%d}")


def tell_in(user: User, address: str) -> None:
    """Put on the trail that somebody came in."""
    trail.note("signed in", by=user.pk, about=f"user {user.pk}", place=net_of(address))


def tell_out(user: User, address: str) -> None:
    """Put on the trail that somebody went out."""
    trail.note("signed out", by=user.pk, about=f"user {user.pk}", place=net_of(address))


def _kept(email: str) -> str:
    return email.strip().lower()[:254]


def _recent() -> QuerySet[SignInFailure]:
    return SignInFailure.objects.filter(at__gt=timezone.now() - WINDOW)


def _of_place(rows: QuerySet[SignInFailure], source: Source) -> QuerySet[SignInFailure]:
    if source.device:
        return rows.filter(where=Where.DEVICE, device=source.device)
    return rows.filter(where=source.where, address=source.net)


def _may_guess(email: str, source: Source, *, counted: int = 0) -> bool:
    """Whether one more may be tried; `counted` of the tries on record are the caller's own."""
    of_account = _recent().filter(email=_kept(email))
    here = _of_place(of_account, source).count() - counted
    if source.where == Where.DEVICE:
        return here < FROM_A_KNOWN_PLACE
    from_net = _recent().filter(address=source.net).exclude(where=Where.DEVICE)
    if from_net.count() - counted >= FOR_ALL_FROM_A_NET:
        return False
    if source.where == Where.NET:
        return here < FROM_A_KNOWN_PLACE
    strange = of_account.filter(where=Where.STRANGE).count() - counted
    return here < FROM_A_NET and strange < FROM_STRANGERS
