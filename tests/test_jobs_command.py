"""`tablica jobs`: how they stand, which failed and why, and trying one again."""

from __future__ import annotations

import json
from argparse import Namespace

import pytest
from django.utils import timezone

from tablica.cli import jobs
from tablica.cli.errors import CommandError
from tablica.shared.jobs import commands
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.tests.chores import write_down

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed() -> Job:
    job = Job.objects.get(pk=write_down.enqueue(1).id)
    error = 'Traceback\n  File "x", line 1\nRuntimeError: no “zqkpaper”\n'
    Job.objects.update(state="failed", finished_at=timezone.now(), last_error=error)
    return job


def said(capsys: pytest.CaptureFixture[str], **options: object) -> str:
    asked = {"json": False, "failed": False, "retry": None, **options}
    assert jobs.run(Namespace(**asked)) == 0
    return capsys.readouterr().out


def test_it_tells_and_tries_again(failed: Job, capsys: pytest.CaptureFixture[str]) -> None:
    write_down.enqueue(2)
    assert "0 running, 1 waiting, 1 failed" in said(capsys)
    told = said(capsys, failed=True)
    assert f"{failed.pk}  Write down: The program made a mistake here. RuntimeError: no" in told
    assert "zqkpaper" not in told
    facts = json.loads(said(capsys, failed=True, json=True))
    assert facts["jobs"][0]["number"] == failed.pk
    assert json.loads(said(capsys, retry=failed.pk, json=True)) == {"tried_again": failed.pk}
    assert Job.objects.filter(state="ready").count() == 2


def test_it_tells_that_the_same_work_waits_already(
    failed: Job, capsys: pytest.CaptureFixture[str]
) -> None:
    Job.objects.update(unique_key="mine")
    assert commands.enqueue_once("mine", write_down, 1)
    assert json.loads(said(capsys, retry=failed.pk, json=True)) == {"put_aside": failed.pk}


def test_a_job_that_did_not_fail_is_refused(failed: Job) -> None:
    with pytest.raises(CommandError, match="no failed job"):
        jobs.run(Namespace(json=False, failed=False, retry=10**9))
