"""What an administrator does about jobs that were given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tablica.shared.jobs.models import Job

AGAIN: dict[str, Any] = {
    "state": Job.State.READY,
    "attempts": 0,
    "run_after": None,
    "finished_at": None,
}
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Retried:
    """How many jobs run again, and how many were dropped as the same work was asked for anew."""

    again: int = 0
    dropped: int = 0

    def __add__(self, other: Retried) -> Retried:
        return Retried(self.again + other.again, self.dropped + other.dropped)


@transaction.atomic
def retry_job(number: int) -> Retried:
    """Let a failed job run again, with all its attempts; neither counts when there is none.

    When the same work was asked for anew and waits, this one is dropped: it would be done twice.
    """
    failed = Job.objects.filter(pk=number, state=Job.State.FAILED)
    try:
        with transaction.atomic():
            return Retried(again=failed.update(**AGAIN))
    except IntegrityError:  # `job_once_while_unfinished`: whoever looks first may look too early
        return Retried(dropped=failed.update(state=Job.State.DROPPED))


def retry_failed(task: str) -> Retried:
    """Let every failed job of a task run again. Some hundred in each transaction."""
    failed = Job.objects.filter(task=task, state=Job.State.FAILED).order_by("-pk")
    count = Retried()
    last = None
    while numbers := list(_before(failed, last).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            alone = failed.filter(pk__in=numbers, unique_key=None)
            count += Retried(again=alone.update(**AGAIN))
            for number in failed.filter(pk__in=numbers).values_list("pk", flat=True):
                count += retry_job(number)
        last = numbers[-1]
    return count


def _before(failed: QuerySet[Job], number: int | None) -> QuerySet[Job]:
    return failed if number is None else failed.filter(pk__lt=number)


def drop_job(number: int) -> bool:
    """Put a failed job aside: it is counted no more, and goes after 30 days."""
    failed = Job.objects.filter(pk=number, state=Job.State.FAILED)
    return bool(failed.update(state=Job.State.DROPPED))


def undrop_job(number: int) -> bool:
    """Count a job that was put aside among the failed again."""
    dropped = Job.objects.filter(pk=number, state=Job.State.DROPPED)
    return bool(dropped.update(state=Job.State.FAILED))
