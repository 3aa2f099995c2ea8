"""Keeping the words of records, entries and comments, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from django.db import connection

from tablica.records.kinds import Kind, kind_named
from tablica.records.models import Record, RecordModel
from tablica.search.models import SearchDocument
from tablica.shared.text.words import (
    to_fts5_text,
    to_tsvector_literal,
    tokens,
    tokens_by_field,
)
from tablica.wall.models import Comment, Entry
from tablica.wall.types import shown_type

REASON = "the index holds everything; whoever searches, filters"
TITLE = "title"
REPLACE = {
    "sqlite": "INSERT OR REPLACE INTO search_words (rowid, words) VALUES (%s, %s)",
    "postgresql": "INSERT INTO search_words (id, words) VALUES (%s, %s::tsvector) "
    "ON CONFLICT (id) DO UPDATE SET words = excluded.words",
}


def text_changed(
    sender: object,
    records: Sequence[int] = (),
    entries: Sequence[int] = (),
    comments: Sequence[int] = (),
    **kwargs: Any,
) -> None:
    """Bring the index in line with what changed; runs inside the transaction of the change."""
    if records:
        index_records(records)
    if entries:
        index_entries(entries)
    if comments:
        index_comments(comments)


def index_records(numbers: Iterable[int]) -> None:
    """Keep the words of these records: the title and what their kind says."""
    records = Record.objects.unguarded(reason=REASON).in_bulk(list(numbers))
    documents = _documents_of(records)
    texts: list[tuple[int, Mapping[str, str]]] = []
    for kind_name in {record.kind for record in records.values()}:
        kind = kind_named(kind_name)
        bodies = kind.model.objects.unguarded(reason=REASON).select_related("record")
        for body in bodies.filter(pk__in=[r.pk for r in records.values() if r.kind == kind_name]):
            texts.append((documents[body.pk].pk, record_texts(kind, body, body.record.title)))
    keep_words(sorted(texts, key=itemgetter(0)))


def record_texts(kind: Kind, body: RecordModel, title: str) -> dict[str, str]:
    """By field, everything of a record that is searched."""
    return {TITLE: title, **kind.words_of(body)}


def _documents_of(records: Mapping[int, Record]) -> dict[int, SearchDocument]:
    """The document of each of these records, at its time; made where it is missing."""
    documents = SearchDocument.objects.unguarded(reason=REASON)
    found = {its.record_id: its for its in documents.filter(record__in=records, entry=None)}
    late = [its for pk, its in found.items() if its.happened_at != records[pk].touched_at]
    for document in late:
        document.happened_at = records[document.record_id].touched_at
    documents.bulk_update(late, ["happened_at"])
    missing = [
        SearchDocument(record=record, happened_at=record.touched_at)
        for pk, record in records.items()
        if pk not in found
    ]
    return found | {its.record_id: its for its in documents.bulk_create(missing)}


def index_entries(numbers: Iterable[int]) -> None:
    """Keep the words of these entries and the names of their files; comments move with them.

    Automatic entries have no words of their own: what they tell is found at the record.
    """
    entries = Entry.objects.unguarded(reason=REASON).filter(pk__in=list(numbers))
    for entry in entries:
        document, _fresh = SearchDocument.objects.unguarded(reason=REASON).update_or_create(
            entry=entry,
            comment=None,
            defaults={"record_id": entry.record_id, "happened_at": entry.happened_at},
        )
        names = entry.files.unguarded(reason=REASON).values_list("name", flat=True)
        keep_words([(document.pk, entry_text(entry, names))])
        SearchDocument.objects.unguarded(reason=REASON).filter(entry=entry).exclude(
            record=entry.record_id
        ).update(record=entry.record_id)


def entry_text(entry: Entry, file_names: Iterable[str]) -> str:
    """Everything of an entry that is searched."""
    extra = shown_type(entry.type).extra
    more = extra.texts(entry) if extra else ()
    return "\n".join([entry.body, *more, *file_names, entry.source])


def index_comments(numbers: Iterable[int]) -> None:
    """Keep the words of these comments, under their entry's home."""
    comments = Comment.objects.unguarded(reason=REASON).select_related("entry")
    for comment in comments.filter(pk__in=list(numbers)):
        document, _fresh = SearchDocument.objects.unguarded(reason=REASON).update_or_create(
            comment=comment,
            defaults={
                "record_id": comment.entry.record_id,
                "entry_id": comment.entry_id,
                "happened_at": comment.created_at,
            },
        )
        keep_words([(document.pk, comment.body)])


def keep_words(documents: Sequence[tuple[int, str | Mapping[str, str]]]) -> None:
    """Store the analysed words of `(number of the document, text)`, replacing earlier ones.

    Texts by field are found by the whole of them, and each field by itself.
    """
    form = to_fts5_text if connection.vendor == "sqlite" else to_tsvector_literal
    rows = [
        (number, form(tokens(text) if isinstance(text, str) else tokens_by_field(text)))
        for number, text in documents
    ]
    with connection.cursor() as cursor:
        cursor.executemany(REPLACE[connection.vendor], rows)
