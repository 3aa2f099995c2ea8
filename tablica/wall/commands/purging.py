"""Removing for good what nobody took out of the trash, and bytes that nothing names."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tablica.records.commands import purge_records
from tablica.records.models import Record
from tablica.wall.commands.files import store
from tablica.wall.models import Comment, Entry, File
from tablica.wall.queries.trash import KEPT

OLD = "older than the trash keeps; whoever could see it had 30 days"
AT_ONCE = 100
BLOBS_KEPT = timedelta(days=7)


def purge_trash(now: datetime) -> int:
    """Remove what was thrown away more than 30 days before `now`; how many things.

    A few at a time, each locked first, so that what is restored meanwhile stays.
    """
    old = now - KEPT
    comments = Comment.objects.unguarded(reason=OLD).filter(trashed_at__lt=old)
    entries = Entry.objects.unguarded(reason=OLD).filter(trashed_at__lt=old)
    records = Record.objects.unguarded(reason=OLD).filter(trashed_at__lt=old)
    return _purge(comments) + _purge(entries) + _purge(records)


def _purge(rows: QuerySet[Any]) -> int:
    purged = 0
    while found := _purge_some(rows):
        purged += found
    return purged


@transaction.atomic
def _purge_some(rows: QuerySet[Any]) -> int:
    numbers = list(rows.select_for_update().order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    if rows.model is Record:
        purge_records(numbers)
    else:
        rows.filter(pk__in=numbers).delete()
    return len(numbers)


def sweep_blobs(*, older_than: timedelta = BLOBS_KEPT) -> int:
    """Remove bytes that no file names and that were stored more than 7 days ago; how many.

    Storing the same bytes again makes them young again, so that a file just being added is safe.
    """
    kept, swept = store(), 0
    kept.sweep()
    named = File.objects.unguarded(reason="every name of the bytes counts")
    for sha256 in kept:
        path = kept.path(sha256)
        if path.stat().st_mtime > time.time() - older_than.total_seconds():
            continue
        if not named.filter(sha256=sha256).exists():
            path.unlink(missing_ok=True)
            swept += 1
    return swept
