"""Collecting the rows of the story's chapters and writing them in bulk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models

from tablica.demo.insert import insert_rows
from tablica.demo.rows import (
    AUTOMATIC,
    comment_rows,
    company_row,
    deal_row,
    entry_row,
    move_rows,
    person_row,
    record_row,
    space_row,
    topic_rows,
)
from tablica.demo.story.shapes import Chapter, EntryShape, RecordShape
from tablica.people.models import Company, Employment, Person
from tablica.records.kinds import kind_named
from tablica.records.models import Change, Record, RecordModel, RecordTag
from tablica.records.tags import make_tags, tag_key
from tablica.sales.models import Deal, DealPerson, Stage
from tablica.search.indexing import entry_text, keep_words, record_texts
from tablica.search.models import SearchDocument
from tablica.shared import markdown
from tablica.shared.blobs import default_store
from tablica.spaces.models import Choice, Idea, Poll, Question, Space, Support, Vote
from tablica.wall.models import (
    Comment,
    Entry,
    EntryTag,
    File,
    Follow,
    Move,
    Placement,
    Reaction,
)

REASON = "filling an empty database"
ENOUGH = 4_000
"""Entries that are written together."""
MOST_BYTES = 2**20

# In the order in which rows refer to one another.
TABLES: tuple[type[models.Model], ...] = (
    Record,
    Company,
    Person,
    Deal,
    Space,
    Employment,
    DealPerson,
    RecordTag,
    Follow,
    Change,
    Entry,
    EntryTag,
    Comment,
    Poll,
    Choice,
    Vote,
    Idea,
    Support,
    Question,
    Reaction,
    Placement,
    Move,
    File,
    SearchDocument,
)


class Filler:
    """Collects the rows of chapters and writes them together."""

    def __init__(self) -> None:
        self.rows: dict[type[models.Model], list[models.Model]] = {table: [] for table in TABLES}
        self.words: list[tuple[int, str | Mapping[str, str]]] = []
        self._documents = 0
        self._choices = 0
        self.counts = dict.fromkeys(
            ("companies", "persons", "deals", "spaces", "entries", "comments", "files"), 0
        )
        self._stages = dict(Stage.objects.values_list("slug", "pk"))
        self._tags: dict[str, int] = {}
        self._store = default_store()
        self._versions: dict[int, int] = {}
        self._kinds: dict[int, str] = {}
        self._touched: dict[int, datetime] = {}

    def add(self, chapter: Chapter) -> None:
        """Take a chapter in; nothing is written yet."""
        self._touched |= chapter.touched
        self._add_history(chapter.entries)
        for company in chapter.companies:
            self._add_record(company, "company", company_row(company))
        for person in chapter.persons:
            self._add_record(person, "person", person_row(person))
        for deal in chapter.deals:
            self._add_record(deal, "deal", deal_row(deal, self._stages))
            self._put(DealPerson(deal_id=deal.key, person_id=key) for key in deal.people)
        for space in chapter.spaces:
            self._add_record(space, "space", space_row(space))
        self._put(Employment(person_id=j.person, company_id=j.company) for j in chapter.jobs)
        for entry in chapter.entries:
            self._add_entry(entry)
        for name in ("companies", "persons", "deals", "spaces", "entries"):
            self.counts[name] += len(getattr(chapter, name))

    @property
    def is_full(self) -> bool:
        """Whether it is time to write."""
        return len(self.rows[Entry]) >= ENOUGH

    def write(self) -> None:
        """Write what was taken in, and the words to find it by."""
        for rows in self.rows.values():
            insert_rows(rows)
        keep_words(self.words)
        self.forget()

    def forget(self) -> None:
        """Let go of what was taken in: it is written."""
        for rows in self.rows.values():
            rows.clear()
        self.words.clear()

    def touch_again(self) -> None:
        """Bring records up to date that later chapters spoke of."""
        records = Record.objects.unguarded(reason=REASON)
        for key, at in self._touched.items():
            records.filter(pk=key).update(touched_at=at, version=self._versions[key])

    def _put(self, rows: Iterable[models.Model]) -> None:
        for row in rows:
            self.rows[type(row)].append(row)

    def _add_record(self, shape: RecordShape, kind: str, body: RecordModel) -> None:
        record = record_row(shape, kind, self._versions.get(shape.key, 1))
        self._kinds[shape.key] = kind
        self._put((record, body))
        self._put(RecordTag(record_id=shape.key, tag_id=self._tag(name)) for name in shape.tags)
        self._put(
            Follow(
                user_id=follow.person,
                record_id=shape.key,
                mode=follow.mode,
                created_at=shape.created_at,
            )
            for follow in shape.follows
        )
        document = SearchDocument(record_id=shape.key, happened_at=shape.touched_at)
        self._find_by(document, record_texts(kind_named(kind), body, shape.title))

    def _add_history(self, entries: list[EntryShape]) -> None:
        """Each told change is one version of its record."""
        for entry in entries:
            changes = entry.data.get("changes")
            if not isinstance(changes, list):
                continue
            version = self._versions.get(entry.record, 1) + 1
            self._versions[entry.record] = entry.data["version"] = version
            fields = {change["field"]: [change["from"], change["to"]] for change in changes}
            self._put(
                [
                    Change(
                        record_id=entry.record,
                        version=version,
                        at=entry.happened_at,
                        by_id=entry.author,
                        fields=fields,
                    )
                ]
            )

    def _add_entry(self, shape: EntryShape) -> None:
        entry = entry_row(shape, self._kinds[shape.record])
        self._put([entry])
        if shape.type in AUTOMATIC:
            return
        self._add_files(shape)
        names = [file.name for file in shape.files]
        document = SearchDocument(
            record_id=shape.record, entry_id=shape.key, happened_at=shape.happened_at
        )
        self._find_by(document, entry_text(entry, [*shape.choices, *names]))
        self._add_topic(shape)
        self._add_comments(shape)
        tags = {self._tag(name) for name in shape.tags}
        if "#" in shape.text:
            tags |= {self._tag(name) for name in markdown.tags_in(shape.text)}
        self._put(EntryTag(entry_id=shape.key, tag_id=tag) for tag in sorted(tags))
        self._put(
            Reaction(entry_id=shape.key, user_id=r.person, emoji=r.emoji, at=r.at)
            for r in shape.reactions
        )
        self._put(
            Placement(entry_id=shape.key, record_id=shown.record, at=shown.at, by_id=shown.by)
            for shown in shape.placements
        )
        self._put(move_rows(shape))

    def _add_topic(self, shape: EntryShape) -> None:
        rows = topic_rows(shape, self.counts["comments"] + 1, self._choices + 1)
        self._choices += len(shape.choices)
        self._put(rows)

    def _add_comments(self, shape: EntryShape) -> None:
        rows = comment_rows(shape, self.counts["comments"] + 1)
        self.counts["comments"] += len(rows)
        self._put(rows)
        for row, comment in zip(rows, shape.comments, strict=True):
            document = SearchDocument(
                record_id=shape.record,
                entry_id=shape.key,
                comment_id=row.pk,
                happened_at=comment.at,
            )
            self._find_by(document, row.body)
            self._put(
                Reaction(comment_id=row.pk, user_id=person, emoji="👍", at=comment.at)
                for person in comment.likes
            )

    def _add_files(self, shape: EntryShape) -> None:
        for file in shape.files:
            blob = self._store.put([file.content()], MOST_BYTES)
            row = File(
                entry_id=shape.key,
                name=file.name,
                type=file.type,
                size=blob.size,
                sha256=blob.sha256,
                uploaded_by_id=shape.author,
                created_at=shape.happened_at,
            )
            self._put([row])
            self.counts["files"] += 1

    def _find_by(self, document: SearchDocument, text: str | Mapping[str, str]) -> None:
        self._documents += 1
        document.pk = self._documents
        self._put([document])
        self.words.append((document.pk, text))

    def _tag(self, name: str) -> int:
        """The number of the tag of this name, made when it is new."""
        key = tag_key(name)
        if key not in self._tags:
            self._tags[key] = make_tags([name], by=None)[0].pk
        return self._tags[key]
