"""What was found, as readers see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.records.rules import hidden_fields
from tablica.shared.markdown import preview
from tablica.shared.text.words import Pieces, mark, snippet
from tablica.wall.models import Comment, Entry
from tablica.wall.queries.cards import Cards, cards_in


@dataclass(frozen=True)
class RecordHit:
    """A record whose own words match; `title` in pieces, the matching ones marked."""

    record: Record
    title: Pieces
    url: str
    about: str

    @property
    def score(self) -> int:
        """How much of the title matches, in characters: the more, the better the hit."""
        return sum(len(piece) for piece, found in self.title if found)


@dataclass(frozen=True)
class EntryHit:
    """An entry, or a comment of it, that matches: where it is and what it says there."""

    entry: Entry
    comment: Comment | None
    snippet: Pieces
    happened_at: datetime
    url: str


@dataclass(frozen=True)
class Found:
    """One page of hits: the best records and the newest entries.

    `more_records` and `more_entries` are the places from which the next ones come; None at the end.
    """

    records: list[RecordHit]
    entries: list[EntryHit]
    more_records: str | None = None
    more_entries: str | None = None


def record_hit(record: Record, q: str) -> RecordHit:
    """A record with what of its title matches, not yet described."""
    return RecordHit(record, mark(record.title, q), kind_named(record.kind).url_of(record.pk), "")


def described(user: User, hits: Iterable[RecordHit]) -> list[RecordHit]:
    """The same hits, each with the line that its kind says about it; one query for each kind."""
    hits = list(hits)
    lines: dict[int, str] = {}
    for kind in {hit.record.kind for hit in hits}:
        numbers = [hit.record.pk for hit in hits if hit.record.kind == kind]
        lines |= kind_named(kind).describe(numbers, hidden_fields(user, kind))
    return [replace(hit, about=lines.get(hit.record.pk, "")) for hit in hits]


def entry_hits(
    user: User, found: Iterable[tuple[Entry, Comment | None, datetime]], q: str
) -> list[EntryHit]:
    """Entries, or comments of theirs, each with the part of its text that matches best."""
    found = list(found)
    cards = cards_in(user, (comment.body if comment else entry.body for entry, comment, _ in found))
    return [_entry_hit(entry, comment, at, q, cards) for entry, comment, at in found]


def _entry_hit(
    entry: Entry, comment: Comment | None, happened_at: datetime, q: str, cards: Cards
) -> EntryHit:
    return EntryHit(
        entry=entry,
        comment=comment,
        snippet=snippet(cards.text(preview(comment.body if comment else entry.body)), q),
        happened_at=happened_at,
        url=f"/e/{entry.pk}" + (f"?comment={comment.pk}" if comment else ""),
    )
