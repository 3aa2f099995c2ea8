"""Cursors: come back as they were, or are refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.shared.paging import BadCursor, Cursor

TIMES = st.datetimes(timezones=st.timezones() | st.just(UTC), allow_imaginary=False)
IDS = st.integers(min_value=0, max_value=2**63 - 1)


@given(TIMES, IDS)
def test_a_cursor_comes_back_to_the_microsecond(happened_at: datetime, number: int) -> None:
    try:
        happened_at.astimezone(UTC)
    except OverflowError:
        return
    cursor = Cursor(happened_at, number)
    encoded = cursor.encode()
    decoded = Cursor.decode(encoded)
    assert decoded == Cursor(happened_at.astimezone(UTC), number)
    assert decoded.happened_at.tzinfo is UTC
    assert set(encoded) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_one_moment_has_one_cursor() -> None:
    tehran = timezone(timedelta(hours=3, minutes=30))
    noon = datetime(2026, 3, 29, 12, tzinfo=UTC)
    assert Cursor(noon, 7).encode() == Cursor(noon.astimezone(tehran), 7).encode()


def test_a_time_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Cursor(datetime(2026, 1, 1), 1)


@pytest.mark.parametrize(
    "encoded",
    [
        *(
            "",
            "x",
            "====",
            "MQ",
            "MS4x=",
            " MS4x",
            "MS4x\n",
            "MDEuMQ",
            "MS4wMQ",
            "MS4tMQ",
            "ą",
            "MS4x" * 99,
        ),
        *("LTAuMQ", "OTk5OTk5OTk5OTk5OTk5OTk5LjE", "MS45MjIzMzcyMDM2ODU0Nzc1ODA4", "MS4y.Mw"),
    ],
)
def test_what_is_no_cursor_is_refused(encoded: str) -> None:
    assert Cursor.decode("MS4x").id == 1, "the good one is good"
    with pytest.raises(BadCursor):
        Cursor.decode(encoded)


@given(st.text() | st.text("MS4xQz", max_size=12))
def test_each_cursor_has_one_spelling(encoded: str) -> None:
    try:
        cursor = Cursor.decode(encoded)
    except BadCursor:
        return
    assert cursor.encode() == encoded
