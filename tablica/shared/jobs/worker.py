"""The worker: threads that run jobs, and one keeper that keeps leases and the timetable."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error, close_old_connections, connection
from django.utils import timezone

from tablica.shared.jobs import commands, heartbeat
from tablica.shared.jobs.frozen import FrozenLeases
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.performing import perform
from tablica.shared.jobs.regular import Timetable

log = logging.getLogger("tablica.jobs")


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly a worker reacts, all in seconds.

    `lease`: how long a dead worker's job waits. `poll`: how long an idle thread sleeps between
    looks. `grace`: how long running jobs may go on after the stop before they are handed back.
    """

    lease: float = 60
    poll: float = 0.5
    grace: float = 3.5


USUAL_PACE = Pace()


def run(stop: threading.Event, *, threads: int = 2, pace: Pace = USUAL_PACE) -> None:
    """Run jobs until `stop` is set, then return within the grace.

    The caller should end the process afterwards: a job that outlived the grace has been handed
    back, its thread is a daemon, and whatever it still does is refused by its lost lease.
    """
    worker = Worker(stop, pace, threads)
    running = [threading.Thread(target=worker.work, daemon=True) for _ in range(threads)]
    keeper = threading.Thread(target=worker.keep, daemon=True)
    for thread in [*running, keeper]:
        thread.start()
    stop.wait()
    end = time.monotonic() + pace.grace
    for thread in running:
        thread.join(max(0.0, end - time.monotonic()))
    worker.ended.set()
    keeper.join(1)


class Worker:
    """What the threads of one worker process share: the stop, and the jobs they hold."""

    def __init__(self, stop: threading.Event, pace: Pace, threads: int = 1) -> None:
        self.stop = stop
        self.threads = threads
        self.since = timezone.now()
        self.ended = threading.Event()
        self.pace = pace
        self.name = f"{socket.gethostname()[:100]}:{os.getpid()}"
        self._lease = timedelta(seconds=pace.lease)
        self._held: dict[int, Job] = {}
        self._frozen = FrozenLeases(seconds=2 * pace.lease)
        self._lock = threading.Lock()

    def work(self) -> None:
        """Take and run jobs, one after another, until the stop."""
        while not self.stop.is_set():
            close_old_connections()
            try:
                busy = self._work_once()
            except Exception:  # above all a database that is away: the worker outlives it
                log.exception("No job could be taken or set down; trying again")
                connection.close()
                busy = False
            if not busy:
                self.stop.wait(self.pace.poll)
        connection.close()

    def _work_once(self) -> bool:
        job = commands.take_job(self.name, lease=self._lease)
        if job is None:
            return False
        with self._lock:
            self._held[job.pk] = job
        try:
            perform(job)
        finally:
            with self._lock:
                self._held.pop(job.pk, None)
        return True

    def keep(self) -> None:
        """Extend our leases, release those of the dead, and enqueue what is due."""
        timetable = Timetable()
        beat = self.pace.lease / 4
        next_beat = time.monotonic()
        while not self.ended.wait(min(1.0, beat)):
            close_old_connections()
            try:
                if time.monotonic() >= next_beat:
                    next_beat = time.monotonic() + beat
                    self._beat()
                if not self.stop.is_set():
                    timetable.enqueue_due(timezone.now())
            except Exception:
                log.exception("Leases and timetable could not be kept; trying again")
                connection.close()
        self._give_back_all()
        with suppress(Error):
            heartbeat.leave(self.name)
        connection.close()

    def _beat(self) -> None:
        for job in self._jobs_held():
            try:
                commands.extend_lease(job, lease=self._lease)
            except commands.LeaseLost:
                log.info("Job %s has ended or lost its lease", job)
        commands.release_expired()
        commands.bring_back(timezone.now())
        self._frozen.release(time.monotonic())
        heartbeat.beat(self.name, threads=self.threads, since=self.since)

    def _give_back_all(self) -> None:
        """Let another worker take at once what this one could not end."""
        for job in self._jobs_held():
            try:
                commands.give_back(job)
            except commands.LeaseLost:
                continue  # it ended after all
            except Error:
                log.exception("Job %s is not handed back; it waits for the end of its lease", job)

    def _jobs_held(self) -> list[Job]:
        with self._lock:
            return list(self._held.values())
