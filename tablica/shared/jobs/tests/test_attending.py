"""What an administrator does to failed jobs, and how workers and jobs tell of themselves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from tablica.shared.jobs import attending, commands, heartbeat, worker
from tablica.shared.jobs.attending import Retried
from tablica.shared.jobs.board import now_of_jobs
from tablica.shared.jobs.frozen import FrozenLeases
from tablica.shared.jobs.models import Job, RegularRun, Worker
from tablica.shared.jobs.performing import perform
from tablica.shared.jobs.tasks import label_of
from tablica.shared.jobs.tests.chores import report_half, write_and_fail, write_down

pytestmark = pytest.mark.django_db


def failed(**values) -> Job:
    job = Job.objects.get(pk=write_down.enqueue(1).id)
    Job.objects.filter(pk=job.pk).update(
        **{"state": "failed", "finished_at": timezone.now(), "attempts": 10, **values}
    )
    return job


def test_work_that_was_asked_for_anew_is_not_done_twice() -> None:
    old = failed(unique_key="mine")
    older = failed(unique_key="mine")
    assert commands.enqueue_once("mine", write_down, 1)
    assert attending.retry_job(old.pk) == Retried(dropped=1)
    assert attending.retry_failed(write_down.module_path) == Retried(dropped=1)
    states = dict(Job.objects.values_list("pk", "state"))
    assert (states[old.pk], states[older.pk]) == ("dropped", "dropped")
    assert sorted(states.values()) == ["dropped", "dropped", "ready"]


def test_work_asked_for_anew_while_we_look_is_not_done_twice() -> None:
    old = failed(unique_key="mine")
    steps: list[str] = []

    def meanwhile(execute, sql, params, many, context):
        if steps == ["begun"] and sql.startswith(("SAVEPOINT", "UPDATE")):
            steps.append("asked anew")
            assert commands.add_job(write_down, [1], {}, unique_key="mine")
        if not steps:
            steps.append("begun")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert attending.retry_job(old.pk) == Retried(dropped=1)
    assert steps == ["begun", "asked anew"]
    assert sorted(Job.objects.values_list("state", flat=True)) == ["dropped", "ready"]


def test_only_failed_jobs_are_tried_again_or_put_aside() -> None:
    ready = Job.objects.get(pk=write_down.enqueue(1).id)
    assert attending.retry_job(ready.pk) == attending.retry_job(10**9) == Retried()
    for act in (attending.drop_job, attending.undrop_job):
        assert not act(ready.pk)
        assert not act(10**9)
    ready.refresh_from_db()
    assert ready.state == "ready"


def test_thousands_are_tried_again() -> None:
    Job.objects.bulk_create(
        Job(task="x", queue="q", max_attempts=1, state="failed", finished_at=timezone.now())
        for _n in range(1_234)
    )
    assert attending.retry_failed("x") == Retried(again=1_234)
    assert not Job.objects.exclude(state="ready").exists()


def test_a_job_says_how_far_it_has_come(paper: None) -> None:
    report_half.enqueue()
    job = commands.take_job("w")
    assert job is not None
    assert job.started_at is not None
    assert perform(job) is None
    assert Job.objects.get().progress == 50
    heartbeat.report(1, 2)
    assert Job.objects.get().progress == 50, "outside of a job nobody is asked"


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_alive_until_it_stops() -> None:
    stop = threading.Event()
    pace = worker.Pace(lease=0.4, poll=0.05, grace=0.2)
    thread = threading.Thread(target=worker.run, args=(stop,), kwargs={"threads": 2, "pace": pace})
    thread.start()
    try:
        for _n in range(100):
            if Worker.objects.exists():
                break
            stop.wait(0.05)
        [alive] = now_of_jobs().workers
        assert alive.threads == 2
    finally:
        stop.set()
        thread.join()
    assert not Worker.objects.exists()


def test_hours_of_the_last_day_by_the_readers_clock() -> None:
    now = datetime(2026, 5, 4, 12, 40, tzinfo=UTC)
    with time_machine.travel(now, tick=False), timezone.override("Asia/Tehran"):
        for minutes, state in ((5, "done"), (5, "failed"), (25, "done"), (23 * 60, "done")):
            failed(state=state, finished_at=now - timedelta(minutes=minutes))
        failed(state="done", finished_at=now - timedelta(hours=25))
        hours = now_of_jobs().hours
    assert len(hours) == 24
    assert (hours[-1].done, hours[-1].failed) == (1, 1), "half past twelve begins an hour there"
    assert hours[-2].done == 1
    assert sum(hour.done for hour in hours) == 3


def test_a_pause_until_next_year_ends_when_the_clock_is_right_again(paper: None) -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    with time_machine.travel(now + timedelta(days=365), tick=False):
        write_and_fail.enqueue(1)
        job = commands.take_job("w")
        assert job is not None
        perform(job)
    later = Job.objects.get(pk=write_down.using(run_after=now + timedelta(days=9)).enqueue(2).id)
    with time_machine.travel(now, tick=False):
        assert commands.take_job("w") is None
        assert commands.bring_back(timezone.now()) == 1
        taken = commands.take_job("w")
        assert taken is not None
        assert taken.pk == job.pk
    later.refresh_from_db()
    assert later.run_after == now + timedelta(days=9), "what was never tried waits as it was told"


def test_a_lease_until_next_year_is_found_out() -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    write_down.enqueue(1)
    write_down.enqueue(2)
    with time_machine.travel(now + timedelta(days=365), tick=False):
        dead, alive = commands.take_job("dead"), commands.take_job("alive")
    assert dead is not None
    assert alive is not None
    frozen = FrozenLeases(seconds=120)
    with time_machine.travel(now, tick=False) as clock:
        assert frozen.release(0) == 0
        clock.shift(60)
        commands.extend_lease(alive)
        assert frozen.release(60) == 0
        clock.shift(61)
        assert frozen.release(121) == 1
        commands.extend_lease(alive)
        clock.shift(1)
        assert commands.release_expired() == 1
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {dead.pk: "ready", alive.pk: "running"}


def test_names_of_tasks() -> None:
    assert label_of("tablica.shared.jobs.jobs.purge_old_jobs") == "Forget jobs that ended long ago"
    assert label_of("tablica.gone.tell_of_old") == "Tell of old"
    assert RegularRun.objects.count() == 0
