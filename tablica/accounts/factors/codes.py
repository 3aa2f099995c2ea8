"""Recovery codes: how they look, and how they are compared."""

from __future__ import annotations

import secrets

from tablica.shared.digests import digest_of

HOW_MANY = 10
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody mistakes for another: no i, l, o, 0, 1."""
LENGTH, GROUP = 24, 4
"""118 random bits: too many to be found from a digest, so that a plain one is enough."""


def new_codes() -> list[str]:
    """Ten codes, as they are shown for the only time."""
    return [
        _grouped("".join(secrets.choice(SIGNS) for _ in range(LENGTH))) for _ in range(HOW_MANY)
    ]


def digest_of_code(typed: str) -> str:
    """The digest of a code, however it was typed: in capitals, without dashes, with spaces."""
    return digest_of("recovery " + "".join(s for s in typed.lower() if s.isalnum()))


def looks_like_one(typed: str) -> bool:
    """Whether so much was typed that it is no code of an app."""
    return sum(sign.isalnum() for sign in typed) > LENGTH // 2


def _grouped(code: str) -> str:
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def about_app_of(user: int) -> str:
    """What the secret of somebody's app is sealed for: it opens for nobody else."""
    return f"code app of user {user}"
