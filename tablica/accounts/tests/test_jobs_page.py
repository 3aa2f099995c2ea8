"""The administrator's page of jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.shared.jobs.models import Job, Worker
from tablica.shared.jobs.tests.chores import write_down
from tests.cast import make_user

pytestmark = pytest.mark.django_db
SECRET = "zqkhidden"
PAGE = "/settings/jobs"


def sign_in(role: str = "administrator") -> Client:
    client = Client()
    client.force_login(make_user(role=role))
    return client


def failed(error: str = "RuntimeError: no paper", **values) -> Job:
    """A job that was given up a minute ago."""
    job = Job.objects.get(pk=write_down.enqueue(1).id)
    ended = {
        "state": "failed",
        "attempts": 10,
        "finished_at": timezone.now() - timedelta(minutes=1),
    }
    trace = f'Traceback (most recent call last):\n  File "x.py", line 1, in f\n    f()\n{error}\n'
    Job.objects.filter(pk=job.pk).update(**{**ended, "last_error": trace, **values})
    return job


def test_nothing_waits_and_nothing_failed() -> None:
    page = sign_in().get(PAGE).text
    assert "Nothing failed." in page
    assert "No worker is alive" in page
    assert "Forget jobs that ended long ago" in page


def test_it_says_what_runs_waits_and_failed_and_why() -> None:
    now = timezone.now()
    Worker.objects.create(name="host:7", threads=2, started_at=now, seen_at=now)
    Worker.objects.create(
        name="dead:8", threads=2, started_at=now, seen_at=now - timedelta(minutes=2)
    )
    job = failed(f"ValueError: cannot read '{SECRET}' of smtp://anna:{SECRET}@mail for a@b.example")
    write_down.enqueue(2)
    write_down.using(run_after=now + timedelta(days=1)).enqueue(3)
    page = sign_in().get(PAGE).text
    assert "host:7" in page
    assert "dead:8" not in page
    assert f"#{job.pk}" in page
    assert "The program made a mistake here." in page
    assert "ValueError: cannot read" in page
    assert SECRET not in page
    assert "a@b.example" not in page
    assert "10 attempts" in page
    assert "No worker is alive" not in page


def test_only_administrators_find_it() -> None:
    job = failed()
    addresses = ["/retries", f"/{job.pk}/retry", f"/{job.pk}/drop", f"/{job.pk}/drop/undo"]
    for role in ("member", "manager"):
        client = sign_in(role)
        assert client.get(PAGE).status_code == 404
        for address in addresses:
            assert client.post(PAGE + address, {"task": job.task}).status_code == 404
    job.refresh_from_db()
    assert job.state == "failed"
    assert "Jobs</span>" not in sign_in("member").get("/settings/me").text
    assert "Jobs</span>" in sign_in().get("/settings/me").text


def test_a_failed_job_is_tried_again() -> None:
    job = failed()
    client = sign_in()
    assert client.post(f"{PAGE}/{job.pk}/retry").status_code == 302
    job.refresh_from_db()
    assert (job.state, job.attempts, job.run_after, job.finished_at) == ("ready", 0, None, None)
    assert client.post(f"{PAGE}/{job.pk}/retry").status_code == 404


def test_it_is_said_that_the_same_work_waits_already() -> None:
    first, second = failed(unique_key="mine"), failed(unique_key="mine")
    third, alone = failed(unique_key="mine"), failed()
    client = sign_in()
    assert "It is tried again." in client.post(f"{PAGE}/{first.pk}/retry", follow=True).text
    page = client.post(f"{PAGE}/{second.pk}/retry", follow=True).text
    assert "1 job was put aside: the same work waits already." in page
    assert "tried again." not in page
    page = client.post(f"{PAGE}/retries", {"task": third.task}, follow=True).text
    assert "1 job is tried again." in page
    assert "1 job was put aside" in page
    alone.refresh_from_db()
    assert alone.state == "ready"


def test_put_aside_and_back() -> None:
    job = failed()
    client = sign_in()
    page = client.post(f"{PAGE}/{job.pk}/drop", follow=True).text
    assert f"{PAGE}/{job.pk}/drop/undo" in page
    assert "Nothing failed." in page
    assert f"#{job.pk}" in client.get(f"{PAGE}?state=dropped").text
    assert f"#{job.pk}" in client.post(f"{PAGE}/{job.pk}/drop/undo", follow=True).text


def test_all_failed_of_a_task_are_tried_again() -> None:
    several = [failed() for _n in range(3)]
    other = failed(task="tablica.gone.task")
    page = sign_in().post(f"{PAGE}/retries", {"task": several[0].task}, follow=True).text
    assert "3 jobs are tried again." in page
    assert Job.objects.filter(state="ready").count() == 3
    assert list(Job.objects.filter(state="failed")) == [other]
    assert "<bdi>Task</bdi>" in page, "a task that is gone has its old name"


def test_filters_and_pages() -> None:
    numbers = [failed().pk for _n in range(120)]
    failed(task="tablica.gone.other_task")
    client = sign_in()
    path = "tablica.shared.jobs.tests.chores.write_down"
    seen: list[int] = []
    address = f"{PAGE}?state=failed&task={path}"
    while address:
        answer = client.get(address, headers={"HX-Request": "true"} if seen else {})
        rows = answer.context["page"].rows
        seen += [row.job.pk for row in rows]
        address = answer.context.get("next_url", "")
    assert seen == sorted(numbers, reverse=True)
    for query in ("state=nonsense", "below=x", "below=" + "9" * 30, "task=%00x", "state=done"):
        assert client.get(f"{PAGE}?{query}").status_code in (200, 404)


def test_ten_thousand_jobs_cost_as_many_queries_as_none() -> None:
    client = sign_in()
    client.get(PAGE)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(PAGE).status_code == 200
        return len(found)

    before = queries()
    now = timezone.now()
    Job.objects.bulk_create(
        Job(
            task=f"tablica.some.task_{n % 7}",
            queue="default",
            state=("failed", "done", "ready", "dropped")[n % 4],
            max_attempts=10,
            last_error="RuntimeError: no" if n % 4 == 0 else "",
            finished_at=now - timedelta(minutes=n % 2000) if n % 4 != 2 else None,
        )
        for n in range(10_000)
    )
    assert queries() == before


def test_the_part_that_is_asked_for_anew_is_alone() -> None:
    part = sign_in().get(f"{PAGE}?part=now", headers={"HX-Request": "true"}).text
    assert 'id="jobs-now"' in part
    assert "<html" not in part
