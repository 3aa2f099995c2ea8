"""What an administrator sees of the jobs: now, in the last day, what failed, what is regular."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from tablica.shared.jobs.blame import Trouble, trouble_of
from tablica.shared.jobs.chart import Column, columns
from tablica.shared.jobs.heartbeat import ALIVE
from tablica.shared.jobs.models import Job, RegularRun, Worker
from tablica.shared.jobs.regular import REGULAR
from tablica.shared.jobs.tasks import label_of

State = Job.State
HOURS = 24
HOUR = timedelta(hours=1)
PAGE = 50
RUNNING_SHOWN = 20
STATES = (State.FAILED, State.READY, State.RUNNING, State.DONE, State.DROPPED)


@dataclass(frozen=True, slots=True)
class JobRow:
    """One job in words. `due` is when it is tried next, when that is later than now."""

    job: Job
    label: str
    trouble: Trouble | None
    due: datetime | None

    @property
    def id(self) -> str:
        """Its number as an address has it: never with the digits of a language."""
        return str(self.job.pk)


@dataclass(frozen=True, slots=True)
class TaskCount:
    """How many jobs of a task stand in one way; `later` of the waiting ones wait for their time.

    `since` is when the oldest of them was asked for, `last` when the newest ended.
    """

    task: str
    label: str
    count: int
    later: int
    since: datetime
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Hour:
    """How many jobs ended in the hour from `at` on."""

    at: datetime
    done: int
    failed: int


@dataclass(frozen=True, slots=True)
class Now:
    """How the jobs stand at this moment."""

    workers: list[Worker]
    running: list[JobRow]
    waiting: list[TaskCount]
    failed: list[TaskCount]
    running_count: int
    hours: list[Hour]

    @property
    def waiting_count(self) -> int:
        """How many wait, those for a later time included."""
        return sum(one.count for one in self.waiting)

    @property
    def failed_count(self) -> int:
        """How many were given up and nobody has seen to."""
        return sum(one.count for one in self.failed)

    @property
    def columns(self) -> list[Column]:
        """The last hours as they are drawn."""
        return columns(self.hours)

    @property
    def done(self) -> int:
        """How many succeeded in the last hours."""
        return sum(hour.done for hour in self.hours)

    @property
    def gave_up(self) -> int:
        """How many failed in the last hours."""
        return sum(hour.failed for hour in self.hours)


@dataclass(frozen=True, slots=True)
class RegularRow:
    """A regular task: the last time it was seen to, and the next time it is due."""

    label: str
    cron: str
    last: datetime | None
    next: datetime


@dataclass(frozen=True, slots=True)
class JobPage:
    """Some jobs, the newest first; `next` is the number below which the following ones are."""

    rows: list[JobRow]
    next: int | None


def now_of_jobs() -> Now:
    """How it stands, in five queries however many jobs there are."""
    now = timezone.now()
    counts = _by_task(now)
    running = Job.objects.filter(state=State.RUNNING).order_by("started_at", "pk")
    return Now(
        workers=list(Worker.objects.filter(seen_at__gte=now - ALIVE).order_by("name")),
        running=[_row(job, now) for job in running[:RUNNING_SHOWN]],
        waiting=counts[State.READY],
        failed=counts[State.FAILED],
        running_count=sum(one.count for one in counts[State.RUNNING]),
        hours=_last_hours(now),
    )


def _by_task(now: datetime) -> dict[str, list[TaskCount]]:
    found: dict[str, list[TaskCount]] = {State.READY: [], State.RUNNING: [], State.FAILED: []}
    rows = (
        Job.objects.filter(state__in=list(found))
        .values("task", "state")
        .annotate(
            count=Count("pk"),
            later=Count("pk", filter=Q(run_after__gt=now)),
            since=Min("created_at"),
            last=Max("finished_at"),
        )
        .order_by("-count", "task")
    )
    for row in rows:
        task = row["task"]
        one = TaskCount(task, label_of(task), row["count"], row["later"], row["since"], row["last"])
        found[row["state"]].append(one)
    return found


def _last_hours(now: datetime) -> list[Hour]:
    """The last 24 hours of the reader's clock, the present one included."""
    end = timezone.localtime(now).replace(minute=0, second=0, microsecond=0) + HOUR
    begins = [end.astimezone(now.tzinfo) - HOUR * (HOURS - n) for n in range(HOURS)]
    counts: dict[str, Any] = {}
    for n, begin in enumerate(begins):
        within = Q(finished_at__gte=begin, finished_at__lt=begin + HOUR)
        counts[f"done_{n}"] = Count("pk", filter=within & Q(state=State.DONE))
        counts[f"failed_{n}"] = Count("pk", filter=within & ~Q(state=State.DONE))
    ended = Job.objects.filter(
        state__in=[State.DONE, State.FAILED, State.DROPPED], finished_at__gte=begins[0]
    ).aggregate(**counts)
    return [Hour(b, ended[f"done_{n}"], ended[f"failed_{n}"]) for n, b in enumerate(begins)]


def some_jobs(*, state: str, task: str = "", below: int | None = None) -> JobPage:
    """The newest jobs in one state, of one task or of all, numbered below `below`."""
    now = timezone.now()
    jobs = Job.objects.filter(state=state)
    if task:
        jobs = jobs.filter(task=task)
    if below is not None:
        jobs = jobs.filter(pk__lt=below)
    found = list(jobs.order_by("-pk")[: PAGE + 1])
    last = found[PAGE - 1].pk if len(found) > PAGE else None
    return JobPage([_row(job, now) for job in found[:PAGE]], last)


def _row(job: Job, now: datetime) -> JobRow:
    waits = job.state == State.READY and job.run_after is not None and job.run_after > now
    return JobRow(
        job, label_of(job.task), trouble_of(job.last_error), job.run_after if waits else None
    )


def regular_rows() -> list[RegularRow]:
    """The regular tasks, the next to be due first; in one query."""
    now = timezone.now()
    seen = dict(
        RegularRun.objects.filter(due_at__lte=now)
        .values_list("name")
        .annotate(last=Max("due_at"))
        .values_list("name", "last")
    )
    rows = [
        RegularRow(label_of(name), regular.cron, seen.get(name), regular.next_due(now))
        for name, regular in REGULAR.items()
    ]
    return sorted(rows, key=lambda row: (row.next, row.label))


def task_choices() -> list[tuple[str, str]]:
    """The tasks of which there are jobs, by what they are called."""
    paths = Job.objects.order_by().values_list("task", flat=True).distinct()
    return sorted(((path, label_of(path)) for path in paths), key=lambda one: one[1])
