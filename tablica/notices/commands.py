"""Giving notices, and reading them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from tablica.accounts.models import User
from tablica.notices.models import Notice
from tablica.notices.rules import reasons_of
from tablica.notices.signals import say_changed
from tablica.wall.mentions import mentioned_in
from tablica.wall.models import Comment, Entry, Follow, Placement
from tablica.wall.queries.rows import tells_something
from tablica.wall.types import shown_type

TOLD = "each reader is asked for below"
KEPT = timedelta(days=90)
TOGETHER = 200
"""People told in one transaction."""


def tell_of(
    entry_id: int, *, comment: int | None = None, by: int | None = None, edited: bool = False
) -> int:
    """Tell those who are to hear of an entry, or of a comment on it; how many were told.

    An edit is news only for whom it names. Told again, nobody gets a second notice: it may be cut
    off and repeated. Each batch of people is a transaction, so that thousands keep nobody waiting.
    """
    entry = (
        Entry.objects.unguarded(reason=TOLD)
        .select_related("record")
        .filter(pk=entry_id, trashed_at=None, record__trashed_at=None)
        .first()
    )
    answer = None
    if comment is not None:
        answer = Comment.objects.unguarded(reason=TOLD).filter(pk=comment, trashed_at=None).first()
    if entry is None or (comment is not None and answer is None):
        return 0
    reasons = _reasons(entry, answer, by)
    if edited:
        reasons = {user: why for user, why in reasons.items() if why == Notice.Reason.MENTION}
    told = set(_told(entry, answer, reasons))
    waiting = iter(sorted(reasons.keys() - told))
    at = answer.created_at if answer else entry.created_at
    count = 0
    while batch := list(islice(waiting, TOGETHER)):
        people = User.objects.select_related("role").filter(pk__in=batch, deactivated_at=None)
        fresh = [
            Notice(user=user, entry=entry, comment=answer, by_id=by, reason=reasons[user.pk], at=at)
            for user in people
            if _may_hear(user, entry)
        ]
        with transaction.atomic():
            Notice.objects.bulk_create(fresh, ignore_conflicts=True)
            say_changed(notice.user_id for notice in fresh)
        count += len(fresh)
    return count


def _reasons(entry: Entry, comment: Comment | None, by: int | None) -> dict[int, Notice.Reason]:
    walls = [
        entry.record_id,
        *Placement.objects.filter(entry=entry).values_list("record_id", flat=True),
    ]
    modes: dict[int, str] = {}
    for user, record, mode in Follow.objects.filter(record__in=walls).values_list(
        "user_id", "record_id", "mode"
    ):
        if user not in modes or record == entry.record_id:  # the home wall's word counts
            modes[user] = mode
    by_people = shown_type(entry.type).written
    written = comment is not None or by_people
    named = mentioned_in(comment.body if comment else entry.body) if written else None
    people = set(named.people) if named else set()
    if named and named.teams:
        people |= set(User.objects.filter(teams__in=named.teams).values_list("pk", flat=True))
    took_part: set[int] = set()
    if comment:
        others = Comment.objects.unguarded(reason=TOLD).filter(entry=entry, trashed_at=None)
        took_part = {pk for pk in others.values_list("author_id", flat=True) if pk}
    return reasons_of(
        written=written,
        author=entry.author_id if comment and by_people else None,
        mentioned=people,
        took_part=took_part,
        modes=modes,
        by=by,
    )


def _told(entry: Entry, comment: Comment | None, people: Iterable[int]) -> Iterable[int]:
    given = Notice.objects.unguarded(reason=TOLD).filter(entry=entry, comment=comment)
    return given.filter(user__in=list(people)).values_list("user_id", flat=True)


def _may_hear(user: User, entry: Entry) -> bool:
    found = Entry.objects.visible_to(user).select_related("record").filter(pk=entry.pk).first()
    return found is not None and tells_something(user, found)


@transaction.atomic
def mark_read(
    user: User, *, notices: Iterable[int] | None = None, now: datetime | None = None
) -> int:
    """Mark these notices of `user`, or all of them, as read; how many were not yet."""
    mine = Notice.objects.visible_to(user).filter(read_at=None)
    if notices is not None:
        mine = mine.filter(pk__in=list(notices))
    return _change(user, mine, read_at=now or timezone.now())


@transaction.atomic
def mark_unread(user: User, notice_id: int) -> int:
    """Keep a notice for later."""
    mine = Notice.objects.visible_to(user).filter(pk=notice_id).exclude(read_at=None)
    return _change(user, mine, read_at=None)


def _change(user: User, mine: QuerySet[Notice], **values: datetime | None) -> int:
    numbers = list(mine.values_list("pk", flat=True))
    found = Notice.objects.unguarded(reason="one's own, filtered by the caller")
    count = found.filter(pk__in=numbers).update(**values)
    if count:
        say_changed([user.pk])
    return count


def forget_read(before: datetime) -> int:
    """Remove the notices read before then; how many they were."""
    old = Notice.objects.unguarded(reason="nobody needs them any more").filter(read_at__lt=before)
    removed, _rows = old.delete()
    return removed
