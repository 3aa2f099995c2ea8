"""What was found."""

from __future__ import annotations

from datetime import datetime

from tablica.api.shapes.base import Listing, Named, RecordLink, Shape


class RecordHit(Shape):
    """A record that was found; `marks` are the matching parts of the title, `[from, to)`."""

    id: int
    kind: str
    title: str
    marks: list[tuple[int, int]]
    about: str
    url: str


class EntryHit(Shape):
    """An entry, or a `comment` to it, that was found; `marks` are the matching parts."""

    id: int
    type: str
    record: RecordLink
    author: Named | None
    happened_at: datetime
    comment: int | None
    snippet: str
    marks: list[tuple[int, int]]
    url: str


class Found(Shape):
    """The records and the entries that were found; `next` is the cursor of the following ones."""

    records: list[RecordHit]
    entries: list[EntryHit]
    next: str | None


class HitList(Listing):
    """Suggestions, the best first."""

    items: list[RecordHit]
