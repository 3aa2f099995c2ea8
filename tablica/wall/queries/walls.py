"""Pages of a wall and of the dashboard wall: newest first, by keyset, under the reader's rights."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.shared.paging import Cursor
from tablica.wall.models import Comment, Entry, Follow, Placement
from tablica.wall.queries.filters import Filters
from tablica.wall.queries.rows import EntryRow, plain_rows, rows_of, tells_something

PAGE = 20
FEW_RECORDS = 400
SOME_RECORDS = 5_000
LATELY = 2_000
"""So many of the newest entries of all are gone through before the records are asked one by one."""
MOST_PINNED = 20


@dataclass(frozen=True)
class Page:
    """One page of a wall; `next` is where the following one begins, None at the end."""

    rows: list[EntryRow]
    next: Cursor | None


def wall(
    user: User,
    record: Record,
    *,
    filters: Filters | None = None,
    context: Sequence[int] = (),
    before: Cursor | None = None,
    limit: int = PAGE,
    all_comments: bool = False,
    only: Collection[int] | None = None,
) -> Page:
    """A page of the wall of `record` (which the caller fetched through the user).

    `context` are the numbers of related records whose entries are mixed in; `only` asks which of
    these entries belong here.
    """
    wanted = _wanted(user, filters, only)
    homes = [record.pk, *context]
    placements = Placement.objects.filter(record=record)
    has_placed = placements.exists()

    def fetch(cursor: Cursor | None, n: int) -> list[Entry]:
        at_home = _older(_entries(user).filter(wanted, record__in=homes), cursor)
        if context:
            at_home = _since_enough(at_home, user, homes, wanted, cursor, n)
        if not has_placed:
            return list(at_home[:n])
        placed = _older(_entries(user).filter(wanted, pk__in=placements.values("entry")), cursor)
        return _merged(at_home[:n], placed.exclude(record__in=homes)[:n], n)

    return _page(user, fetch, before, limit, on=record.pk, all_comments=all_comments)


def feed(
    user: User,
    *,
    filters: Filters | None = None,
    followed: bool = False,
    before: Cursor | None = None,
    limit: int = PAGE,
    only: Collection[int] | None = None,
) -> Page:
    """The dashboard wall: everything `user` may see, or only of the records they follow."""
    wanted = _wanted(user, filters, only)
    records = Record.objects.visible_to(user)
    if followed:
        follows = Follow.objects.filter(user=user).exclude(mode=Follow.Mode.MUTED)
        records = records.filter(pk__in=follows.values("record"))
    numbers = records.order_by().values_list("pk", flat=True)
    few = list(numbers[: FEW_RECORDS + 1])

    def of_each(homes: Sequence[int], cursor: Cursor | None, n: int) -> list[Entry]:
        entries = _older(_entries(user).filter(wanted, record__in=homes), cursor)
        return list(_since_enough(entries, user, homes, wanted, cursor, n)[:n])

    def fetch(cursor: Cursor | None, n: int) -> list[Entry]:
        if len(few) <= FEW_RECORDS:
            return of_each(few, cursor, n)
        entries = _older(_entries(user).filter(wanted), cursor)
        if followed:
            entries = entries.filter(record__in=follows.values("record"))
        since = _lately(cursor)
        if since is None:
            return list(entries[:n])
        newest = list(entries.filter(happened_at__gte=since)[:n])
        if len(newest) == n:
            return newest
        # Hardly any of what happens is theirs: the way through all of it would be long.
        some = list(numbers[: SOME_RECORDS + 1])
        if len(some) > SOME_RECORDS:
            return list(entries[:n])
        return of_each(_newest_homes(user, some, wanted, cursor, n), cursor, n)

    return _page(user, fetch, before, limit)


def entry_row(user: User, entry_id: int, *, on: int | None = None) -> EntryRow | None:
    """One entry anew, with all its comments, or None when the reader may not see it."""
    entry = _entries(user).filter(pk=entry_id).first()
    rows = rows_of(user, [entry], on=on, all_comments=True) if entry else []
    return rows[0] if rows else None


def last_told(user: User, record_id: int) -> EntryRow | None:
    """What a wall noted by itself last, or None when its newest entry was written by somebody."""
    newest = _entries(user).filter(record=record_id).order_by("-pk").first()
    row = entry_row(user, newest.pk, on=record_id) if newest else None
    return row if row and not row.type.written else None


def pinned(user: User, record: Record) -> list[EntryRow]:
    """The entries kept on top of this wall, the last pinned first."""
    entries = _entries(user).filter(record=record, pinned_at__isnull=False).order_by("-pinned_at")
    return plain_rows(user, list(entries[:MOST_PINNED]), on=record.pk)


def position_of(user: User, entry_id: int) -> Entry | None:
    """The entry and its record, to open it at its place on its wall."""
    entry = _entries(user).filter(pk=entry_id).first()
    return entry if entry and tells_something(user, entry) else None


def comments_of(user: User, entry_id: int) -> QuerySet[Comment]:
    """The comments of an entry that `user` may read, oldest first."""
    return (
        Comment.objects.visible_to(user)
        .filter(entry=entry_id)
        .select_related("author", "entry__record")
        .order_by("created_at", "pk")
    )


def cursor_of(entry: Entry) -> Cursor:
    """The place of an entry in the order of its wall."""
    return Cursor(entry.happened_at, entry.pk)


def _wanted(user: User, filters: Filters | None, only: Collection[int] | None) -> Q:
    wanted = (filters or Filters()).q_filter(user)
    return wanted if only is None else wanted & Q(pk__in=only)


def _entries(user: User) -> QuerySet[Entry]:
    return (
        Entry.objects.visible_to(user)
        .select_related("record", "author")
        .order_by("-happened_at", "-pk")
    )


def _older(entries: QuerySet[Entry], cursor: Cursor | None) -> QuerySet[Entry]:
    if cursor is None:
        return entries
    return entries.filter(
        Q(happened_at__lt=cursor.happened_at) | Q(pk__lt=cursor.id),
        happened_at__lte=cursor.happened_at,
    )


def _lately(cursor: Cursor | None) -> datetime | None:
    """When the last of so many entries before `cursor` happened; None when there are not so many.

    A bound and nothing else: of all entries, so that it costs no look at anybody's rights.
    """
    entries = Entry.objects.unguarded(reason="a moment up to which the reader's own are looked for")
    times = _older(entries, cursor).order_by("-happened_at", "-pk").values_list("happened_at")
    found = times[LATELY - 1 : LATELY].first()
    return found[0] if found else None


def _since_enough(
    entries: QuerySet[Entry],
    user: User,
    homes: Sequence[int],
    wanted: Q,
    cursor: Cursor | None,
    n: int,
) -> QuerySet[Entry]:
    """Narrow to the time since when one home alone would fill the page.

    Each home is asked, by its own index, when its n-th newest entry happened. The latest of these
    moments is a lower bound for the page, so that the database need not sort all of many walls.
    """
    nth = _times(user, wanted, cursor)[n - 1 : n]
    bound = _homes(homes).aggregate(bound=Max(Subquery(nth)))["bound"]
    return entries.filter(happened_at__gte=bound) if bound else entries


def _newest_homes(
    user: User, homes: Sequence[int], wanted: Q, cursor: Cursor | None, n: int
) -> list[int]:
    """The homes of the next `n` entries: those of which the newest entry is among the newest."""
    newest = Subquery(_times(user, wanted, cursor)[:1])
    found = _homes(homes).annotate(newest=newest).filter(newest__isnull=False)
    by_time = sorted(found.values_list("newest", "pk"), reverse=True)
    least = min((time for time, _pk in by_time[:n]), default=None)
    return [pk for time, pk in by_time if time >= least]


def _times(user: User, wanted: Q, cursor: Cursor | None) -> QuerySet[Entry, Any]:
    """When the entries of the home in question happened, the newest first."""
    entries = Entry.objects.visible_to(user).filter(wanted, record=OuterRef("pk"))
    return _older(entries, cursor).order_by("-happened_at", "-pk").values("happened_at")


def _homes(numbers: Sequence[int]) -> QuerySet[Record]:
    records = Record.objects.unguarded(reason="numbers that the caller filtered")
    return records.order_by().filter(pk__in=numbers)


def _merged(one: Iterable[Entry], two: Iterable[Entry], n: int) -> list[Entry]:
    both = merge(one, two, key=lambda e: (e.happened_at, e.pk), reverse=True)
    return list({entry.pk: entry for entry in both}.values())[:n]


def _page(
    user: User,
    fetch: Callable[[Cursor | None, int], list[Entry]],
    before: Cursor | None,
    limit: int,
    *,
    on: int | None = None,
    all_comments: bool = False,
) -> Page:
    """Fill a page. Entries of which nothing may be told leave no gap: more are fetched instead."""
    rows: list[EntryRow] = []
    cursor = before
    while True:
        entries = fetch(cursor, limit + 1)
        rows += rows_of(user, entries, on=on, all_comments=all_comments)
        if len(rows) > limit:
            return Page(rows[:limit], cursor_of(rows[limit - 1].entry))
        if len(entries) <= limit:
            return Page(rows, None)
        cursor = cursor_of(entries[-1])
