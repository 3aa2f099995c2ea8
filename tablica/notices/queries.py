"""Reading one's notices: grouped by wall and discussion, under today's rights."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils import timezone

from tablica.accounts.models import User
from tablica.notices.models import Notice
from tablica.records.kinds import kind_named
from tablica.records.showing import Link
from tablica.shared import markdown
from tablica.shared.paging import Cursor
from tablica.wall.mentions import kept_together
from tablica.wall.models import Comment, Entry, Follow, Mute, Reaction
from tablica.wall.queries.cards import Cards, cards_in
from tablica.wall.types import EntryType
from tablica.wall.visibility import type_of

PAGE = 50
MOST_COUNTED = 100
MOST_NAMED = 3
SNIPPET = 160
SHOWN = ("all", "unread", "mentions", "snoozed")


@dataclass(frozen=True)
class NoticeRow:
    """A notice as it is read: what happened, and the beginning of what was written.

    `likers` are the names of those who like it, the latest first, when it tells of likes.
    """

    notice: Notice
    type: EntryType
    snippet: str
    likers: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Where it leads: the entry at its place, or the comment on it."""
        place = f"/e/{self.notice.entry_id}"
        return f"{place}?comment={self.notice.comment_id}" if self.notice.comment_id else place

    @property
    def is_comment(self) -> bool:
        """Whether it tells of a comment, not of the entry or of likes."""
        return self.notice.comment_id is not None and not self.is_like

    @property
    def is_like(self) -> bool:
        """Whether it tells that others like something."""
        return self.notice.reason == Notice.Reason.LIKE

    @property
    def id(self) -> str:
        """Its number as an address has it: never with the digits of a language."""
        return str(self.notice.pk)


@dataclass
class Talk:
    """The notices of one discussion: of an entry, and of the comments on it."""

    entry: Entry
    about: str
    rows: list[NoticeRow] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The number of the entry as an address has it: never with the digits of a language."""
        return str(self.entry.pk)

    @property
    def unread(self) -> int:
        """How many of those here are not read yet."""
        return sum(row.notice.read_at is None for row in self.rows)

    @property
    def comments(self) -> list[NoticeRow]:
        """Those of comments: of the ones not read yet, when there are any."""
        found = [row for row in self.rows if row.is_comment]
        return [row for row in found if row.notice.read_at is None] or found

    @property
    def is_folded(self) -> bool:
        """Whether it is told in one line that opens: when there is more than one comment."""
        return sum(row.is_comment for row in self.rows) > 1

    @property
    def names(self) -> list[str]:
        """Who wrote those comments, the latest first."""
        by = [row.notice.by.name for row in self.comments if row.notice.by]
        return list(dict.fromkeys(by))[:MOST_NAMED]

    @property
    def unnamed(self) -> int:
        """How many more people wrote them."""
        return len({row.notice.by_id for row in self.comments}) - len(self.names)


@dataclass
class Group:
    """The notices of one wall, the discussion with the latest news first."""

    wall: Link
    talks: list[Talk] = field(default_factory=list)

    @property
    def rows(self) -> list[NoticeRow]:
        """All of them, the newest first."""
        rows = [row for talk in self.talks for row in talk.rows]
        return sorted(rows, key=lambda row: (row.notice.up_at, row.notice.pk), reverse=True)

    @property
    def unread(self) -> int:
        """How many of those here are not read yet."""
        return sum(talk.unread for talk in self.talks)

    @property
    def id(self) -> str:
        """The number of the wall as an address has it: never with the digits of a language."""
        return str(self.wall.id)


@dataclass(frozen=True)
class NoticePage:
    """Some of one's notices by wall; `next` is where the following ones begin."""

    groups: list[Group]
    next: Cursor | None


