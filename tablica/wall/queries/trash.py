"""What lies in the trash and may be taken out of it by a reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.kinds import Text, kind_named
from tablica.records.models import Record
from tablica.records.showing import Link
from tablica.records.visibility import visible_q
from tablica.shared.markdown import preview
from tablica.shared.paging import Cursor
from tablica.wall.models import Comment, Entry
from tablica.wall.queries.cards import cards_in
from tablica.wall.types import shown_type
from tablica.wall.visibility import entry_q

KEPT = timedelta(days=30)
PAGE = 50
LONGEST_SHOWN = 120
THROWN = "thrown away, so filtered here by the same rule"
WHATS = ("record", "entry", "comment")


@dataclass(frozen=True)
class Thrown:
    """One thing in the trash: what it is, where it was (`home`), who threw it away and when."""

    what: str
    id: int
    kind: str
    label: Text
    title: str
    home: Link | None
    by: User | None
    at: datetime

    @property
    def days_left(self) -> int:
        """In how many days of the reader's calendar it goes for good; 0 when today."""
        gone = timezone.localtime(self.at + KEPT).date()
        return max((gone - timezone.localdate()).days, 0)

    @property
    def place(self) -> Cursor:
        """Where it stands in the list of all that was thrown away."""
        return Cursor(self.at, self.id * len(WHATS) + WHATS.index(self.what))


@dataclass(frozen=True)
class TrashPage:
    """What was thrown away last, and where the next page begins."""

    rows: list[Thrown]
    next: Cursor | None


def trash_of(user: User, *, before: Cursor | None = None, limit: int = PAGE) -> TrashPage:
    """The records, entries and comments that `user` may restore, the last thrown away first."""
    found = [
        *map(_record, _page(_records(user), "record", before, limit)),
        *map(_entry, _page(_entries(user), "entry", before, limit)),
        *map(_comment, _page(_comments(user), "comment", before, limit)),
    ]
    found.sort(key=lambda row: row.place, reverse=True)
    rows = _with_titles(user, found[:limit])
    return TrashPage(rows, rows[-1].place if len(found) > limit else None)


def _with_titles(user: User, rows: list[Thrown]) -> list[Thrown]:
    """The same rows, with the titles of the records that the texts among them name by number."""
    texts = [row.title for row in rows if row.what != "record"]
    cards = cards_in(user, texts)
    return [
        row if row.what == "record" else replace(row, title=cards.text(row.title)) for row in rows
    ]


def _records(user: User) -> QuerySet[Record]:
    may_delete = visible_q(user, verb="delete")
    return Record.objects.visible_in_trash_to(user).filter(may_delete).select_related("trashed_by")


def _entries(user: User) -> QuerySet[Entry]:
    theirs = Q(author=user.pk) | visible_q(user, "record__", verb="delete")
    return (
        Entry.objects.unguarded(reason=THROWN)
        .filter(entry_q(user) & theirs, trashed_at__isnull=False)
        .select_related("record", "trashed_by")
    )


def _comments(user: User) -> QuerySet[Comment]:
    theirs = Q(author=user.pk) | visible_q(user, "entry__record__", verb="delete")
    return (
        Comment.objects.unguarded(reason=THROWN)
        .filter(entry_q(user, "entry__") & theirs, entry__trashed_at=None, trashed_at__isnull=False)
        .select_related("entry__record", "trashed_by")
    )


def _page(rows: QuerySet[Any], what: str, before: Cursor | None, limit: int) -> Iterable[Any]:
    """The newest rows behind `before`. Numbers of three tables share one order, by turns."""
    if before is not None:
        last = (before.id - WHATS.index(what) - 1) // len(WHATS)
        at = before.happened_at
        rows = rows.filter(Q(trashed_at__lt=at) | Q(trashed_at=at, pk__lte=last))
    return rows.order_by("-trashed_at", "-pk")[: limit + 1]


def _record(record: Record) -> Thrown:
    assert record.trashed_at is not None
    label = kind_named(record.kind).label
    return Thrown(
        "record",
        record.pk,
        record.kind,
        label,
        record.title,
        None,
        record.trashed_by,
        record.trashed_at,
    )


def _entry(entry: Entry) -> Thrown:
    assert entry.trashed_at is not None
    return Thrown(
        "entry",
        entry.pk,
        entry.record.kind,
        shown_type(entry.type).label,
        preview(entry.body)[:LONGEST_SHOWN],
        _home(entry.record),
        entry.trashed_by,
        entry.trashed_at,
    )


def _comment(comment: Comment) -> Thrown:
    assert comment.trashed_at is not None
    record = comment.entry.record
    return Thrown(
        "comment",
        comment.pk,
        record.kind,
        "",
        preview(comment.body)[:LONGEST_SHOWN],
        _home(record),
        comment.trashed_by,
        comment.trashed_at,
    )


def _home(record: Record) -> Link:
    return Link(record.pk, record.kind, record.title, kind_named(record.kind).url_of(record.pk))
