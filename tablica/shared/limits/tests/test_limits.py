"""A limit holds over processes, and ends with the minute."""

from __future__ import annotations

import pytest
import time_machine

from tablica.shared.limits.commands import forget_all, seconds_to_wait
from tablica.shared.limits.models import Window

pytestmark = pytest.mark.django_db
NOON = "2026-03-02 12:00:05+00:00"


@pytest.fixture(autouse=True)
def fresh() -> None:
    forget_all()


def test_as_many_as_allowed_and_no_more() -> None:
    with time_machine.travel(NOON, tick=False):
        assert [seconds_to_wait("a", 3) for _ in range(3)] == [0, 0, 0]
        assert seconds_to_wait("a", 3) == 55
        assert seconds_to_wait("b", 3) == 0


def test_the_next_minute_begins_anew() -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            seconds_to_wait("a", 3)
        assert seconds_to_wait("a", 3)
        clock.shift(60)
        assert seconds_to_wait("a", 3) == 0
    assert Window.objects.get().count == 1


def test_another_process_counts_as_well() -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(3):
            assert seconds_to_wait("a", 4) == 0
        forget_all()  # what another process knows: nothing but the table
        assert seconds_to_wait("a", 4) == 0
        assert seconds_to_wait("a", 4) == 55


def test_few_requests_write_nothing(django_assert_num_queries: object) -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(29):
            assert seconds_to_wait("a", 600) == 0
    assert not Window.objects.exists()


def test_who_is_refused_writes_nothing_more() -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(9):
            seconds_to_wait("a", 2)
    assert Window.objects.get().count == 2
