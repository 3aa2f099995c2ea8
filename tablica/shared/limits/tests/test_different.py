"""Unusually many different things within an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tablica.shared.limits.different import forget_all, note_many
from tablica.shared.limits.models import Window

NOON = datetime(2027, 4, 6, 12, tzinfo=UTC)
MANY = 20


@pytest.fixture(autouse=True)
def clock(db: None) -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def met(*things: int, told: list[int], key: str = "k") -> None:
    for thing in things:
        note_many(key, [thing], MANY, told.append)


def test_many_different_things_are_told_once_an_hour() -> None:
    told: list[int] = []
    met(*range(19), *range(19), told=told)
    assert told == []
    met(19, told=told)
    assert told == [20]
    met(*range(20, 90), told=told)
    assert told == [20]
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        met(*range(19), told=told)
        assert told == [20]
        met(19, told=told)
        assert told == [20, 20]


def test_the_same_thing_counts_once_and_each_by_itself() -> None:
    told: list[int] = []
    met(*[7] * 100, told=told)
    met(*range(15), told=told, key="one")
    met(*range(15), told=told, key="other")
    assert told == []


def test_a_whole_page_counts_at_once() -> None:
    told: list[int] = []
    note_many("k", range(200), MANY, told.append)
    note_many("k", range(200, 400), MANY, told.append)
    assert told == [200]


def test_processes_count_together() -> None:
    told: list[int] = []
    met(*range(10), told=told)
    forget_all()  # what another process knows: nothing but the table
    met(*range(10, 20), told=told)
    assert told == [20]


def test_most_of_it_costs_no_query() -> None:
    told: list[int] = []
    with CaptureQueriesContext(connection) as asked:
        met(*range(4), *range(4), told=told)
    assert len(asked) == 0 and not Window.objects.exists()
    met(*range(4, 50), told=told)
    with CaptureQueriesContext(connection) as asked:
        met(*range(50, 500), told=told)
    assert len(asked) == 0
