"""Workers that say that they are alive, and jobs that say how far they have come."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta

from django.utils import timezone

from tablica.shared.jobs.models import Job, Worker

ALIVE = timedelta(seconds=60)
"""Whoever was not heard of for so long is dead, or has no database."""

_running: ContextVar[Job | None] = ContextVar("running", default=None)


def beat(name: str, *, threads: int, since: datetime) -> None:
    """Say that this worker is alive, and forget those that were not heard of for a day."""
    now = timezone.now()
    values = {"threads": threads, "started_at": since, "seen_at": now}
    Worker.objects.update_or_create(name=name, defaults=values)
    Worker.objects.filter(seen_at__lt=now - timedelta(days=1)).delete()


def leave(name: str) -> None:
    """Say that this worker stops."""
    Worker.objects.filter(name=name).delete()


def set_running(job: Job | None) -> None:
    """Remember which job this thread runs."""
    _running.set(job)


def report(done: int, of: int) -> None:
    """Say how far the job that runs here has come; nothing outside of jobs.

    Others see it at once only in a task with `atomic=False`.
    """
    job = _running.get()
    if job is not None and of > 0:
        percent = max(0, min(100, 100 * done // of))
        Job.objects.filter(pk=job.pk, lease_token=job.lease_token).update(progress=percent)
