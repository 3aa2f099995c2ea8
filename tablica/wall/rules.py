"""Who may read, write and change what hangs on a wall."""

from __future__ import annotations

from tablica.accounts.models import User
from tablica.accounts.rules import access_of
from tablica.records.lent import lent_to
from tablica.records.models import Audience, Record
from tablica.records.rules import circles_of, hidden_fields, may, places_at
from tablica.wall.changed import tells_only
from tablica.wall.models import Comment, Entry
from tablica.wall.types import shown_type


def may_read(user: User, entry: Entry) -> bool:
    """The same rule for one entry whose record is at hand."""
    record = entry.record
    if entry.trashed_at or record.trashed_at or not may(user, "view", record):
        return False
    if tells_only(entry.changed, hidden_fields(user, record.kind)):
        return False
    if entry.audience_id is None or entry.author_id == user.pk:
        return True
    readers = [user, *(place.person for place in places_at(user, record))]
    if any(_in_circle(reader, entry.audience_id, record) for reader in readers):
        return True
    looks_into = lent_to(user).looks_into
    return looks_into is not None and looks_into in (entry.author_id, record.owner_id)


def _in_circle(user: User, audience_id: int, record: Record) -> bool:
    """Whether an entry's audience contains `user` among others."""
    if audience_id == Audience.TEAM:
        return record.team_id in access_of(user).team_ids
    return audience_id == Audience.EVERYONE or audience_id in circles_of(user)


def may_change_entry(user: User, entry: Entry) -> bool:
    """Only the author edits what people wrote; what happened by itself stays as it is."""
    return shown_type(entry.type).written and entry.author_id == user.pk


def may_trash_entry(user: User, entry: Entry) -> bool:
    """The author, or who may delete the record it hangs on; automatic entries stay."""
    if not shown_type(entry.type).written:
        return False
    return entry.author_id == user.pk or may(user, "delete", entry.record)


def may_move_entry(user: User, entry: Entry) -> bool:
    """Who may edit the wall's record, or wrote it. What happened by itself stays at home."""
    if not shown_type(entry.type).written:
        return False
    return entry.author_id == user.pk or may(user, "edit", entry.record)


def may_take_away(user: User, entry: Entry, to: Record) -> bool:
    """Whether `user` may make `to` the entry's home, although it may take it from some readers.

    Who wrote it may, and who could throw it away. Others only where all who read it now read it
    still: on a wall for everyone, or for the same circle.
    """
    if may_trash_entry(user, entry):
        return True
    here = entry.record
    if entry.audience_id == Audience.TEAM and here.team_id != to.team_id:
        return False
    if to.audience_id == Audience.EVERYONE:
        return True
    if here.audience_id != to.audience_id:
        return False
    if to.audience_id == Audience.TEAM:
        return here.team_id == to.team_id
    return to.audience_id != Audience.ME or here.owner_id == to.owner_id


def may_change_comment(user: User, comment: Comment) -> bool:
    """Only the author edits a comment."""
    return comment.author_id == user.pk


def may_trash_comment(user: User, comment: Comment) -> bool:
    """The author, or who may delete the record the entry hangs on."""
    return comment.author_id == user.pk or may(user, "delete", comment.entry.record)
