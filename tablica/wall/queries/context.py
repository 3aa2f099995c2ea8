"""The context of a record: the walls of what it is related to."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from tablica.accounts.models import User
from tablica.records.kinds import Relation, Text, relations_of
from tablica.records.models import Record
from tablica.records.rules import hidden_fields
from tablica.wall.models import Entry
from tablica.wall.types import all_types
from tablica.wall.visibility import narrowed_q

MOST_RELATED = 2_000


@dataclass(frozen=True)
class Related:
    """The visible records of one relation, the most recently touched first."""

    relation: Relation
    titles: dict[int, str]

    @property
    def ids(self) -> list[int]:
        """The numbers of the records."""
        return list(self.titles)


@dataclass(frozen=True)
class Source:
    """One source of the context switch: how many entries were written there."""

    label: Text
    kind: str
    records: int
    entries: int


def related_to(user: User, record: Record) -> list[Related]:
    """What belongs to the context of `record` and may be seen by `user`; a query per relation.

    Of a relation that a hidden field makes there is nothing.
    """
    found = []
    for relation in relations_of(record.kind):
        kind, name = relation.by
        if name in hidden_fields(user, kind):
            continue
        titles = (
            Record.objects.visible_to(user)
            .filter(pk__in=relation.ids(record.pk))
            .exclude(pk=record.pk)
            .order_by("-touched_at", "-pk")
            .values_list("pk", "title")[:MOST_RELATED]
        )
        found.append(Related(relation, dict(titles)))
        Record.note_read(found[-1].ids)
    return found


def context_ids(related: list[Related]) -> list[int]:
    """All numbers of the context, each once."""
    return list(dict.fromkeys(pk for r in related for pk in r.ids))


def sources(user: User, record: Record, related: list[Related]) -> tuple[int, list[Source]]:
    """How many entries were written on this wall, and how many each part of the context adds.

    `record` and `related` are what the reader sees: the caller fetched them through the user.
    Counted with the reader's rights, in one query. What happened by itself is not counted: some of
    it tells of records out of the reader's sight, and a number must not give that away.
    """
    wanted = [record.pk, *context_ids(related)]
    counts: dict[int, int] = dict(
        Entry.objects.unguarded(reason="on walls that the reader sees, under their own audiences")
        .filter(narrowed_q(user), record__in=wanted, trashed_at=None)
        .filter(type__in=[t.name for t in all_types() if t.written])
        .order_by()
        .values_list("record")
        .annotate(n=Count("pk"))
    )
    return counts.get(record.pk, 0), [
        Source(
            label=r.relation.label,
            kind=r.relation.kind,
            records=len(r.ids),
            entries=sum(counts.get(pk, 0) for pk in r.ids),
        )
        for r in related
        if r.ids
    ]
