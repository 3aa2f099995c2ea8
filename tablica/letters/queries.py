"""Reading what is to be mailed: somebody's notices, under their rights of this moment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet

from tablica.accounts.models import User
from tablica.letters.models import Answer, Choice
from tablica.letters.rules import often_by_reason
from tablica.notices.models import Notice
from tablica.records.kinds import kind_named
from tablica.records.showing import Link
from tablica.wall.models import Entry
from tablica.wall.queries.rows import EntryRow, rows_of

SHOWN = 50


@dataclass(frozen=True)
class News:
    """One notice of a letter, with the entry as its reader sees it."""

    notice: Notice
    row: EntryRow


@dataclass
class Discussion:
    """The news of one entry and its comments, the oldest first."""

    entry: Entry
    row: EntryRow
    news: list[News] = field(default_factory=list)


@dataclass
class Wall:
    """The discussions of one wall."""

    link: Link
    discussions: list[Discussion] = field(default_factory=list)


def choices_of(user: User) -> dict[str, str]:
    """For each reason, how often `user` gets letters."""
    return often_by_reason(Choice.objects.filter(user=user))


def choices_of_many(users: Iterable[int]) -> dict[int, dict[str, str]]:
    """The same for many people, in one query; only those who chose anything are in it."""
    found: dict[int, list[Choice]] = {}
    for choice in Choice.objects.filter(user__in=list(users)):
        found.setdefault(choice.user_id, []).append(choice)
    return {user: often_by_reason(chosen) for user, chosen in found.items()}


def not_mailed(
    user: User, often: str, *, since: datetime, until: datetime, limit: int
) -> list[Notice]:
    """The notices of `user` that came up between these times and belong into letters `often`.

    Only those not read yet, in no letter yet, and of what they may read now; the oldest first. What
    came before they chose so is not among them.
    """
    chosen = list(Choice.objects.filter(user=user))
    reasons = {reason for reason, when in often_by_reason(chosen).items() if when == often}
    chosen_at = {choice.reason: choice.changed_at for choice in chosen}
    too_old = Q()
    for reason in reasons & chosen_at.keys():
        too_old |= Q(reason=reason, up_at__lt=chosen_at[reason])
    found = (
        _unread(Notice.objects.visible_to(user))
        .filter(reason__in=reasons, up_at__gt=since, up_at__lte=until)
        .exclude(too_old)
        .select_related("entry__record", "entry__author", "comment__author", "by")
    )
    return list(found.order_by("up_at", "pk")[:limit])


def _unread(notices: QuerySet[Notice]) -> QuerySet[Notice]:
    return notices.filter(read_at=None, mailed=None)


def discussions_of(user: User, notices: Iterable[Notice]) -> list[Discussion]:
    """These notices (already the reader's) by entry, without those that tell them nothing."""
    found: dict[int, Discussion] = {}
    some = list(notices)
    entries = {notice.entry_id: notice.entry for notice in some}
    rows = {row.entry.pk: row for row in rows_of(user, list(entries.values()))}
    for notice in some:
        row = rows.get(notice.entry_id)
        if row is not None:
            talk = found.setdefault(notice.entry_id, Discussion(row.entry, row))
            talk.news.append(News(notice, row))
    return list(found.values())


def by_wall(discussions: Iterable[Discussion]) -> list[Wall]:
    """The discussions of each wall together, the walls in order of their first news."""
    walls: dict[int, Wall] = {}
    for discussion in discussions:
        record = discussion.entry.record
        url = kind_named(record.kind).url_of(record.pk)
        wall = walls.setdefault(record.pk, Wall(Link(record.pk, record.kind, record.title, url)))
        wall.discussions.append(discussion)
    return list(walls.values())


def answers_aside() -> list[Answer]:
    """The newest answers that became no comment, for administrators: whose, when, and why."""
    aside = Answer.objects.filter(state=Answer.State.ASIDE).select_related("user")
    return list(aside.order_by("-came_at", "-pk")[:SHOWN])
