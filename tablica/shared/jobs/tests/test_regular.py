"""Regular jobs, with the clock turned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tablica.shared.jobs import regular
from tablica.shared.jobs.commands import purge
from tablica.shared.jobs.models import Job, RegularRun
from tablica.shared.jobs.regular import Regular, Timetable, every
from tablica.shared.jobs.tests.chores import leave, write_down

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def hourly(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One regular job at minute 30 of every hour, and nothing else."""
    monkeypatch.setattr(regular, "REGULAR", {})
    every("30 * * * *")(leave)
    yield


def due_times() -> list[datetime]:
    """The due times for which a job was enqueued, in the order of the jobs."""
    keys = Job.objects.order_by("id").values_list("unique_key", flat=True)
    return [datetime.fromisoformat(str(key).partition(" ")[2]) for key in keys]


def look(*workers: Timetable) -> None:
    for worker in workers:
        worker.enqueue_due(timezone.now())


@pytest.mark.parametrize("day", [datetime(2026, 3, 29), datetime(2026, 10, 25)])
def test_each_due_time_once_over_the_edges_of_summer_time(day: datetime) -> None:
    start = day.replace(tzinfo=WARSAW).astimezone(UTC)
    workers = [Timetable(), Timetable()]
    with time_machine.travel(start.astimezone(WARSAW), tick=False) as clock:
        for _ in range(6 * 60 + 1):
            look(*workers)
            clock.shift(MINUTE)
    assert due_times() == [start + timedelta(minutes=30) + n * HOUR for n in range(6)]


def test_the_first_look_ever_only_sets_the_beginning() -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False):
        look(Timetable(), Timetable())
    assert due_times() == []


def test_after_a_pause_the_latest_missed_time_is_made_up_for_once() -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        look(Timetable())
        clock.shift(timedelta(days=3))
        look(Timetable(), Timetable())
        clock.shift(timedelta(seconds=20))
        look(Timetable())
    assert due_times() == [datetime(2026, 5, 7, 11, 30, tzinfo=UTC)]


def test_a_clock_set_back_two_hours_repeats_nothing() -> None:
    with time_machine.travel(datetime(2026, 5, 4, 8, tzinfo=UTC), tick=False) as clock:
        worker = Timetable()
        for _ in range(5):
            look(worker, Timetable())
            clock.shift(HOUR)
        before = due_times()
        clock.shift(-2 * HOUR)
        for _ in range(3):
            look(worker, Timetable())
            clock.shift(HOUR)
    after = due_times()
    assert len(before) == 4
    assert after[:4] == before
    assert len(after) == len(set(after)) == 5


def test_a_clock_a_year_ahead_and_back_skips_nothing() -> None:
    with time_machine.travel(datetime(2026, 5, 4, 8, tzinfo=UTC), tick=False) as clock:
        worker = Timetable()
        look(worker)
        clock.shift(timedelta(days=365))
        look(worker)
        clock.shift(timedelta(days=-365))
        for _ in range(3):
            clock.shift(HOUR)
            look(worker, Timetable())
    ahead, *rest = due_times()
    assert ahead == datetime(2027, 5, 4, 7, 30, tzinfo=UTC)
    assert rest == [datetime(2026, 5, 4, 8 + n, 30, tzinfo=UTC) for n in range(3)]


def test_due_at_the_very_second() -> None:
    yearly = Regular("0 0 1 1 *", leave)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert yearly.last_due(at) == at
    assert yearly.last_due(at - timedelta(microseconds=1)).year == 2025
    assert yearly.last_due(at.astimezone(WARSAW)) == at


@pytest.mark.parametrize("cron", ["", "61 * * * *", "* * * *", "* * * * * *", "@daily"])
def test_a_wrong_cron_line_stops_the_start(cron: str) -> None:
    with pytest.raises(ValueError, match="cron line"):
        every(cron)


def test_the_purge_forgets_the_old_and_keeps_the_rest() -> None:
    now = timezone.now()

    def ended(state: Job.State, days: int) -> Job:
        job = Job.objects.get(pk=write_down.enqueue(1).id)
        Job.objects.filter(pk=job.pk).update(state=state, finished_at=now - timedelta(days=days))
        return job

    kept = [ended(Job.State.DONE, 6), ended(Job.State.FAILED, 29)]
    kept.append(Job.objects.get(pk=write_down.enqueue(2).id))
    ended(Job.State.DONE, 8)
    ended(Job.State.FAILED, 31)
    assert purge(now) == 2
    assert list(Job.objects.order_by("id")) == kept


def test_the_purge_keeps_the_last_due_time_of_a_rare_job() -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    for name, days in (("rare", 300), ("rare", 500), ("ahead", 300), ("ahead", -300), ("new", 1)):
        RegularRun.objects.create(name=name, due_at=now - timedelta(days=days))
    purge(now)
    left = sorted((run.name, (now - run.due_at).days) for run in RegularRun.objects.all())
    assert left == [("ahead", -300), ("ahead", 300), ("new", 1), ("rare", 300)]


def test_every_room_brings_its_regular_jobs() -> None:
    from tablica.shared.jobs.jobs import purge_old_jobs

    assert every("40 2 * * *")(purge_old_jobs) is purge_old_jobs
    assert list(regular.REGULAR) == [leave.module_path, "tablica.shared.jobs.jobs.purge_old_jobs"]
