"""Reading notices, keeping them for later, and forgetting the old."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import timezone

from tablica.accounts.models import User
from tablica.notices.models import Notice
from tablica.notices.signals import say_changed

KEPT = timedelta(days=90)


@transaction.atomic
def mark_read(
    user: User,
    *,
    notices: Iterable[int] | None = None,
    entry: int | None = None,
    record: int | None = None,
    now: datetime | None = None,
) -> int:
    """Mark notices of `user` as read; how many were not yet.

    All that are up, or only these, those of one discussion (`entry`), of one wall (`record`).
    """
    at = now or timezone.now()
    mine = Notice.objects.visible_to(user).up(timezone.now()).filter(read_at=None)
    if notices is not None:
        mine = mine.filter(pk__in=list(notices))
    if entry is not None:
        mine = mine.filter(entry=entry)
    if record is not None:
        mine = mine.filter(entry__record=record)
    return change_mine(user, mine, read_at=at)


@transaction.atomic
def mark_seen(user: User, *, entries: Iterable[int] = (), comments: Iterable[int] = ()) -> int:
    """Mark what `user` is told of these entries and comments as read; how many were not yet.

    The comments on an entry are seen only when they are named themselves. Numbers of what is not
    there, or not for `user`, count for nothing.
    """
    seen = Q(comment=None, entry__in=list(entries)) | Q(comment__in=list(comments))
    now = timezone.now()
    mine = Notice.objects.visible_to(user).up(now).filter(seen, read_at=None)
    return change_mine(user, mine, read_at=now)


@transaction.atomic
def mark_unread(user: User, notice_id: int) -> int:
    """Keep a notice for later."""
    mine = Notice.objects.visible_to(user).filter(pk=notice_id).exclude(read_at=None)
    return change_mine(user, mine, read_at=None)


def change_mine(user: User, mine: QuerySet[Notice], **values: datetime | Combinable | None) -> int:
    """Set values of notices that the caller has filtered as those of `user`; how many they were."""
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
