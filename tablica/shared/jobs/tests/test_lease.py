"""Who holds a job, and what a worker that lost it may still do: nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks.base import Task

from tablica.shared.jobs import commands
from tablica.shared.jobs.commands import LeaseLost, release_expired, take_job
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.performing import perform
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.jobs.tests.chores import (
    effects,
    leave,
    succeed_at,
    write_and_fail,
    write_down,
    write_down_outside,
)

pytestmark = pytest.mark.usefixtures("paper")


def taken(worker: str = "w") -> Job:
    job = take_job(worker)
    assert job is not None
    return job


def let_the_lease_run_out(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def retry_now() -> None:
    Job.objects.filter(state=Job.State.READY).update(run_after=None)


def test_a_taken_job_is_not_taken_again() -> None:
    write_down.enqueue(1)
    taken()
    assert take_job("other") is None
    assert release_expired() == 0


def test_the_job_of_a_dead_worker_is_taken_after_its_lease() -> None:
    write_down.enqueue(1)
    let_the_lease_run_out(taken("dead"))
    assert release_expired() == 1
    assert run_jobs() == 1
    assert effects() == [1]


def test_a_living_worker_keeps_its_job() -> None:
    write_down.enqueue(1)
    job = taken()
    let_the_lease_run_out(job)
    commands.extend_lease(job)
    assert release_expired() == 0


@pytest.mark.parametrize("task", [write_down, write_down_outside])
def test_a_worker_that_slept_through_its_lease_cannot_finish(task: Task[[int], None]) -> None:
    task.enqueue(1)
    sleeper = taken("sleeper")
    let_the_lease_run_out(sleeper)
    release_expired()
    second = taken("second")
    assert isinstance(perform(sleeper), LeaseLost)
    second.refresh_from_db()
    assert (second.state, second.worker) == (Job.State.RUNNING, "second")
    assert perform(second) is None
    # What an atomic job did without its lease is rolled back; what went outside cannot be.
    assert effects() == ([1] if task is write_down else [1, 1])


def test_a_lost_lease_is_neither_extended_nor_failed_nor_given_back() -> None:
    write_down.enqueue(1)
    sleeper = taken("sleeper")
    let_the_lease_run_out(sleeper)
    release_expired()
    second = taken("second")
    with pytest.raises(LeaseLost):
        commands.extend_lease(sleeper)
    with pytest.raises(LeaseLost):
        commands.fail_attempt(sleeper, RuntimeError())
    with pytest.raises(LeaseLost):
        commands.give_back(sleeper)
    stored = Job.objects.get()
    assert stored.lease_token == second.lease_token


def test_a_job_given_back_can_be_taken_at_once_and_lost_no_attempt() -> None:
    write_down.enqueue(1)
    commands.give_back(taken())
    assert taken("other").attempts == 1


def test_a_failing_job_leaves_nothing_waits_and_is_given_up_with_its_error() -> None:
    write_and_fail.enqueue(1)
    for attempt in (1, 2, 3):
        job = taken()
        assert job.attempts == attempt
        perform(job)
        assert take_job("w") is None, "it waits before the next attempt"
        retry_now()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "no paper" in job.last_error
    assert "RuntimeError" in job.last_error
    assert effects() == []


def test_a_retry_succeeds_and_knows_its_attempt() -> None:
    succeed_at.enqueue(attempt=3)
    for _ in range(3):
        perform(taken())
        retry_now()
    assert effects() == [3]
    job = Job.objects.get()
    assert (job.state, job.last_error) == (Job.State.DONE, "")


def test_pauses_double_up_to_an_hour() -> None:
    for attempts, seconds in ((1, 5), (2, 10), (4, 40), (12, 3600), (5000, 3600)):
        pause = commands.pause_after(attempts).total_seconds()
        assert seconds * 0.5 <= pause <= seconds * 1.5
    assert len({commands.pause_after(3) for _ in range(20)}) > 1


def test_a_job_that_kills_its_workers_is_given_up() -> None:
    write_and_fail.enqueue(1)
    for _ in range(3):
        let_the_lease_run_out(taken())
        assert release_expired() == 1
    job = Job.objects.get()
    assert job.state == Job.State.FAILED
    assert "worker died" in job.last_error


def test_a_task_cannot_end_the_worker() -> None:
    leave.enqueue()
    assert isinstance(perform(taken()), SystemExit)
    assert Job.objects.get().state == Job.State.READY


@pytest.mark.parametrize("path", ["tablica.gone.task", "os.system"])
def test_a_path_that_is_no_task_is_an_error_not_a_call(path: str) -> None:
    write_down.enqueue(1)
    Job.objects.update(task=path)
    assert isinstance(perform(taken()), ImportError)
    assert path.partition(".")[0] in Job.objects.get().last_error
