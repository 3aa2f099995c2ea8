"""One run of one job, from taken to set down."""

from __future__ import annotations

import logging
from typing import Any

from django.db import transaction
from django_tasks.base import TaskContext

from tablica.shared.jobs.backend import result_of
from tablica.shared.jobs.commands import LeaseLost, fail_attempt, finish_job
from tablica.shared.jobs.heartbeat import set_running
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.tasks import JobTask, task_at

log = logging.getLogger("tablica.jobs")


def perform(job: Job) -> BaseException | None:
    """Run a taken job and record how it ended; the error, if there was one.

    When the lease was lost meanwhile, nothing is recorded, and an atomic job leaves no change.
    """
    try:
        try:
            task = task_at(job.task)
            if task.atomic:
                with transaction.atomic():
                    _call(task, job)
                    finish_job(job)
            else:
                _call(task, job)
                finish_job(job)
        except LeaseLost:
            raise
        except BaseException as error:  # a task that calls sys.exit() must not end the worker
            log.warning("Job %s failed at attempt %s", job, job.attempts, exc_info=error)
            fail_attempt(job, error)
            return error
    except LeaseLost as lost:
        log.warning("Job %s lost its lease; another worker has it", job)
        return lost
    return None


def _call(task: JobTask[..., Any], job: Job) -> None:
    set_running(job)
    try:
        if task.takes_context:
            task.call(TaskContext(task_result=result_of(job, task)), *job.args, **job.kwargs)
        else:
            task.call(*job.args, **job.kwargs)
    finally:
        set_running(None)
