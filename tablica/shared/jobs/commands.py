"""Everything that changes a job.

Each change of a running job names the lease token it was taken with. A worker that slept through
its lease holds an old token: its change finds no row, raises `LeaseLost` and is rolled back.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Any, ParamSpec, TypeVar, cast

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django_tasks.base import Task
from django_tasks.utils import normalize_json

from tablica.shared.jobs import queries
from tablica.shared.jobs.blame import DIED
from tablica.shared.jobs.models import Job, RegularRun
from tablica.shared.jobs.tasks import JobTask

P = ParamSpec("P")
T = TypeVar("T")

LEASE = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
DONE_KEPT = timedelta(days=7)
FAILED_KEPT = timedelta(days=30)
DUE_TIMES_KEPT = timedelta(days=35)
PURGED_AT_ONCE = 2_000
ERROR_LENGTH = 8_000


class LeaseLost(Exception):
    """Another worker has the job by now; nothing of this run may be kept."""


def add_job(
    task: Task[..., Any],
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    *,
    unique_key: str | None = None,
) -> Job:
    """Keep one call of a task, ready to run. Raises TypeError when the arguments are not JSON."""
    return Job.objects.create(
        task=task.module_path,
        args=normalize_json(args),
        kwargs=normalize_json(kwargs),
        queue=task.queue_name,
        priority=task.priority,
        run_after=task.run_after,
        max_attempts=cast(JobTask[..., Any], task).max_attempts,
        unique_key=unique_key,
    )


def enqueue_once(unique_key: str, task: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Enqueue, unless this work is already waiting; True when a job was added.

    The key names the work, the arguments follow from it. When it is running just now, it has
    perhaps already read what the caller is changing: it will run once more after its end, not
    before the task's `run_after`. One that waits already keeps its own time.
    """
    task.get_backend().validate_task(task)
    with transaction.atomic():
        while True:
            # The lock holds a waiting twin back until our change can be seen by it.
            twin = queries.unfinished().filter(unique_key=unique_key).select_for_update().first()
            if twin is not None:
                if twin.state == Job.State.RUNNING:
                    Job.objects.filter(pk=twin.pk).update(
                        again=True, run_after=_when_again(twin, task.run_after)
                    )
                return False
            try:
                with transaction.atomic():
                    add_job(task, args, kwargs, unique_key=unique_key)
                return True
            except IntegrityError:
                continue  # a twin was added meanwhile


def _when_again(running: Job, at: datetime | None) -> datetime | None:
    """When a running job runs again that is wanted then: the earliest of all who asked."""
    if not running.again:
        return at
    return min(at, running.run_after) if at and running.run_after else None


def take_job(worker: str, *, lease: timedelta = LEASE) -> Job | None:
    """Take the next job: highest priority first, then the oldest. None when there is none."""
    now = timezone.now()
    due = queries.due(now).order_by("-priority", "id")
    if not due.exists():
        return None  # an idle worker takes no write lock
    with transaction.atomic():
        job = due.select_for_update(skip_locked=True).first()
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.attempts += 1
        job.worker = worker
        job.lease_token = uuid.uuid4()
        job.lease_until = now + lease
        job.started_at, job.progress = now, None
        job.save(
            update_fields=[
                "state",
                "attempts",
                "worker",
                "lease_token",
                "lease_until",
                "started_at",
                "progress",
            ]
        )
    return job


def extend_lease(job: Job, *, lease: timedelta = LEASE) -> None:
    """Say that the worker is alive. Raises LeaseLost."""
    if not _held(job).update(lease_until=timezone.now() + lease):
        raise LeaseLost(str(job))


def finish_job(job: Job) -> None:
    """Record the success, in the transaction of the job's own changes. Raises LeaseLost."""
    with transaction.atomic():
        stored = _locked(job)
        if stored.again:
            _set_down(job, state=Job.State.READY, attempts=0, again=False, last_error="")
        else:
            _set_down(job, state=Job.State.DONE, finished_at=timezone.now(), last_error="")


