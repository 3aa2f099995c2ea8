"""django-tasks over our own table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus

from tablica.shared.jobs import commands
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.tasks import JobTask

T = TypeVar("T")


class DatabaseBackend(BaseTaskBackend):
    """Keeps jobs in the database of the application, in the transaction of the caller.

    Results are not kept: a job's outcome is what its command wrote.
    """

    task_class = JobTask
    supports_defer = True
    supports_priority = True

    def enqueue(
        self, task: Task[..., T], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> TaskResult[T]:
        """Keep the job. It starts after the caller's commit, or never if that is rolled back."""
        self.validate_task(task)
        return result_of(commands.add_job(task, args, kwargs), task)


def result_of(job: Job, task: Task[..., T]) -> TaskResult[T]:
    """The job as django-tasks shows it: to the caller of enqueue, and to the task as context."""
    return TaskResult(
        task=task,
        id=str(job.pk),
        status=TaskResultStatus(job.state.upper()),
        enqueued_at=job.created_at,
        started_at=None,
        finished_at=None,
        last_attempted_at=None,
        args=job.args,
        kwargs=job.kwargs,
        backend=task.backend,
        errors=[],
        worker_ids=[job.worker] * job.attempts,
    )
