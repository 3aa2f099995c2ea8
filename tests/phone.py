"""A phone with an app, for tests: what it shows, and what it does not."""

from __future__ import annotations

import time

from tablica.accounts.commands.factors import add_app
from tablica.accounts.factors import totp
from tablica.accounts.models import User

GOOD = "correct horse battery"
SECRET = b"12345678901234567890"


def code(later: int = 0, secret: bytes = SECRET) -> str:
    """What it shows now, or so many half minutes later."""
    return totp.code_at(secret, int(time.time()) // 30 + later)


def wrong() -> str:
    """A code that it does not show, nor will soon."""
    right = {code(later) for later in range(-3, 4)}
    return next(c for n in range(10) if (c := f"{n:06}") not in right)


def give_app(user: User) -> list[str]:
    """Set one up for `user`, which uses up the code of now; the recovery codes."""
    return add_app(SECRET, code=code(), password=GOOD, by=user)
