from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from tablica.shared.jobs.tests.chores import TABLE

StartWorker = Callable[[float], "subprocess.Popen[str]"]


@pytest.fixture
def paper(request: pytest.FixtureRequest, db: None) -> Iterator[None]:
    """The table on which the chores write down what they did."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (number integer NOT NULL)")
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TABLE {TABLE}")


@pytest.fixture
def start_worker() -> Iterator[StartWorker]:
    """Start a worker process on the test database, `start_worker(lease_seconds)`."""
    started: list[subprocess.Popen[str]] = []
    name = str(connection.settings_dict["NAME"])
    assert "memory" not in name, "worker processes need a test database in a file"

    def start(lease: float) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tablica.shared.jobs.tests.worker_process", str(lease)],
            env={**os.environ, "WORKER_DATABASE": name},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "working\n"
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
