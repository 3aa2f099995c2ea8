"""Opening to a successor what only who wrote it could read, and closing it again."""

from __future__ import annotations

from django.db.models import F

from tablica.accounts.models import Team, User
from tablica.leaving.models import HandoverRow
from tablica.leaving.queries.staying import REASON
from tablica.records.audiences import audience
from tablica.records.models import Audience
from tablica.records.signals import text_changed
from tablica.wall.commands.versions import keep_state, state_of
from tablica.wall.models import Draft, Entry, File


def open_writing(row: HandoverRow, *, of: User) -> bool:
    """Open the entry or the draft of a row to who is to get it; False when it changed meanwhile."""
    if row.to is None:
        return False
    if row.entry_id is not None:
        return _open_entry(row, row.entry_id, row.to)
    return _give_draft(row, of, row.to)


def close_writing(row: HandoverRow, *, of: User) -> bool:
    """Close the entry or the draft of a row again; False when it changed since."""
    if row.entry_id is not None:
        return _close_entry(row, row.entry_id)
    return row.to is not None and _give_draft(row, row.to, of)


def _open_entry(row: HandoverRow, number: int, to: User) -> bool:
    """Let `to` read an entry beside those it was for, unless its readers changed meanwhile."""
    entry = _entry(number)
    if entry.audience is None or entry.audience_id != row.readers_id:
        return False
    before = entry.audience
    row.opened = audience(
        Audience.Type.NAMED,
        people=[*before.people.all(), to],
        teams=_teams_of(entry),
    )
    row.save(update_fields=["opened"])
    _set_readers(entry, row.opened)
    return True


def _close_entry(row: HandoverRow, number: int) -> bool:
    """Give an entry the readers it had, unless somebody gave it others since."""
    entry = _entry(number)
    if entry.audience_id != row.opened_id or row.readers is None:
        return False
    _set_readers(entry, row.readers)
    return True


def _entry(number: int) -> Entry:
    rows = Entry.objects.unguarded(reason=REASON).select_for_update(of=("self",))
    return rows.select_related("audience", "record__team", "author").get(pk=number)


def _teams_of(entry: Entry) -> list[Team]:
    """The teams it was for: also that of its wall, by name."""
    assert entry.audience is not None
    if entry.audience_id == Audience.TEAM:
        return [entry.record.team] if entry.record.team else []
    return list(entry.audience.teams.all())


def _set_readers(entry: Entry, readers: Audience) -> None:
    keep_state(entry, state_of(entry))
    entry.audience = readers
    entry.version += 1
    entry.save(update_fields=["audience", "version"])
    text_changed.send(None, entries=[entry.pk])


def _give_draft(row: HandoverRow, giver: User, taker: User) -> bool:
    """Let a draft, with the files that wait in it, be of `taker`, unless it has ended."""
    drafts = Draft.objects.unguarded(reason=REASON).open().filter(author=giver)
    drafts = drafts.filter(pk__in=[row.draft_id])
    if not drafts.update(author=taker, version=F("version") + 1):
        return False
    waiting = File.objects.unguarded(reason=REASON).filter(draft=row.draft_id, entry=None)
    waiting.filter(uploaded_by=giver).update(uploaded_by=taker)
    return True
