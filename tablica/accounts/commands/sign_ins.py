"""The browsers in which people are signed in: noted, seen again, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.models import SignIn, User
from tablica.shared.errors import Hidden
from tablica.shared.trail import commands as trail

LONGEST = timedelta(days=90)
LONGEST_OF_ADMINISTRATORS = timedelta(hours=12)


def note_sign_in(user: User, *, session: str, agent: str, net: str) -> None:
    """Somebody came in: from now on this session is among those they see."""
    now = timezone.now()
    known = {"user": user, "agent": agent[:80], "net": net, "began_at": now, "seen_at": now}
    SignIn.objects.update_or_create(session=session, defaults=known)


def see_again(session: str, *, net: str) -> bool:
    """This session is in use, from this network; whether it is one of those that are known."""
    known = SignIn.objects.filter(session=session)
    return bool(known.update(seen_at=timezone.now(), net=net))


def follow_session(old: str, new: str) -> None:
    """The session goes on under another key."""
    SignIn.objects.filter(session=old).update(session=new)


def is_over(user: User, began_at: datetime) -> bool:
    """Whether somebody who came in then has to come in again, however much they were here."""
    longest = LONGEST_OF_ADMINISTRATORS if user.role.administers else LONGEST
    return timezone.now() - began_at > longest


@transaction.atomic
def end_sign_in(number: int, *, by: User) -> SignIn:
    """End one session of one's own, at once. `Hidden` for those of others."""
    found = SignIn.objects.select_for_update().filter(pk=number, user=by).first()
    if found is None:
        raise Hidden
    _end([found.session])
    trail.note("session ended", by=by.pk, about=f"user {by.pk}", count=1)
    return found


@transaction.atomic
def end_sign_ins(user: User, *, by: User | None, but: str = "") -> int:
    """End all sessions of `user` except the one called `but`; how many.

    Those of others are for administrators.
    """
    if by is None or by.pk != user.pk:
        require_administrator(by)
    keys = SignIn.objects.filter(user=user).exclude(session=but).values_list("session", flat=True)
    ended = _end(list(keys))
    if ended:
        trail.note("session ended", by=number_of(by), about=f"user {user.pk}", count=ended)
    return ended


def end_quietly(session: str) -> None:
    """Somebody goes out by themselves: their session ends with the request."""
    SignIn.objects.filter(session=session).delete()


def _end(keys: list[str]) -> int:
    Session.objects.filter(session_key__in=keys).delete()
    return SignIn.objects.filter(session__in=keys).delete()[0]


def forget_sign_ins() -> int:
    """Remove those whose session is over; how many."""
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return SignIn.objects.exclude(session__in=live).delete()[0]
