"""Jobs, and the times at which regular jobs were due."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Job(models.Model):
    """One piece of work: a call of a task with its arguments.

    While it runs, `lease_token` is the secret of the one worker that may record its end; a worker
    that lost the lease holds an old token and is refused. All times are UTC.
    """

    class State(models.TextChoices):
        READY = "ready"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        DROPPED = "dropped"

    UNFINISHED: ClassVar = [State.READY, State.RUNNING]

    id = models.BigAutoField(primary_key=True)
    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    queue = models.CharField(max_length=32)
    priority = models.SmallIntegerField(default=0)
    run_after = models.DateTimeField(null=True)  # null = at once, whatever the clock says
    state = models.CharField(max_length=8, choices=State, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    last_error = models.TextField(blank=True)
    unique_key = models.CharField(max_length=200, null=True)
    again = models.BooleanField(default=False)  # asked for once more while it was running
    progress = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)  # of the last attempt
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=Q(state__in=["ready", "running"]),
                name="job_once_while_unfinished",
            ),
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="job_runs_under_a_lease",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-priority", "id"], condition=Q(state="ready"), name="job_ready"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
            models.Index(
                fields=["state", "finished_at"],
                condition=Q(finished_at__isnull=False),
                name="job_finished",
            ),
            models.Index(
                fields=["task", "-id"], condition=Q(state="failed"), name="job_failed_of_task"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task} ({self.state})"


class Worker(models.Model):
    """A worker process that was alive at `seen_at`; it says so every few seconds."""

    name = models.CharField(max_length=120, unique=True)
    threads = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class RegularRun(models.Model):
    """A due time of a regular job that has been seen to, so that no worker enqueues it again."""

    name = models.CharField(max_length=200)
    due_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "due_at"], name="regular_run_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.due_at:%Y-%m-%d %H:%M}"
