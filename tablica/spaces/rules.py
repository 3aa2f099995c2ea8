"""Who may decide about what people wrote in a space. Voting may whoever reads the entry."""

from __future__ import annotations

from tablica.accounts.models import User
from tablica.records.rules import may
from tablica.wall.models import Entry


def runs(user: User, entry: Entry) -> bool:
    """Whether `user` looks after the wall: its owner, managers, and who else may delete it."""
    return may(user, "delete", entry.record)


def may_close(user: User, entry: Entry) -> bool:
    """Who asked, or looks after the wall, ends a poll."""
    return entry.author_id == user.pk or runs(user, entry)


def may_accept(user: User, entry: Entry) -> bool:
    """Who asked, or may edit the space, says which comment answers."""
    return entry.author_id == user.pk or may(user, "edit", entry.record)
