"""What a session knows of itself, so that few requests ask the database about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest

from tablica.accounts import agents
from tablica.accounts.commands import sign_ins
from tablica.accounts.guesses import net_of
from tablica.accounts.models import User

BEGAN, SEEN = "began", "seen"
FRESH = 600  # seconds after signing in in which it needs not be proven again
STREAM = "/live"
EVERY = 300  # seconds between two notes that a session is in use


def _now() -> int:
    return int(datetime.now(UTC).timestamp())


def _net(request: HttpRequest) -> str:
    return net_of(request.META.get("REMOTE_ADDR", ""))


def begin(sender: object, *, request: HttpRequest, **_more: Any) -> None:
    """A session has just begun, by whatever door: from now its time is counted."""
    request.session[BEGAN] = request.session[SEEN] = _now()


def keep(request: HttpRequest, user: User) -> None:
    """Note where somebody has just come in."""
    if request.session.session_key is None:  # it was another's until now, and is emptied
        request.session.create()
    agent = agents.named(request.headers.get("User-Agent", ""))
    key = request.session.session_key or ""
    sign_ins.note_sign_in(user, session=key, agent=agent, net=_net(request))


def is_fresh(request: HttpRequest) -> bool:
    """Whether this browser was signed in within the last ten minutes."""
    began = request.session.get(BEGAN)
    return began is not None and 0 <= _now() - began < FRESH


def let_go(request: HttpRequest) -> None:
    """Somebody goes out: their browser is not among those signed in any more."""
    sign_ins.end_quietly(request.session.session_key or "")


def look_after(request: HttpRequest, user: User) -> bool:
    """Note now and then that a session is in use; False when its time is over, and it has ended.

    So has one of which nobody knows when it began, or that is not among those its owner can end.
    An open page that listens is not in use by that.
    """
    began, seen = request.session.get(BEGAN), request.session.get(SEEN)
    if began is None or seen is None or sign_ins.is_over(user, datetime.fromtimestamp(began, UTC)):
        return _out(request)
    if _now() - seen >= EVERY and request.path != STREAM:
        request.session[SEEN] = _now()
        if not sign_ins.see_again(request.session.session_key or "", net=_net(request)):
            return _out(request)
    return True


def _out(request: HttpRequest) -> bool:
    let_go(request)
    logout(request)
    return False


def go_on(request: HttpRequest, old: str) -> None:
    """The session got another key, as after a change of the password."""
    sign_ins.follow_session(old, request.session.session_key or "")
