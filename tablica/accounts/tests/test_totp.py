"""Codes of an app, as the standard says, and the codes for the day the phone is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.accounts.factors import codes, squares, totp

pytestmark = pytest.mark.any_engine

SECRET = b"12345678901234567890"
FROM_THE_STANDARD = {  # RFC 6238, appendix B, the last six of eight digits
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


@pytest.mark.parametrize(("now", "code"), FROM_THE_STANDARD.items())
def test_codes_are_those_of_the_standard(now: int, code: str) -> None:
    assert totp.code_at(SECRET, now // 30) == code
    assert totp.step_of(SECRET, code, now=now) == now // 30


@pytest.mark.parametrize(("late", "counts"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_half_a_minute_wrong(late: int, counts: bool) -> None:
    now = 1_700_000_010
    code = totp.code_at(SECRET, (now + late) // 30)
    assert (totp.step_of(SECRET, code, now=now) is not None) == counts


@pytest.mark.parametrize("typed", ["287 082", " 287-082 ", "۲۸۷۰۸۲", "٢٨٧٠٨٢"])
def test_a_code_is_typed_as_one_likes(typed: str) -> None:
    assert totp.step_of(SECRET, typed, now=59) == 1


@given(st.text(max_size=70))
def test_whatever_is_typed_is_no_code_unless_it_is(typed: str) -> None:
    right = {totp.code_at(SECRET, step) for step in (99, 100, 101)}
    assert (totp.step_of(SECRET, typed, now=3000) is None) == (totp.plain(typed) not in right)


def test_what_an_app_reads() -> None:
    said = totp.address(SECRET, email="anna+x@example.org")
    assert said.startswith("otpauth://totp/Tablica:anna%2Bx@example.org?secret=GEZDGNBV")
    assert "issuer=Tablica" in said
    assert totp.shown(SECRET).split()[0] == "GEZD"


def test_the_picture_says_it() -> None:
    """Its dots are those of the square, and around them is room."""
    square = squares.square_of("otpauth://totp/Tablica:a@b.c?secret=GEZDGNBV")
    assert square.path.startswith("M4 4h7v1h-7z")
    assert square.size >= 21 + 8


def test_recovery_codes_are_ten_long_and_unlike() -> None:
    made = codes.new_codes()
    assert len(set(made)) == 10
    assert all(len(code) == 29 and codes.looks_like_one(code) for code in made)
    typed = made[0].upper().replace("-", " ")
    assert codes.digest_of_code(typed) == codes.digest_of_code(made[0])
    assert not codes.looks_like_one("287 082")
