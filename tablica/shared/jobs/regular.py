"""Regular jobs: `@every("0 3 * * *")` above a task, times in UTC.

UTC has no daylight saving, so that no due time is skipped or comes twice a year. Which due times
have been seen to is kept by their own moment, not as "the last one": a clock that jumps ahead and
is set back neither blocks nor repeats any of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from croniter import croniter
from django.db import IntegrityError, transaction
from django_tasks.base import Task

from tablica.shared.jobs.commands import add_job
from tablica.shared.jobs.models import RegularRun

AnyTask = TypeVar("AnyTask", bound=Task[..., Any])


@dataclass(frozen=True, slots=True)
class Regular:
    """A task without arguments and its times, a cron line of five fields in UTC."""

    cron: str
    task: Task[..., Any]

    def last_due(self, now: datetime) -> datetime:
        """The latest due time that is not after `now`."""
        just_after = now.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        return croniter(self.cron, just_after).get_prev(datetime)

    def next_due(self, now: datetime) -> datetime:
        """The first due time after `now`."""
        return croniter(self.cron, now.astimezone(UTC)).get_next(datetime)


REGULAR: dict[str, Regular] = {}


def every(cron: str) -> Callable[[AnyTask], AnyTask]:
    """Run the task below at these times (UTC). Raises ValueError for a wrong cron line.

    One run per due time, however many workers there are. After a pause of the workers only the
    latest missed time is made up for.
    """
    if len(cron.split()) != 5 or not croniter.is_valid(cron):
        raise ValueError(f"{cron!r} is not a cron line of five fields.")

    def register(task: AnyTask) -> AnyTask:
        REGULAR[task.module_path] = Regular(cron, task)
        return task

    return register


class Timetable:
    """Enqueues what is due; remembers what it has seen, so that a look mostly costs no query."""

    def __init__(self) -> None:
        self._seen: dict[str, datetime] = {}

    def enqueue_due(self, now: datetime) -> int:
        """Enqueue each regular job whose latest due time nobody has seen to yet; how many."""
        added = 0
        for name, regular in list(REGULAR.items()):
            due_at = regular.last_due(now)
            if self._seen.get(name) != due_at:
                added += _see_to(name, regular, due_at)
                self._seen[name] = due_at
        return added


def _see_to(name: str, regular: Regular, due_at: datetime) -> bool:
    """Claim the due time and enqueue its job; False when it was claimed before.

    The first time a job is ever seen only sets its beginning: nothing was missed before.
    """
    runs = RegularRun.objects.filter(name=name)
    if runs.filter(due_at=due_at).exists():
        return False
    try:
        with transaction.atomic():
            is_known = runs.exists()
            RegularRun.objects.create(name=name, due_at=due_at)
            if is_known:
                add_job(regular.task, [], {}, unique_key=f"{name} {due_at:%Y-%m-%dT%H:%MZ}")
    except IntegrityError:
        return False  # another worker was quicker
    return is_known
