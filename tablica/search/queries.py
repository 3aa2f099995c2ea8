"""Finding: words matched and rights applied in one SQL statement, the same on both engines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record, RecordTag
from tablica.records.rules import hidden_fields, kinds_with_hidden_fields
from tablica.records.tags import tag_key
from tablica.search.hits import Found, RecordHit, described, entry_hits, record_hit
from tablica.search.indexing import TITLE
from tablica.search.models import SearchDocument
from tablica.search.pages import newest_page, ranked_page
from tablica.search.places import BEGINNING, After
from tablica.shared.text.words import Query, mark_of, parse_query, to_fts5, to_tsquery
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
    return matching_within(query, ("",))


def matching_within(query: Query, fields: Collection[str]) -> Q:
    """The filter for documents that contain the query's words in these fields; `""` is anywhere."""
    marks = [mark_of(field) if field else "" for field in fields]
    form = to_fts5 if connection.vendor == "sqlite" else to_tsquery
    text = form(query, marks)
    return Q(pk__in=RawSQL(MATCHES[connection.vendor], (text,)))  # noqa: S611  a parameter


def records_containing(user: User, q: str) -> Q:
    """The filter for records whose own words, as far as `user` may see them, contain those of `q`.

    Records of a kind of which fields are hidden are found by the words in the other ones alone.
    """
    query = parse_query(q)
    if query.is_empty:
        return Q(pk__in=())
    documents = SearchDocument.objects.unguarded(reason="the records are filtered by rights")
    of_records = documents.filter(entry=None)
    anywhere = Q(pk__in=of_records.filter(matching(query)).values("record"))
    kinds = map(kind_named, kinds_with_hidden_fields(user))
    narrowed = {
        kind.name: [name for name in kind.texts if name not in hidden_fields(user, kind.name)]
        for kind in kinds
        if hidden_fields(user, kind.name).intersection(kind.texts)
    }
    if not narrowed:
        return anywhere
    found = anywhere & ~Q(kind__in=list(narrowed))
    for kind, names in narrowed.items():
        within = of_records.filter(matching_within(query, [TITLE, *names]))
        found |= Q(kind=kind, pk__in=within.values("record"))
    return found


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
        records = _records(user, chosen.get("kind", "")).filter(records_containing(user, q))
    documents = SearchDocument.objects.visible_to(user).filter(
        matching(query),
        entry__isnull=False,
        **{NARROWED_BY[name]: value for name, value in chosen.items()},
    )
    hits, more = _ranked(user, records, q, limit, after.records)
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
    hits, more = _ranked(user, records, "", limit, after.records)
    found = Found(hits, [], more_records=more)
    if after.entries is None:
        return found
    entries = Entry.objects.visible_to(user).filter(replace(filters, talk=True).q_filter(user))
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
        return _suggested(user, records, q, limit)
    first = _suggested(user, records.filter(pk__in=near), q, limit)
    others = _suggested(user, records.exclude(pk__in=near), q, limit)
    return (first + others)[:limit]


def _suggested(user: User, records: QuerySet[Record], q: str, limit: int) -> list[RecordHit]:
    if q.strip():
        found = records.filter(records_containing(user, q))
        hits, _more = _ranked(user, found, q, limit, "")
        return hits
    latest = records.order_by("-touched_at", "-pk")[:limit]
    return described(user, (record_hit(record, "") for record in latest))


def _records(user: User, kind: str) -> QuerySet[Record]:
    records = Record.objects.visible_to(user)
    return records.of_kind(kind) if kind else records


def _ranked(
    user: User, records: QuerySet[Record], q: str, limit: int, after: str | None
) -> tuple[list[RecordHit], str | None]:
    return ([], None) if after is None else ranked_page(user, records, q, limit, after)
