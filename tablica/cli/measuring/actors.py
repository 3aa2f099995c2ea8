"""Who measures: somebody who sees all, and readers of the dashboard wall of every other sort."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count
from django.utils import timezone

from tablica.accounts.commands.sign_ins import note_sign_in
from tablica.accounts.models import Grant, Role, User
from tablica.accounts.views.keeping import BEGAN, SEEN
from tablica.records.models import Absence, Record, Share
from tablica.wall.models import Entry

REASON = "measuring, outside anybody's request"
FEW, MANY = 20, 500
"""Records of who sees almost nothing; and so many that they are no few any more for the wall."""
HIDDEN = {"deal": dict.fromkeys(("amount", "stage", "outcome", "expected_close"), "hidden")}


@dataclass(frozen=True)
class Actor:
    """A signed-in user."""

    user: User
    cookie: str


@dataclass(frozen=True)
class Stage:
    """Who sees all, the others who read the dashboard wall, and the client with most entries."""

    wide: Actor
    readers: dict[str, Actor]
    hot: Record
    hot_entries: int


@contextmanager
def stage() -> Iterator[Stage]:
    """Make the readers, each with the rights of their sort; all is put back afterwards."""
    hot, entries = _hot()
    with ExitStack() as after:
        # What is made first is taken away last: the roles after those who have them.
        sees_all = Role.objects.get(slug="manager")
        own = _role(after, Grant.Scope.OWN)
        nothing = _role(after, Grant.Scope.NONE)
        sealed = _role(after, Grant.Scope.ALL, fields=HIDDEN)

        def reader(role: Role, lend: Callable[[ExitStack, User], None] | None = None) -> Actor:
            actor = _sign_up(after, role)
            if lend:
                lend(after, actor.user)
            return actor

        wide = reader(sees_all)
        readers = {
            "sees 20 records": reader(own, _owns_a_few),
            "20 records, long quiet": reader(nothing, lambda a, u: _share(u, _quiet(FEW))),
            "500 records, long quiet": reader(nothing, lambda a, u: _share(u, _quiet(MANY))),
            "20 records shared": reader(nothing, lambda a, u: _share(u, _lately(0, FEW))),
            "a deputy": reader(own, _stands_in),
            "some fields hidden": reader(sealed),
        }
        yield Stage(wide, readers, hot, entries)


def _role(after: ExitStack, scope: str, **more: object) -> Role:
    name = f"bench-{secrets.token_hex(4)}"
    role = Role.objects.create(slug=name, name=name, reach=Role.Reach.TEAMS, **more)
    Grant.objects.create(role=role, verb=Grant.Verb.VIEW, scope=scope)
    after.callback(role.delete)
    return role


def _sign_up(after: ExitStack, role: Role) -> Actor:
    name = f"reader-{secrets.token_hex(4)}"
    user = User(email=f"{name}@bench.invalid", name=name, role=role)
    user.set_unusable_password()
    user.save()
    after.callback(user.delete)
    after.callback(Entry.objects.unguarded(reason=REASON).filter(author=user).delete)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "tablica.accounts.backends.EmailBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[BEGAN] = session[SEEN] = int(timezone.now().timestamp())
    session.create()
    after.callback(session.delete)
    key = str(session.session_key)
    note_sign_in(user, session=key, agent="", net="")
    return Actor(user, key)


def _lately(begin: int, end: int) -> dict[int, int | None]:
    """Companies by number, those touched last first, each with its owner."""
    records = Record.objects.unguarded(reason=REASON).filter(kind="company", trashed_at=None)
    found = records.order_by("-touched_at", "-pk")[begin:end]
    return dict(found.values_list("pk", "owner"))


def _quiet(number: int) -> list[int]:
    """The companies that nobody touched for longest."""
    records = Record.objects.unguarded(reason=REASON).filter(kind="company", trashed_at=None)
    return list(records.order_by("touched_at", "pk").values_list("pk", flat=True)[:number])


def _owns_a_few(after: ExitStack, user: User) -> None:
    records = Record.objects.unguarded(reason=REASON)
    owners = _lately(FEW, 2 * FEW)
    records.filter(pk__in=owners).update(owner=user)
    for pk, owner in owners.items():
        after.callback(records.filter(pk=pk).update, owner=owner)


def _share(user: User, records: Iterable[int]) -> None:
    Share.objects.bulk_create(Share(record_id=pk, user=user) for pk in records)
    User.objects.filter(pk=user.pk).update(lent=True)


def _stands_in(after: ExitStack, user: User) -> None:
    """For whoever runs most."""
    records = Record.objects.unguarded(reason=REASON).filter(
        owner__isnull=False, owner__deactivated_at=None
    )
    busiest = records.values_list("owner").annotate(n=Count("pk")).order_by("-n").first()
    if busiest is None:
        raise LookupError
    now = timezone.now()
    absence = Absence.objects.create(
        person_id=busiest[0], deputy=user, starts_at=now, ends_at=now + timedelta(days=1)
    )
    after.callback(absence.delete)
    User.objects.filter(pk=user.pk).update(lent=True)


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
