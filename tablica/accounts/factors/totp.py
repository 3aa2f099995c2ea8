"""Codes that change every half minute (RFC 6238): SHA-1, six digits, as every app makes them."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import unicodedata
from urllib.parse import quote, urlencode

STEP = 30  # seconds
DIGITS = 6
SKEW = 1  # steps that the clock of a phone may be before or behind
BYTES = 20


def new_secret() -> bytes:
    """A secret for one app: 160 random bits, as RFC 4226 wishes."""
    return secrets.token_bytes(BYTES)


def code_at(secret: bytes, step: int) -> str:
    """The code of one half minute, counted from 1970."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_of(secret: bytes, code: str, *, now: float) -> int | None:
    """The half minute whose code this is, now or just before or after; None when it is wrong.

    `now` is in seconds since 1970.
    """
    typed = plain(code).encode()
    here = int(now // STEP)
    found = None
    for step in range(max(here - SKEW, 0), here + SKEW + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), typed):
            found = step
    return found


def plain(code: str) -> str:
    """A code without spaces and in ASCII: also whoever types Persian digits types a code."""
    kept = "".join(code.split()).replace("-", "")
    return "".join(str(unicodedata.digit(sign, sign)) for sign in kept)


def shown(secret: bytes) -> str:
    """The secret for those who type it, in groups of four."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address(secret: bytes, *, email: str) -> str:
    """What the square of dots says to an app."""
    said = {
        "secret": base64.b32encode(secret).decode().rstrip("="),
        "issuer": "Tablica",
        "algorithm": "SHA1",
        "digits": DIGITS,
        "period": STEP,
    }
    return f"otpauth://totp/Tablica:{quote(email, safe='@')}?{urlencode(said)}"
