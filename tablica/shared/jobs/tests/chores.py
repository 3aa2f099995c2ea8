"""Tasks for the tests. Their effect is a row in a table of its own, made by the test."""

from __future__ import annotations

import time

from django.db import connection
from django_tasks import task
from django_tasks.base import TaskContext

from tablica.shared.jobs.heartbeat import report
from tablica.shared.jobs.models import Job

TABLE = "job_effect"


def write(number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (number) VALUES (%s)", [number])


def effects() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT number FROM {TABLE} ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


@task
def write_down(number: int) -> None:
    write(number)


@task
def write_down_slowly(number: int) -> None:
    write(number)
    time.sleep(0.02)


@task(atomic=False)
def write_down_outside(number: int) -> None:
    """As a mail would be: what is done stays done, even when the job is taken from us."""
    write(number)


@task(atomic=False)
def take_long(seconds: float) -> None:
    time.sleep(seconds)


@task(max_attempts=3)
def write_and_fail(number: int) -> None:
    write(number)
    raise RuntimeError("no paper\0left \udcff")


@task(takes_context=True)
def succeed_at(context: TaskContext, attempt: int) -> None:
    if context.attempt < attempt:
        raise RuntimeError("not yet")
    write(context.attempt)


@task
def leave() -> None:
    raise SystemExit("a task that wants to end the worker")


@task
def ask_for_myself() -> None:
    """Somebody asks for this very work while it runs."""
    from tablica.shared.jobs.commands import enqueue_once

    write(Job.objects.count())
    if len(effects()) == 1:
        enqueue_once("myself", ask_for_myself)


@task(atomic=False)
def report_half() -> None:
    report(1, 2)
