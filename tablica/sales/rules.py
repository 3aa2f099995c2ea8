"""What the rights to the fields of deals mean for moving them on."""

from __future__ import annotations

from tablica.accounts.models import User
from tablica.records.rules import hidden_fields, sealed_fields


def sees_way(user: User) -> bool:
    """Whether `user` may know how far deals are, and which are open: the board and the stepper."""
    return not {"stage", "outcome"} & hidden_fields(user, "deal")


def may_move_on(user: User) -> bool:
    """Whether `user` may bring the deals they edit to another stage."""
    return sees_way(user) and "stage" not in sealed_fields(user, "deal")


def may_end(user: User) -> bool:
    """Whether `user` may win, lose and open again the deals they edit: that says why as well."""
    return sees_way(user) and not {"outcome", "outcome_reason"} & sealed_fields(user, "deal")