def notices_of(
    user: User, *, show: str = "all", before: Cursor | None = None, limit: int = PAGE
) -> NoticePage:
    """The latest notices of `user`, all, `unread` or `mentions`: those of one wall together.

    Those put off (`snoozed`) are found only by that name, the next to come up first.
    """
    wanted = _wanted(user, show).select_related("entry__record", "comment", "by")
    ahead = show == "snoozed"
    if before is not None:
        side, at = ("gt", "gte") if ahead else ("lt", "lte")
        further = Q((f"up_at__{side}", before.happened_at)) | Q((f"pk__{side}", before.id))
        wanted = wanted.filter(further, (f"up_at__{at}", before.happened_at))
    order = ("up_at", "pk") if ahead else ("-up_at", "-pk")
    found = list(wanted.order_by(*order)[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return NoticePage(_grouped(user, found[:limit]), Cursor(last.up_at, last.pk) if last else None)


def _grouped(user: User, notices: list[Notice]) -> list[Group]:
    cards = cards_in(user, (body for n in notices for body in (_body(n), n.entry.body)))
    groups: dict[int, Group] = {}
    talks: dict[int, Talk] = {}
    likers = _likers([n for n in notices if n.reason == Notice.Reason.LIKE])
    for notice in notices:
        entry, record = notice.entry, notice.entry.record
        if record.pk not in groups:
            url = kind_named(record.kind).url_of(record.pk)
            groups[record.pk] = Group(Link(record.pk, record.kind, record.title, url))
        if entry.pk not in talks:
            talks[entry.pk] = Talk(entry, _beginning(entry, cards))
            groups[record.pk].talks.append(talks[entry.pk])
        talks[entry.pk].rows.append(_row(user, notice, likers, cards))
    return list(groups.values())


def unread_count(user: User) -> int:
    """How many notices of `user` are not read yet; counted up to `MOST_COUNTED`."""
    return len(_wanted(user, "unread").order_by().values_list("pk")[:MOST_COUNTED])


def _wanted(user: User, show: str) -> QuerySet[Notice]:
    now = timezone.now()
    mine = Notice.objects.visible_to(user)
    if show == "snoozed":
        return mine.filter(up_at__gt=now)
    if show == "unread":
        return mine.up(now).filter(read_at=None)
    if show == "mentions":
        return mine.up(now).filter(reason=Notice.Reason.MENTION)
    return mine.up(now)


@dataclass(frozen=True)
class Hushed:
    """What of the place a notice leads to its reader does not want to hear."""

    talk: bool
    wall: bool


def hushed(user: User, notice: Notice) -> Hushed:
    """Whether `user` muted the discussion, and the wall, of this notice."""
    record = notice.entry.record_id
    return Hushed(
        Mute.objects.filter(user=user, entry=notice.entry_id).exists(),
        Follow.objects.filter(user=user, record=record, mode=Follow.Mode.MUTED).exists(),
    )


Liked = tuple[int | None, int | None]


def _likers(notices: list[Notice]) -> dict[Liked, dict[int, str]]:
    """Who likes what these tell of, but for who is told; by entry or comment, in one query."""
    found: dict[Liked, dict[int, str]] = {}
    if not notices:
        return found
    entries = [n.entry_id for n in notices if n.comment_id is None]
    comments = [n.comment_id for n in notices if n.comment_id is not None]
    likes = Reaction.objects.filter(Q(entry__in=entries) | Q(comment__in=comments))
    likes = likes.exclude(user=notices[0].user_id).order_by("-at", "-pk")
    for entry, comment, user, name in likes.values_list(
        "entry_id", "comment_id", "user_id", "user__name"
    ):
        found.setdefault((entry, comment), {}).setdefault(user, name)
    return found


def _row(
    user: User, notice: Notice, likers: dict[Liked, dict[int, str]], cards: Cards
) -> NoticeRow:
    kind = type_of(user, notice.entry)
    names: tuple[str, ...] = ()
    if notice.reason == Notice.Reason.LIKE:
        of = (None, notice.comment_id) if notice.comment_id else (notice.entry_id, None)
        names = tuple(likers.get(of, {}).values())
    return NoticeRow(notice, kind, _beginning(notice.comment or notice.entry, cards), names)


def _body(notice: Notice) -> str:
    return notice.comment.body if notice.comment else notice.entry.body


def _beginning(of: Entry | Comment, cards: Cards) -> str:
    text = " ".join(cards.text(markdown.preview(of.body)).split())[:SNIPPET]
    return kept_together(text, of.html)
