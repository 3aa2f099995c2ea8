"""Keeping and forgetting submissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from tablica.shared.jobs.commands import purge_in_batches
from tablica.shared.once.models import Submission

KEPT = timedelta(hours=48)


def claim(user_id: int, key: str, digest: str) -> tuple[Submission, bool]:
    """The submission under this key, and whether it is ours to carry out.

    To be called in a transaction. While a twin is being carried out this waits for its end: for
    the unique index on PostgreSQL, on SQLite already for the beginning of the transaction.
    """
    return Submission.objects.get_or_create(user_id=user_id, key=key, defaults={"digest": digest})


def keep_answer(
    submission: Submission, *, status: int, headers: Mapping[str, str], body: bytes
) -> None:
    """Keep the answer for those who ask again."""
    submission.status = status
    submission.headers = dict(headers)
    submission.body = body
    submission.save(update_fields=["status", "headers", "body"])


def purge(now: datetime) -> int:
    """Forget what was sent more than 48 hours ago; how many submissions."""
    return purge_in_batches(Submission.objects.filter(created_at__lt=now - KEPT))