def fail_attempt(job: Job, error: BaseException) -> None:
    """Try again later, or give up for good after the last attempt. Raises LeaseLost."""
    text = "".join(format_exception(error))[-ERROR_LENGTH:]
    text = text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
    with transaction.atomic():
        stored = _locked(job)
        now = timezone.now()
        if stored.attempts < stored.max_attempts:
            later = now + pause_after(stored.attempts)
            _set_down(job, state=Job.State.READY, run_after=later, last_error=text)
        elif stored.again:
            _set_down(job, state=Job.State.READY, attempts=0, again=False, last_error=text)
        else:
            _set_down(job, state=Job.State.FAILED, finished_at=now, last_error=text)


def give_back(job: Job) -> None:
    """Hand back a job that a stopping worker could not end; the attempt does not count."""
    with transaction.atomic():
        stored = _locked(job)
        _set_down(job, state=Job.State.READY, attempts=stored.attempts - 1)


def release_expired() -> int:
    """Make the jobs of dead workers ready again; how many.

    One that has used its last attempt fails instead: perhaps it is what kills the workers.
    """
    now = timezone.now()
    expired = queries.expired(now)
    if not expired.exists():
        return 0
    down: dict[str, Any] = {"lease_token": None, "lease_until": None}
    with transaction.atomic():
        given_up = expired.filter(attempts__gte=F("max_attempts"), again=False).update(
            state=Job.State.FAILED,
            finished_at=now,
            last_error=DIED,
            **down,
        )
        return given_up + expired.update(state=Job.State.READY, **down)


def bring_back(now: datetime) -> int:
    """Let jobs that wait for a next try do so, when the clock was ahead as it was set; how many.

    A pause is never longer than `LONGEST_PAUSE` and its spread: what waits longer waits for a time
    that was wrong. Jobs that were never tried may wait for as long as they were told to.
    """
    wrong = Job.objects.filter(
        state=Job.State.READY, attempts__gt=0, run_after__gt=now + 2 * LONGEST_PAUSE
    )
    return wrong.update(run_after=None) if wrong.exists() else 0


def pause_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts: 5 s, doubled each time, at most 1 h, ± 50 %.

    The spread keeps jobs that failed together from coming back together.
    """
    doubled: int = 2 ** min(attempts - 1, 20)
    pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    return pause * random.uniform(0.5, 1.5)  # noqa: S311 - no secret


def purge(now: datetime) -> int:
    """Delete jobs done 7 days ago, failed 30 days ago, and old due times; how many jobs.

    The newest due time of each regular job stays, else it would be enqueued again.
    """
    old = Job.objects.filter(
        Q(state=Job.State.DONE, finished_at__lt=now - DONE_KEPT)
        | Q(state__in=[Job.State.FAILED, Job.State.DROPPED], finished_at__lt=now - FAILED_KEPT)
    )
    newer = RegularRun.objects.filter(
        name=OuterRef("name"), due_at__gt=OuterRef("due_at"), due_at__lte=now
    )
    purge_in_batches(RegularRun.objects.filter(Exists(newer), due_at__lt=now - DUE_TIMES_KEPT))
    return purge_in_batches(old)


def purge_in_batches(rows: models.QuerySet[Any]) -> int:
    """Delete rows a few thousand at a time, so that no long lock is held; how many."""
    purged = 0
    while ids := list(rows.values_list("pk", flat=True)[:PURGED_AT_ONCE]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        purged += len(ids)
    return purged


def _held(job: Job) -> models.QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, lease_token=job.lease_token)


def _locked(job: Job) -> Job:
    """The stored row, locked until the end of the transaction. Raises LeaseLost."""
    stored = _held(job).select_for_update().first()
    if stored is None:
        raise LeaseLost(str(job))
    return stored


def _set_down(job: Job, **changes: Any) -> None:
    _held(job).update(lease_token=None, lease_until=None, **changes)
