"""Who may take out lists, how much at once, and what their rights were then."""

from __future__ import annotations

import hashlib
import json

from tablica.accounts.models import User
from tablica.accounts.rules import access_of
from tablica.records.rules import circles_of

MOST_ROWS = 10_000
"""Records in one file, for who does not administer."""
AT_ONCE = 2_000
"""Records of a list that is made into a file while one waits."""
MOST_FILES = 40
"""Files that somebody may ask for within the time that they are kept."""


def may_take(user: User, rows: int) -> bool:
    """Whether `user` may take out so many records in one file."""
    return access_of(user).administers or rows <= MOST_ROWS


def rights_of(user: User, kind: str) -> str:
    """A digest of what decides which records of `kind`, and what of them, `user` takes out."""
    access = access_of(user)
    verbs = ("view", "export")
    said = [
        access.active,
        [access.scope(kind, verb) for verb in verbs],
        sorted(access.team_ids),
        sorted(access.fields.get(kind, {}).items()),
        circles_of(user),
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
