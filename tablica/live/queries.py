"""What happened since, and who may hear of it: asked of many listeners in few queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from tablica.accounts.models import User
from tablica.accounts.rules import access_of, know_access_of
from tablica.live.models import News
from tablica.records.lent import know_lent_to, lent_to
from tablica.records.models import Record
from tablica.records.visibility import circles_of, know_circles_of
from tablica.wall.models import Comment, Entry, Placement
from tablica.wall.queries.rows import numbers_named, tells_something
from tablica.wall.types import shown_type
from tablica.wall.visibility import entry_q

KEPT = timedelta(days=1)
OPEN = timedelta(seconds=10)
"""How long a transaction may take before somebody can miss the news it brings."""
MOST_MISSED = 500
WHY = "each listener is asked for below"

Told = dict[str, Any]
"""What goes to one listener, ready for JSON."""


def last_number() -> int:
    """The number of the latest news, 0 when there was none."""
    return News.objects.aggregate(last=Max("pk"))["last"] or 0


def fresh_after(number: int, *, since: datetime | None = None) -> list[News] | None:
    """What came after the news of this number, or None when it is too much.

    On PostgreSQL numbers are given before the commit, so that a smaller one may come after a
    larger: there a stretch before is found once more, but for what was made before `since`.
    """
    later = Q(pk__gt=number)
    if connection.vendor == "postgresql":
        again = timezone.now() - OPEN
        later |= Q(at__gt=max(again, since) if since else again)
    found = list(News.objects.filter(later).order_by("pk")[: MOST_MISSED + 1])
    return found if len(found) <= MOST_MISSED else None


def missed_since(moment: datetime) -> list[News] | None:
    """What came since, or None when it is too much or forgotten already.

    What was being committed at that moment counts as well. Hearing of something twice is harmless.
    """
    if moment < timezone.now() - KEPT:
        return None
    past = News.objects.filter(at__gt=moment - OPEN).exclude(what=News.What.WRITING)
    found = list(past.order_by("pk")[: MOST_MISSED + 1])
    return found if len(found) <= MOST_MISSED else None


def listeners(numbers: Iterable[int]) -> list[User]:
    """These people, those deactivated left out, with all their rights read anew."""
    people = User.objects.select_related("role").filter(pk__in=numbers, deactivated_at=None)
    users = list(people)
    if users:
        know_access_of(users)
        know_circles_of(users)
        know_lent_to(users)
    return users


@dataclass
class _Matter:
    """What the news speak of, read once for all listeners."""

    entries: dict[int, Entry]
    records: dict[int, Record]
    walls: dict[int, list[int]]
    names: dict[int, str]
    owners: set[int] = field(default_factory=set)


def heard(
    news: Collection[News], people: Collection[User]
) -> Iterator[tuple[News, Told, list[int]]]:
    """Who hears what: each of the `news`, what is told of it, and to whom (numbers of users).

    One and the same may be told to several circles in several words. Rights are those that were
    read with `people`. Whoever has the same role, teams and audiences, and nothing of their own in
    it, sees the same: so one of each such circle is asked for all of it.
    """
    for one in news:
        if one.people is not None:
            yield one, {"what": one.what}, [u.pk for u in people if u.pk in one.people]
    matter = _matter_of([one for one in news if one.people is None])
    for circle in _circles(people, matter.owners):
        everybody = [user.pk for user in circle]
        for one, told in _told_to(circle[0], news, matter):
            yield one, told, everybody


def _matter_of(news: Collection[News]) -> _Matter:
    numbers = {one.entry for one in news if one.entry is not None}
    entries = {
        entry.pk: entry
        for entry in Entry.objects.unguarded(reason=WHY)
        .select_related("record", "author")
        .filter(pk__in=numbers)
    }
    walls: dict[int, list[int]] = {}
    for entry, record in Placement.objects.filter(entry__in=numbers).values_list("entry", "record"):
        walls.setdefault(entry, []).append(record)
    named = numbers_named(entries.values())["records"]
    wanted = {one.record for one in news if one.record is not None}.union(named, *walls.values())
    records = {r.pk: r for r in Record.objects.unguarded(reason=WHY).filter(pk__in=wanted)}
    writers = {one.by or 0 for one in news if one.what == News.What.WRITING}
    names = dict(User.objects.filter(pk__in=writers).values_list("pk", "name")) if writers else {}
    matter = _Matter(entries, records, walls, names)
    for entry_ in entries.values():
        matter.owners |= {entry_.author_id or 0, entry_.record.owner_id or 0}
    matter.owners |= {record.owner_id or 0 for record in records.values()}
    return matter


def _circles(people: Iterable[User], owners: set[int]) -> Iterable[list[User]]:
    circles: dict[object, list[User]] = {}
    for user in people:
        access = access_of(user)
        own = user.pk if user.pk in owners else 0
        circles_ = tuple(circles_of(user))
        lent = lent_to(user).key()
        key = (own, access.active, user.role_id, access.team_ids, circles_, lent)
        circles.setdefault(key, []).append(user)
    return circles.values()


def _told_to(user: User, news: Iterable[News], matter: _Matter) -> Iterator[tuple[News, Told]]:
    readable = Entry.objects.unguarded(reason="filtered by the very rule, thrown away or not")
    seen = set(
        readable.filter(entry_q(user), pk__in=matter.entries).values_list("pk", flat=True)
        if matter.entries
        else ()
    )
    open_walls = set(
        Record.objects.visible_to(user)
        .filter(pk__in=matter.records, trashed_at=None)
        .values_list("pk", flat=True)
        if matter.records
        else ()
    )
    for one in news:
        entry = matter.entries.get(one.entry or 0)
        if one.people is not None or (one.entry is not None and entry is None):
            continue
        if entry is not None and (entry.pk not in seen or not _is_told(user, entry)):
            continue
        if entry is None and one.record not in open_walls:
            continue
        told: Told = {"what": one.what}
        if one.what == News.What.WRITING:
            if entry is not None and entry.trashed_at is not None:
                continue
            told |= {"by": one.by, "name": matter.names.get(one.by or 0, "")}
            told |= {"entry": one.entry} if entry is not None else {"record": one.record}
        elif entry is not None and entry.trashed_at is not None:
            told = {"what": "gone", "entry": entry.pk}
        elif entry is not None:
            placed = open_walls.intersection(matter.walls.get(entry.pk, ()))
            told |= {
                "entry": entry.pk,
                "walls": [entry.record_id, *sorted(placed)],
                "kind": entry.record.kind,
                "written": shown_type(entry.type).written,
                "by": entry.author_id,
            }
        yield one, told


def _is_told(user: User, entry: Entry) -> bool:
    return shown_type(entry.type).written or tells_something(user, entry)


def entries_of(comments: Iterable[int]) -> list[int]:
    """The entries that these comments answer."""
    found = Comment.objects.unguarded(reason=WHY).filter(pk__in=list(comments))
    return list(found.values_list("entry_id", flat=True).distinct())
