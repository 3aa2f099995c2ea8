"""The entry that tells somebody that a record was opened to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tablica.wall.models import Entry

SHARED = "shared"


def shared_with(entry: Entry) -> int | None:
    """The number of the one to whom this entry tells that the record is open to them, or None."""
    to = entry.data.get("to") if entry.type == SHARED else None
    return to if type(to) is int else None
