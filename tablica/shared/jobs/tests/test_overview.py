from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from tablica.shared.jobs.checks import sqlite_locks_at_once
from tablica.shared.jobs.commands import take_job
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.queries import overview
from tablica.shared.jobs.tests.chores import write_down

pytestmark = pytest.mark.django_db


def test_no_jobs_are_healthy() -> None:
    assert overview().is_healthy
    assert overview().longest_wait == timedelta(0)


def test_the_overview_counts_each_job_once() -> None:
    now = timezone.now()
    for number in range(5):
        write_down.enqueue(number)
    write_down.using(run_after=now + timedelta(hours=1)).enqueue(6)
    write_down.using(run_after=now - timedelta(minutes=4)).enqueue(7)
    take_job("alive")
    dead = take_job("dead")
    assert dead is not None
    Job.objects.filter(pk=dead.pk).update(lease_until=now - timedelta(minutes=1))
    found = overview()
    assert (found.due, found.later, found.running, found.failed) == (4, 1, 2, 0)
    assert found.abandoned == 1
    assert timedelta(minutes=4) <= found.longest_wait < timedelta(minutes=5)
    assert not found.is_healthy


def test_the_overview_names_failures_by_their_last_line() -> None:
    job = Job.objects.get(pk=write_down.enqueue(1).id)
    Job.objects.update(
        state=Job.State.FAILED,
        finished_at=timezone.now(),
        last_error="Traceback\n  at …\nRuntimeError: no paper\n",
    )
    [failure] = overview().failures
    assert (failure.id, failure.error) == (job.pk, "RuntimeError: no paper")
    assert not overview().is_healthy


def test_a_long_wait_is_not_healthy() -> None:
    write_down.enqueue(1)
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    assert not overview().is_healthy


@pytest.mark.parametrize(("mode", "errors"), [("IMMEDIATE", 0), ("DEFERRED", 1), (None, 1)])
def test_sqlite_must_lock_at_once(
    mode: str | None, errors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": {"transaction_mode": mode}}
    monkeypatch.setattr(settings, "DATABASES", {"default": database})
    assert len(sqlite_locks_at_once()) == errors
