"""Reads about jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from tablica.shared.jobs.models import Job


def unfinished() -> QuerySet[Job]:
    """Jobs that wait or run."""
    return Job.objects.filter(state__in=Job.UNFINISHED)


def due(now: datetime) -> QuerySet[Job]:
    """Jobs that may start now."""
    return Job.objects.filter(
        Q(run_after__isnull=True) | Q(run_after__lte=now), state=Job.State.READY
    )


def expired(now: datetime) -> QuerySet[Job]:
    """Jobs whose worker has not been heard of for the length of its lease."""
    return Job.objects.filter(state=Job.State.RUNNING, lease_until__lt=now)


@dataclass(frozen=True, slots=True)
class Failure:
    """A job that was given up."""

    id: int
    task: str
    finished_at: datetime | None
    error: str
    """The last line of the error."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How the jobs stand; `is_healthy` is what a doctor asks."""

    due: int
    later: int
    running: int
    failed: int
    abandoned: int
    """Running under a lease that ran out, and nobody took them over: no worker is alive."""
    longest_wait: timedelta
    """How long the oldest due job has been waiting."""
    failures: list[Failure]
    """The newest failures, at most ten."""

    @property
    def is_healthy(self) -> bool:
        """Nothing failed, nothing abandoned, nothing waits longer than five minutes."""
        return not (self.failed or self.abandoned or self.longest_wait > timedelta(minutes=5))


def overview() -> Overview:
    """Count the jobs by how they stand now."""
    now = timezone.now()
    waiting = due(now)
    failed = Job.objects.filter(state=Job.State.FAILED)
    oldest = waiting.aggregate(
        at_once=Min("created_at", filter=Q(run_after__isnull=True)), timed=Min("run_after")
    )
    waits = [now - since for since in oldest.values() if since is not None]
    counts = unfinished().aggregate(
        all=Count("pk"), running=Count("pk", filter=Q(state=Job.State.RUNNING))
    )
    due_count = waiting.count()
    return Overview(
        due=due_count,
        later=counts["all"] - counts["running"] - due_count,
        running=counts["running"],
        failed=failed.count(),
        abandoned=expired(now).count(),
        longest_wait=max([timedelta(0), *waits]),
        failures=[
            Failure(job.pk, job.task, job.finished_at, job.last_error.strip().rpartition("\n")[2])
            for job in failed.order_by("-finished_at")[:10]
        ],
    )
