"""Who measures: somebody who sees all, and somebody who sees twenty records."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count
from django.utils import timezone

from tablica.accounts.commands.sign_ins import note_sign_in
from tablica.accounts.models import Grant, Role, User
from tablica.accounts.views.keeping import BEGAN, SEEN
from tablica.records.models import Record
from tablica.wall.models import Entry

REASON = "measuring, outside anybody's request"
FEW = 20


@dataclass(frozen=True)
class Actor:
    """A signed-in user."""

    user: User
    cookie: str


@dataclass(frozen=True)
class Stage:
    """Who measures, and the client with the most entries."""

    wide: Actor
    narrow: Actor
    hot: Record
    hot_entries: int


@contextmanager
def stage() -> Iterator[Stage]:
    """Make the two users and give one of them twenty records; all is put back afterwards."""
    mark = secrets.token_hex(4)
    reader = Role.objects.create(slug=f"bench-{mark}", name="bench", reach=Role.Reach.TEAMS)
    Grant.objects.create(role=reader, verb=Grant.Verb.VIEW, scope=Grant.Scope.OWN)
    wide = _user(f"wide-{mark}", Role.objects.get(slug="manager"))
    narrow = _user(f"narrow-{mark}", reader)
    records = Record.objects.unguarded(reason=REASON)
    owners = dict(
        records.filter(kind="company", trashed_at=None)
        .order_by("-touched_at")[FEW : 2 * FEW]
        .values_list("pk", "owner")
    )
    records.filter(pk__in=owners).update(owner=narrow)
    actors = Actor(wide, _sign_in(wide)), Actor(narrow, _sign_in(narrow))
    hot, entries = _hot()
    try:
        yield Stage(*actors, hot, entries)
    finally:
        for pk, owner in owners.items():
            records.filter(pk=pk).update(owner=owner)
        Entry.objects.unguarded(reason=REASON).filter(author__in=[wide, narrow]).delete()
        for actor in actors:
            SessionStore(actor.cookie).delete()
            actor.user.delete()
        reader.delete()


def _user(name: str, role: Role) -> User:
    user = User(email=f"{name}@bench.invalid", name=name, role=role)
    user.set_unusable_password()
    user.save()
    return user


def _sign_in(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "tablica.accounts.backends.EmailBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[BEGAN] = session[SEEN] = int(timezone.now().timestamp())
    session.create()
    key = str(session.session_key)
    note_sign_in(user, session=key, agent="", net="")
    return key


def _hot() -> tuple[Record, int]:
    most = (
        Entry.objects.unguarded(reason=REASON)
        .filter(record__kind="company", record__trashed_at=None)
        .values_list("record")
        .annotate(n=Count("pk"))
        .order_by("-n")
        .first()
    )
    if most is None:
        raise LookupError
    return Record.objects.unguarded(reason=REASON).get(pk=most[0]), most[1]
