"""What Tablica adds to a task of django-tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django_tasks.base import Task

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[P, T]):
    """A task with its safety: `@task(atomic=False, max_attempts=3)`.

    `atomic`: its changes and the mark that it is done are one transaction, so that they happen
    exactly once, whatever dies. Switch it off for work that talks to the outside or takes longer
    than a second (on SQLite it holds the only write lock); such work may be repeated and must be
    idempotent. `max_attempts` counts every start, one cut off by a dead worker included.

    `label` is what an administrator reads: "Tell people of news". Arguments are numbers of rows,
    never what stands in them, and errors name no more: jobs are kept, and shown, for weeks.
    """

    atomic: bool = True
    max_attempts: int = 10
    label: str | Promise = ""


def task_at(path: str) -> JobTask[..., Any]:
    """The task kept under this path. Raises ImportError when the code is gone or is no task."""
    found = import_string(path)
    if not isinstance(found, JobTask):
        raise ImportError(f"{path} is not a task.")
    return found


def label_of(path: str) -> str:
    """What a task is called in the reader's language; a task that is gone by its old name."""
    try:
        label = str(task_at(path).label)
    except ImportError:
        label = ""
    return label or path.rpartition(".")[2].replace("_", " ").capitalize()
