"""Finding: words matched and rights applied in one SQL statement, the same on both engines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record, RecordTag
from tablica.records.tags import tag_key
from tablica.search.models import SearchDocument
from tablica.shared.markdown import preview
from tablica.shared.text.words import Pieces, Query, mark, parse_query, snippet, to_fts5, to_tsquery
from tablica.wall.models import Comment, Entry
from tablica.wall.queries.filters import Filters

MATCHES = {
    "sqlite": "SELECT rowid FROM search_words WHERE search_words MATCH %s",
    "postgresql": "SELECT id FROM search_words WHERE words @@ %s::tsquery",
}
SUGGESTIONS = 8


@dataclass(frozen=True)
class RecordHit:
    """A record whose own words match; `title` in pieces, the matching ones marked."""

    record: Record
    title: Pieces
    url: str
    about: str


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
    """The best records and the newest entries, each cut at `limit`."""

    records: list[RecordHit]
    entries: list[EntryHit]


def matching(query: Query) -> Q:
    """The filter for documents that contain the query's words."""
    text = to_fts5(query) if connection.vendor == "sqlite" else to_tsquery(query)
    return Q(pk__in=RawSQL(MATCHES[connection.vendor], (text,)))  # noqa: S611  a parameter


def records_containing(q: str) -> Q:
    """The filter for records whose own words contain those of `q`."""
    query = parse_query(q)
    if query.is_empty:
        return Q(pk__in=())
    documents = SearchDocument.objects.unguarded(reason="the records are filtered by rights")
    return Q(pk__in=documents.filter(matching(query), entry=None).values("record"))


def entries_containing(q: str) -> Q:
    """The filter for entries that contain the words of `q`, in their text or a comment."""
    query = parse_query(q)
    if query.is_empty:
        return Q(pk__in=())
    documents = SearchDocument.objects.unguarded(reason="the entries are filtered by rights")
    alive = Q(comment=None) | Q(comment__trashed_at=None)
    found = documents.filter(alive, matching(query), entry__isnull=False)
    return Q(pk__in=found.values("entry"))


def search(
    user: User, q: str, *, limit: int = 30, filters: Mapping[str, Any] | None = None
) -> Found:
    """What `user` may see that contains every word of `q`, in any inflected form.

    `filters` may name `kind` (of the record), and for entries `type`, `tag` (its key), `author`,
    `since`, `until`. With one of the latter only entries are found.
    """
    query = parse_query(q)
    if query.is_empty:
        return Found([], [])
    chosen = {k: v for k, v in (filters or {}).items() if v not in (None, "")}
    documents = SearchDocument.objects.visible_to(user).filter(matching(query))
    if "kind" in chosen:
        documents = documents.filter(record__kind=chosen["kind"])
    only_entries = bool(chosen.keys() - {"kind"})
    records = [] if only_entries else _records(documents.filter(entry=None), q, limit)
    return Found(records, _entries(_narrowed(documents, chosen), q, limit))


def _narrowed(
    documents: QuerySet[SearchDocument], chosen: Mapping[str, Any]
) -> QuerySet[SearchDocument]:
    paths = {
        "type": "entry__type",
        "tag": "entry__tags__key",
        "author": "entry__author",
        "since": "happened_at__gte",
        "until": "happened_at__lt",
    }
    picked = {paths[name]: value for name, value in chosen.items() if name in paths}
    return documents.filter(entry__isnull=False, **picked)


def _records(documents: QuerySet[SearchDocument], q: str, limit: int) -> list[RecordHit]:
    """Those whose title matches first, then the most recently touched."""
    rows = documents.select_related("record__owner").order_by("-record__touched_at", "-pk")
    hits = [
        RecordHit(
            record=d.record,
            title=mark(d.record.title, q),
            url=kind_named(d.record.kind).url_of(d.record_id),
            about="",
        )
        for d in rows[: limit * 4]
    ]
    hits.sort(key=lambda hit: -sum(len(piece) for piece, found in hit.title if found))
    return _described(hits[:limit])


def _described(hits: list[RecordHit]) -> list[RecordHit]:
    lines: dict[int, str] = {}
    for kind in {hit.record.kind for hit in hits}:
        ids = [hit.record.pk for hit in hits if hit.record.kind == kind]
        lines |= kind_named(kind).describe(ids)
    return [RecordHit(hit.record, hit.title, hit.url, lines.get(hit.record.pk, "")) for hit in hits]


def _entries(documents: QuerySet[SearchDocument], q: str, limit: int) -> list[EntryHit]:
    rows = documents.select_related("entry__record", "entry__author", "comment__author")
    return [_entry_hit(d, q) for d in rows.order_by("-happened_at", "-pk")[:limit]]


def _entry_hit(document: SearchDocument, q: str) -> EntryHit:
    entry, comment = document.entry, document.comment
    assert entry is not None
    source = comment.body if comment else entry.body
    return EntryHit(
        entry=entry,
        comment=comment,
        snippet=snippet(preview(source), q),
        happened_at=document.happened_at,
        url=f"/e/{entry.pk}" + (f"?comment={comment.pk}" if comment else ""),
    )


def suggest(user: User, q: str, *, kind: str = "", limit: int = SUGGESTIONS) -> list[RecordHit]:
    """Records for the palette and for picking: by words of their title; without `q` the latest."""
    records = Record.objects.visible_to(user)
    if kind:
        records = records.of_kind(kind)
    if not q.strip():
        latest = records.order_by("-touched_at", "-pk")[:limit]
        return _described([_hit(record, "") for record in latest])
    query = parse_query(q)
    if query.is_empty:
        return []
    found = SearchDocument.objects.visible_to(user).filter(matching(query), entry=None)
    if kind:
        found = found.filter(record__kind=kind)
    return _records(found, q, limit)


def _hit(record: Record, q: str) -> RecordHit:
    return RecordHit(record, mark(record.title, q), kind_named(record.kind).url_of(record.pk), "")


def listed(user: User, filters: Filters, *, kind: str = "", limit: int = 30) -> Found:
    """What `user` may see that fits the filters, without any word: the newest first.

    With nothing but a tag the records that carry it come too.
    """
    if not (filters.any or kind):
        return Found([], [])
    entries = Entry.objects.visible_to(user).filter(replace(filters, talk=True).q_filter())
    if kind:
        entries = entries.filter(record__kind=kind)
    rows = entries.select_related("record", "author").order_by("-happened_at", "-pk")[:limit]
    hits = [
        EntryHit(e, None, snippet(preview(e.body), ""), e.happened_at, f"/e/{e.pk}") for e in rows
    ]
    if filters != Filters(tag=filters.tag):
        return Found([], hits)
    records = Record.objects.visible_to(user).order_by("-touched_at", "-pk")
    if kind:
        records = records.of_kind(kind)
    if filters.tag:
        tagged = RecordTag.objects.filter(tag__key=tag_key(filters.tag)).values("record")
        records = records.filter(pk__in=tagged)
    return Found(_described([_hit(record, "") for record in records[:limit]]), hits)


def _beginning(entry: Entry) -> Pieces:
    return snippet(preview(entry.body), "")
