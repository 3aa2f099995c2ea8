"""For the tests of every room: run what has been enqueued, here and now."""

from __future__ import annotations

from tablica.shared.jobs.commands import take_job
from tablica.shared.jobs.performing import perform


def run_jobs() -> int:
    """Run all jobs that are due, also those they enqueue; how many. Raises their first error."""
    ran = 0
    while (job := take_job("test")) is not None:
        error = perform(job)
        if error is not None:
            raise error
        ran += 1
    return ran
