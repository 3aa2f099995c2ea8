from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tablica.shared.jobs.commands import enqueue_once, finish_job, take_job
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.jobs.tests.chores import (
    ask_for_myself,
    effects,
    take_long,
    write,
    write_down,
)

pytestmark = pytest.mark.usefixtures("paper")


def test_a_job_runs_with_its_arguments_and_is_done() -> None:
    result = write_down.enqueue(number=7)
    assert effects() == []
    assert run_jobs() == 1
    assert effects() == [7]
    assert Job.objects.get(pk=result.id).state == Job.State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_change_leaves_no_job() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write_down.enqueue(1)
        assert Job.objects.count() == 1
        _ = 1 / 0
    assert Job.objects.count() == 0
    write_down.enqueue(2)
    run_jobs()
    assert effects() == [2]


def test_a_job_for_later_waits() -> None:
    soon = timezone.now() + timedelta(hours=1)
    job = Job.objects.get(pk=write_down.using(run_after=soon).enqueue(1).id)
    assert run_jobs() == 0
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    assert run_jobs() == 1


def test_the_urgent_comes_first_then_the_oldest() -> None:
    usual = [write_down.enqueue(n).id for n in (1, 2)]
    urgent = write_down.using(priority=10).enqueue(3).id
    taken = [str(job.pk) for job in iter(lambda: take_job("w"), None)]
    assert taken == [urgent, *usual]


def test_arguments_that_are_not_json_are_refused() -> None:
    with pytest.raises(TypeError):
        take_long.enqueue(timedelta(seconds=1))  # type: ignore[arg-type]
    assert Job.objects.count() == 0


def test_waiting_work_is_not_enqueued_twice() -> None:
    assert enqueue_once("card 7", write_down, 7) is True
    assert enqueue_once("card 7", write_down, 7) is False
    assert enqueue_once("card 8", write_down, 8) is True
    run_jobs()
    assert effects() == [7, 8]
    assert enqueue_once("card 7", write_down, 7) is True


def test_work_asked_for_while_it_runs_runs_once_more() -> None:
    enqueue_once("myself", ask_for_myself)
    assert run_jobs() == 2
    assert len(effects()) == 2
    assert Job.objects.get().state == Job.State.DONE


def test_a_running_twin_is_asked_to_run_again() -> None:
    enqueue_once("card 7", write_down, 7)
    running = take_job("w")
    assert running is not None
    assert enqueue_once("card 7", write_down, 7) is False
    finish_job(running)
    running.refresh_from_db()
    assert (running.state, running.attempts, running.again) == (Job.State.READY, 0, False)


def test_a_running_twin_runs_again_when_the_first_of_all_who_asked_wants_it() -> None:
    enqueue_once("card 7", write_down, 7)
    running = take_job("w")
    assert running is not None
    soon = timezone.now() + timedelta(hours=1)
    for late in (1, 0, 2):
        later = write_down.using(run_after=soon + timedelta(hours=late))
        assert enqueue_once("card 7", later, 7) is False
    finish_job(running)
    running.refresh_from_db()
    assert (running.state, running.run_after) == (Job.State.READY, soon)
    assert run_jobs() == 0
    Job.objects.update(run_after=None)
    running = take_job("w")
    assert running is not None
    enqueue_once("card 7", write_down.using(run_after=soon), 7)
    enqueue_once("card 7", write_down, 7)
    enqueue_once("card 7", write_down.using(run_after=soon), 7)
    finish_job(running)
    assert run_jobs() == 1, "at once is the earliest"


@pytest.mark.django_db(transaction=True)
def test_ten_who_ask_at_once_get_one_job() -> None:
    at_once = threading.Barrier(10)

    def ask(_: int) -> bool:
        try:
            at_once.wait()
            return enqueue_once("card 7", write_down, 7)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(ask, range(10)))
    assert sorted(answers) == [False] * 9 + [True]
    assert Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_waiting_work_that_is_asked_for_starts_after_the_change_is_visible() -> None:
    """Else it would read what was before the change, and nobody would run it again."""
    enqueue_once("card 7", write_down, 7)
    asked = threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                assert enqueue_once("card 7", write_down, 7) is False
                asked.set()
                time.sleep(0.3)
                write(100)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(change)
        assert asked.wait(10)
        while (job := take_job("w")) is None:
            time.sleep(0.01)
        assert effects() == [100]
        changing.result()
    assert job.unique_key == "card 7"
