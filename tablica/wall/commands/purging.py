"""Removing for good what nobody took out of the trash, and bytes that nothing names."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tablica.records.commands import purge_records
from tablica.records.models import Record
from tablica.wall.commands.files import store
from tablica.wall.models import Comment, Draft, Entry, File
from tablica.wall.queries.trash import KEPT

OLD = "older than the trash keeps; whoever could see it had 30 days"
AT_ONCE = 100
LOOSE_KEPT = timedelta(days=1)
BLOBS_KEPT = timedelta(days=1)


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


def purge_loose_files(now: datetime) -> int:
    """Remove files that came more than a day before `now` and hang on no entry; how many.

    One that is being attached meanwhile stays, and one that waits with a draft. Their bytes go with
    `sweep_blobs`.
    """
    loose = File.objects.unguarded(reason="nobody attached them within a day")
    drafts = Draft.objects.unguarded(reason="files wait with them").open()
    old = loose.filter(entry=None, created_at__lt=now - LOOSE_KEPT)
    return _purge(old.exclude(draft__in=drafts))


def sweep_blobs(*, older_than: timedelta = BLOBS_KEPT) -> int:
    """Remove bytes that no file names and that were stored more than a day ago; how many.

    Storing the same bytes again makes them young again, so that a file just being added is safe.
    """
    kept, swept = store(), 0
    kept.sweep()
    for some in _batches(kept, AT_ONCE):
        named = set(
            File.objects.unguarded(reason="every name of the bytes counts")
            .filter(sha256__in=some)
            .values_list("sha256", flat=True)
        )
        for sha256 in some:
            if sha256 not in named:
                swept += kept.remove(sha256, older_than=older_than.total_seconds())
    return swept


def _batches(names: Iterable[str], size: int) -> Iterable[list[str]]:
    rest = iter(names)
    while some := list(islice(rest, size)):
        yield some
