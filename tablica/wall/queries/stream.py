"""Rows as they are read: separated by days, runs of automatic changes folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from tablica.wall.queries.rows import EntryRow

FOLD_FROM = 3


@dataclass
class Item:
    """One thing in the stream: a day, an entry, a change, or a folded run of changes."""

    kind: str
    rows: list[EntryRow] = field(default_factory=list)

    @property
    def row(self) -> EntryRow:
        return self.rows[0]

    @property
    def changes(self) -> int:
        """How many things a run changed."""
        return sum(len(row.changes) or 1 for row in self.rows)


def day_of(row: EntryRow) -> date:
    """The day of an entry in the reader's time zone."""
    return timezone.localtime(row.entry.happened_at).date()


def stream(rows: Iterable[EntryRow], *, last_day: date | None = None) -> Iterator[Item]:
    """The items of a page; `last_day` is the day with which the page above ended."""
    run: list[EntryRow] = []
    for row in rows:
        same_run = bool(run) and not row.type.written and _belongs(run[-1], row)
        if run and not same_run:
            yield from _told(run)
            run = []
        if (day := day_of(row)) != last_day:
            last_day = day
            yield Item("day", [row])
        if row.type.written:
            yield Item("entry", [row])
        else:
            run.append(row)
    yield from _told(run)


def _belongs(one: EntryRow, two: EntryRow) -> bool:
    return (
        one.entry.author_id == two.entry.author_id
        and one.home.id == two.home.id
        and day_of(one) == day_of(two)
    )


def _told(run: list[EntryRow]) -> Iterator[Item]:
    if len(run) >= FOLD_FROM:
        yield Item("run", run)
    else:
        yield from (Item("change", [row]) for row in run)
