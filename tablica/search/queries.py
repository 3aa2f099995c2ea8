"""Finding: words matched and rights applied in one SQL statement, the same on both engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tablica.accounts.models import User
from tablica.records.models import Record, RecordTag
from tablica.records.tags import tag_key
from tablica.search.hits import Found, RecordHit, described, entry_hits, record_hit
from tablica.search.models import SearchDocument
from tablica.search.pages import newest_page, ranked_page
from tablica.search.places import BEGINNING, After
from tablica.shared.text.words import Query, parse_query, to_fts5, to_tsquery
from tablica.wall.models import Entry
from tablica.wall.queries.filters import Filters

MATCHES = {
    "sqlite": "SELECT rowid FROM search_words WHERE search_words MATCH %s",
    "postgresql": "SELECT id FROM search_words WHERE words @@ %s::tsquery",
}
NARROWED_BY = {
    "kind": "record__kind",
    "type": "entry__type",
    "tag": "entry__tags__key",
    "author": "entry__author",
    "since": "happened_at__gte",
    "until": "happened_at__lt",
}
SUGGESTIONS = 8


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
    user: User,
    q: str,
    *,
    limit: int = 30,
    filters: Mapping[str, Any] | None = None,
    after: After = BEGINNING,
) -> Found:
    """What `user` may see that contains every word of `q`, in any inflected form: one page.

    `filters` may name `kind` (of the record), and for entries `type`, `tag` (its key), `author`,
    `since`, `until`. With one of the latter only entries are found. Raises `BadCursor`.
    """
    query = parse_query(q)
    if query.is_empty:
        return Found([], [])
    chosen = {k: v for k, v in (filters or {}).items() if v not in (None, "")}
    records: QuerySet[Record] = Record.objects.none()
    if not chosen.keys() - {"kind"}:
        records = _records(user, chosen.get("kind", "")).filter(records_containing(q))
    documents = SearchDocument.objects.visible_to(user).filter(
        matching(query),
        entry__isnull=False,
        **{NARROWED_BY[name]: value for name, value in chosen.items()},
    )
    hits, more = _ranked(records, q, limit, after.records)
    found = Found(hits, [], more_records=more)
    if after.entries is None:
        return found
    joined = documents.select_related("entry__record", "entry__author", "comment__author")
    page, more = newest_page(joined, limit, after.entries)
    entries = entry_hits(user, ((d.entry, d.comment, d.happened_at) for d in page if d.entry), q)
    return replace(found, entries=entries, more_entries=more)


def listed(
    user: User, filters: Filters, *, kind: str = "", limit: int = 30, after: After = BEGINNING
) -> Found:
    """What `user` may see that fits the filters, without any word, the newest first: one page.

    With nothing but a tag the records that carry it come too. Raises `BadCursor`.
    """
    if not (filters.any or kind):
        return Found([], [])
    records: QuerySet[Record] = Record.objects.none()
    if filters == Filters(tag=filters.tag):
        records = _records(user, kind)
        if filters.tag:
            tagged = RecordTag.objects.filter(tag__key=tag_key(filters.tag)).values("record")
            records = records.filter(pk__in=tagged)
    hits, more = _ranked(records, "", limit, after.records)
    found = Found(hits, [], more_records=more)
    if after.entries is None:
        return found
    entries = Entry.objects.visible_to(user).filter(replace(filters, talk=True).q_filter())
    if kind:
        entries = entries.filter(record__kind=kind)
    page, more = newest_page(entries.select_related("record", "author"), limit, after.entries)
    shown = entry_hits(user, ((entry, None, entry.happened_at) for entry in page), "")
    return replace(found, entries=shown, more_entries=more)


def suggest(
    user: User, q: str, *, kind: str = "", near: Sequence[int] = (), limit: int = SUGGESTIONS
) -> list[RecordHit]:
    """Records for the palette and for picking: by words of their title; without `q` the latest.

    Those of the numbers in `near` stand before all others.
    """
    records = _records(user, kind)
    if not near:
        return _suggested(records, q, limit)
    first = _suggested(records.filter(pk__in=near), q, limit)
    others = _suggested(records.exclude(pk__in=near), q, limit)
    return (first + others)[:limit]


def _suggested(records: QuerySet[Record], q: str, limit: int) -> list[RecordHit]:
    if q.strip():
        hits, _more = _ranked(records.filter(records_containing(q)), q, limit, "")
        return hits
    latest = records.order_by("-touched_at", "-pk")[:limit]
    return described(record_hit(record, "") for record in latest)


def _records(user: User, kind: str) -> QuerySet[Record]:
    records = Record.objects.visible_to(user)
    return records.of_kind(kind) if kind else records


def _ranked(
    records: QuerySet[Record], q: str, limit: int, after: str | None
) -> tuple[list[RecordHit], str | None]:
    return ([], None) if after is None else ranked_page(records, q, limit, after)
