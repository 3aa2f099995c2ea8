"""What an administrator does about jobs that were given up."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tablica.shared.jobs import queries
from tablica.shared.jobs.models import Job

AGAIN: dict[str, Any] = {
    "state": Job.State.READY,
    "attempts": 0,
    "run_after": None,
    "finished_at": None,
}
AT_ONCE = 500


@transaction.atomic
def retry_job(number: int) -> bool:
    """Let a failed job run again, with all its attempts; False when there is none.

    When the same work was asked for anew and waits, this one is dropped: it would be done twice.
    """
    job = Job.objects.select_for_update().filter(pk=number, state=Job.State.FAILED).first()
    if job is None:
        return False
    twin = queries.unfinished().filter(unique_key=job.unique_key) if job.unique_key else None
    values = {"state": Job.State.DROPPED} if twin is not None and twin.exists() else AGAIN
    Job.objects.filter(pk=job.pk).update(**values)
    return True


def retry_failed(task: str) -> int:
    """Let every failed job of a task run again; how many. Some hundred in each transaction."""
    failed = Job.objects.filter(task=task, state=Job.State.FAILED).order_by("-pk")
    count = 0
    last = None
    while numbers := list(_before(failed, last).values_list("pk", flat=True)[:AT_ONCE]):
        with transaction.atomic():
            alone = failed.filter(pk__in=numbers, unique_key=None)
            count += alone.update(**AGAIN)
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
