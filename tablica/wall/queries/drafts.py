"""What somebody is writing: at a place, on a page, everywhere."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.records.showing import Link
from tablica.shared import markdown
from tablica.shared.errors import Hidden
from tablica.wall.models import Comment, Draft, Entry, File, Upload
from tablica.wall.queries.cards import Cards, cards_in
from tablica.wall.queries.rows import EntryRow
from tablica.wall.queries.walls import position_of
from tablica.wall.rules import may_change_comment, may_change_entry

BEGINNING = 240
MOST_LISTED = 200


def where(user: User, place: Draft.Place, number: int) -> dict[str, Any]:
    """The field that says where a draft is written, for somebody who may write there.

    Raises `Hidden`: it is not there, or not for them to see or to change.
    """
    if place is Draft.Place.WALL:
        if not Record.objects.visible_to(user).filter(pk=number).exists():
            raise Hidden
        return {"record_id": number}
    if place is Draft.Place.COMMENT_EDIT:
        comment = Comment.objects.visible_to(user).filter(pk=number).first()
        if comment is None or not may_change_comment(user, comment):
            raise Hidden
        return {"comment_id": number}
    entry = position_of(user, number)
    if entry is None or (place is Draft.Place.ENTRY and not may_change_entry(user, entry)):
        raise Hidden
    return {"entry_id": number}


def drafts_at(user: User, place: Draft.Place, number: int) -> list[Draft]:
    """What `user` is writing at one place, the latest first. The caller knows they see it."""
    field = {Draft.Place.WALL: "record", Draft.Place.COMMENT_EDIT: "comment"}.get(place, "entry")
    return _latest(user, Q(place=place, **{field: number}))


def drafts_on(user: User, record: Record | None, rows: Iterable[EntryRow]) -> list[Draft]:
    """What `user` is writing on a page of a wall: a new entry, answers, changes. One query."""
    entries, comments = [], []
    for row in rows:
        entries.append(row.id)
        comments += [shown.id for shown in row.comments]
    wanted = Q(entry__in=entries) | Q(comment__in=comments)
    if record is not None:
        wanted |= Q(record=record.pk)
    return _latest(user, wanted)


def _latest(user: User, wanted: Q) -> list[Draft]:
    drafts = Draft.objects.visible_to(user).open().filter(wanted)
    found = list(drafts.order_by("-saved_at", "-pk")[:MOST_LISTED])
    _bring_files(user, found)
    return found


def _bring_files(user: User, drafts: list[Draft]) -> None:
    """Fetch what hangs on drafts: two queries when there are any, else none."""
    if drafts:
        files = File.objects.visible_to(user).filter(entry=None).order_by("pk")
        coming = Upload.objects.visible_to(user).filter(file=None).order_by("created_at")
        prefetch_related_objects(
            drafts,
            Prefetch("files", files, to_attr="its_files"),
            Prefetch("uploads", coming, to_attr="its_uploads"),
        )


def said(draft: Draft) -> dict[str, Any]:
    """A draft as the page takes it up again."""
    return {
        "id": draft.pk,
        "at": draft.spot,
        "key": str(draft.key),
        "version": draft.version,
        "saved": draft.saved_at.isoformat(),
        "text": draft.text,
        "chosen": draft.chosen,
        "files": [
            {
                "id": file.pk,
                "name": file.name,
                "size": file.size,
                "type": file.type,
                "url": file.url,
            }
            for file in getattr(draft, "its_files", ())
        ],
        "uploads": [
            {
                "number": str(upload.number),
                "name": upload.name,
                "size": upload.size,
                "offset": upload.offset,
            }
            for upload in getattr(draft, "its_uploads", ())
        ],
    }


def said_all(drafts: Iterable[Draft]) -> str:
    """Drafts as JSON, for an attribute of the page; nothing when there are none."""
    found = [said(draft) for draft in drafts]
    return json.dumps(found) if found else ""


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list of one's own: where it belongs, if one still sees that."""

    draft: Draft
    label: str
    wall: Link | None
    url: str
    cards: Cards

    @property
    def beginning(self) -> str:
        """Its first words, in one line; records in it by their names."""
        return " ".join(self.cards.text(markdown.preview(self.draft.text)).split())[:BEGINNING]

    @property
    def files(self) -> list[File]:
        """Those that wait with it."""
        return list(getattr(self.draft, "its_files", ()))


def own_drafts(user: User) -> list[DraftRow]:
    """Everything `user` is writing, the latest first; at most 200, as many as there may be."""
    drafts = _latest(user, Q())
    records = {d.record_id for d in drafts if d.record_id}
    entries: dict[int, Entry] = {}
    comments: dict[int, Comment] = {}
    if wanted := {d.entry_id for d in drafts if d.entry_id}:
        seen = Entry.objects.visible_to(user).filter(pk__in=wanted).select_related("record")
        entries = {entry.pk: entry for entry in seen}
    if wanted := {d.comment_id for d in drafts if d.comment_id}:
        told = Comment.objects.visible_to(user).filter(pk__in=wanted)
        comments = {c.pk: c for c in told.select_related("entry__record")}
    walls: dict[int, Record] = {}
    if records:
        walls = Record.objects.visible_to(user).in_bulk(list(records))
    cards = cards_in(user, (draft.text for draft in drafts))
    return [_row(draft, walls, entries, comments, cards) for draft in drafts]


def _row(
    draft: Draft,
    walls: dict[int, Record],
    entries: dict[int, Entry],
    comments: dict[int, Comment],
    cards: Cards,
) -> DraftRow:
    label = str(Draft.Place(draft.place).label)
    comment = comments.get(draft.comment_id or 0)
    entry = comment.entry if comment else entries.get(draft.entry_id or 0)
    record = entry.record if entry else walls.get(draft.record_id or 0)
    if record is None:
        return DraftRow(draft, label, None, "", cards)
    url = kind_named(record.kind).url_of(record.pk)
    wall = Link(record.pk, record.kind, record.title, url)
    if entry is not None:
        url = f"/e/{entry.pk}" + (f"?comment={comment.pk}" if comment else "")
    return DraftRow(draft, label, wall, url, cards)
