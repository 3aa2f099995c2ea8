"""Real worker processes on a real database: killed, stopped, several at once."""

from __future__ import annotations

import random
import signal
import threading
import time
from collections.abc import Callable

import pytest
from django.db import transaction
from django.utils import timezone

from tablica.shared.jobs import worker
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.queries import unfinished
from tablica.shared.jobs.tests.chores import (
    effects,
    take_long,
    write_down,
    write_down_outside,
    write_down_slowly,
)
from tablica.shared.jobs.tests.conftest import StartWorker
from tests.pace import patience

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("paper")]


def wait_until(is_so: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, f"not so after {seconds} s: {list(unfinished().values())}"
        time.sleep(0.05)


def test_two_worker_processes_run_each_job_exactly_once(start_worker: StartWorker) -> None:
    numbers = list(range(300))
    for _ in range(2):
        start_worker(60)
    with transaction.atomic():  # all at once, for workers that already wait
        for number in numbers:
            write_down_outside.enqueue(number)
    wait_until(lambda: not unfinished().exists())
    assert effects() == numbers
    names = set(Job.objects.values_list("worker", flat=True))
    assert len(names) == 2, "both had a share, else this proves nothing"


def test_killed_workers_lose_no_job_and_double_no_effect(start_worker: StartWorker) -> None:
    numbers = list(range(180))
    for number in numbers:
        write_down_slowly.enqueue(number)
    for _ in range(6):
        done = len(effects())
        process = start_worker(1)
        wait_until(lambda done=done: len(effects()) > done)  # type: ignore[misc]
        time.sleep(random.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
    start_worker(1)
    wait_until(lambda: not unfinished().exists())
    assert effects() == numbers
    assert Job.objects.filter(attempts__gt=1).exists(), "no kill hit a job: this proves nothing"
    assert not Job.objects.filter(state=Job.State.FAILED).exists()


@pytest.mark.parametrize("many", [1_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_four_workers_killed_all_the_time_do_thousands_of_jobs_once(
    start_worker: StartWorker, many: int
) -> None:
    numbers = list(range(many))
    workers = [start_worker(2) for _ in range(4)]
    kills = 0
    part = many // 5
    while numbers[part * kills :] or unfinished().exists():
        with transaction.atomic():  # all at once, for workers that already wait
            for number in numbers[part * kills : part * (kills + 1)]:
                (write_down if number % 3 else write_down_slowly).enqueue(number)
        time.sleep(random.uniform(0.01, 0.2))
        victim = workers.pop(0)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
        kills += 1
        workers.append(start_worker(2))
    assert effects() == numbers
    assert not Job.objects.filter(state=Job.State.FAILED).exists()
    assert kills >= 5, "this proves nothing"
    assert Job.objects.filter(attempts__gt=1).exists(), "no kill hit a job: this proves nothing"


def test_a_stopped_worker_hands_back_what_it_cannot_end(start_worker: StartWorker) -> None:
    take_long.enqueue(30)
    process = start_worker(60)
    wait_until(lambda: Job.objects.get().state == Job.State.RUNNING)
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    took = time.monotonic() - begin
    assert took < patience(5)
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.READY, 0)


def test_a_long_job_outlives_its_lease_by_the_beat(start_worker: StartWorker) -> None:
    take_long.enqueue(2.5)
    for _ in range(2):
        start_worker(1)
    wait_until(lambda: not unfinished().exists())
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.DONE, 1)


def test_a_worker_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from tablica.shared.jobs import commands

    take = commands.take_job
    calls: list[float] = []

    def take_after_two_errors(*args: object, **kwargs: object) -> Job | None:
        from django.db import OperationalError

        calls.append(time.monotonic())
        if len(calls) <= 2:
            raise OperationalError("server closed the connection")
        return take("w")

    monkeypatch.setattr(commands, "take_job", take_after_two_errors)
    write_down_outside.enqueue(1)
    stop = threading.Event()
    thread = threading.Thread(
        target=worker.run, args=(stop,), kwargs={"threads": 1, "pace": worker.Pace(poll=0.05)}
    )
    thread.start()
    try:
        wait_until(lambda: effects() == [1], 10)
    finally:
        stop.set()
        thread.join()
    assert not unfinished().filter(lease_until__lt=timezone.now()).exists()
