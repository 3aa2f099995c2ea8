"""Who opens unusually many records: the trail tells of it, once in an hour."""

from __future__ import annotations

from collections.abc import Iterable

from tablica.accounts.models import User
from tablica.shared.limits.different import note_many
from tablica.shared.trail import commands as trail

MANY = 300
"""Different records within an hour that nobody opens in the course of their work."""


def tell_given(user: User, numbers: Iterable[int]) -> None:
    """Remember that `user` was given these records whole."""

    def tell(count: int) -> None:
        trail.note("many read", by=user.pk, about=f"user {user.pk}", records=count)

    note_many(f"given {user.pk}", numbers, MANY, tell)
