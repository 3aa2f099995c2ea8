"""Reading one's notices: grouped by wall, under today's rights."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from tablica.accounts.models import User
from tablica.notices.models import Notice
from tablica.records.kinds import kind_named
from tablica.records.showing import Link
from tablica.shared import markdown
from tablica.shared.paging import Cursor
from tablica.wall.types import EntryType, shown_type

PAGE = 50
MOST_COUNTED = 100
SNIPPET = 160
SHOWN = ("all", "unread", "mentions")


@dataclass(frozen=True)
class NoticeRow:
    """A notice as it is read: what happened, and the beginning of what was written."""

    notice: Notice
    type: EntryType
    snippet: str

    @property
    def url(self) -> str:
        """Where it leads: the entry at its place, or the comment on it."""
        place = f"/e/{self.notice.entry_id}"
        return f"{place}?comment={self.notice.comment_id}" if self.notice.comment_id else place


@dataclass
class Group:
    """The notices of one wall, the newest first."""

    wall: Link
    rows: list[NoticeRow] = field(default_factory=list)

    @property
    def unread(self) -> int:
        """How many of those here are not read yet."""
        return sum(row.notice.read_at is None for row in self.rows)


@dataclass(frozen=True)
class NoticePage:
    """Some of one's notices by wall; `next` is where the following ones begin."""

    groups: list[Group]
    next: Cursor | None


def notices_of(
    user: User, *, show: str = "all", before: Cursor | None = None, limit: int = PAGE
) -> NoticePage:
    """The latest notices of `user`, all, `unread` or `mentions`: those of one wall together."""
    wanted = _wanted(user, show).select_related("entry__record", "comment", "by")
    if before is not None:
        wanted = wanted.filter(
            Q(at__lt=before.happened_at) | Q(pk__lt=before.id), at__lte=before.happened_at
        )
    found = list(wanted.order_by("-at", "-pk")[: limit + 1])
    groups: dict[int, Group] = {}
    for notice in found[:limit]:
        record = notice.entry.record
        url = kind_named(record.kind).url_of(record.pk)
        wall = Link(record.pk, record.kind, record.title, url)
        groups.setdefault(record.pk, Group(wall)).rows.append(_row(notice))
    last = found[limit - 1] if len(found) > limit else None
    return NoticePage(list(groups.values()), Cursor(last.at, last.pk) if last else None)


def unread_count(user: User) -> int:
    """How many notices of `user` are not read yet; counted up to `MOST_COUNTED`."""
    return len(_wanted(user, "unread").order_by().values_list("pk")[:MOST_COUNTED])


def _wanted(user: User, show: str) -> QuerySet[Notice]:
    wanted = Notice.objects.visible_to(user)
    if show == "unread":
        return wanted.filter(read_at=None)
    if show == "mentions":
        return wanted.filter(reason=Notice.Reason.MENTION)
    return wanted


def _row(notice: Notice) -> NoticeRow:
    kind = shown_type(notice.entry.type)
    body = notice.comment.body if notice.comment else notice.entry.body
    return NoticeRow(notice, kind, " ".join(markdown.preview(body).split())[:SNIPPET])
