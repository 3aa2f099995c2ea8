"""Who may read, write and change what hangs on a wall."""

from __future__ import annotations

from django.db.models import Q

from tablica.accounts.models import User
from tablica.accounts.rules import access_of
from tablica.records.models import Audience
from tablica.records.rules import audience_q, may, visible_q
from tablica.wall.models import Comment, Entry, File
from tablica.wall.types import type_named


def entry_q(user: User, prefix: str = "") -> Q:
    """The entries `user` may read: the home record's right, narrowed by the entry's audience."""
    home = visible_q(user, f"{prefix}record__") & Q(**{f"{prefix}record__trashed_at": None})
    within = audience_q(user, prefix, team="record__team", me="author")
    return home & (Q(**{f"{prefix}audience": None}) | within)


def file_q(user: User) -> Q:
    """The files `user` may fetch: those of entries they read, and their own not yet attached."""
    if not access_of(user).active:
        return Q(pk__in=())
    attached = Q(entry__isnull=False, entry__trashed_at=None) & entry_q(user, "entry__")
    return attached | Q(entry=None, uploaded_by=user.pk)


def may_read(user: User, entry: Entry) -> bool:
    """The same rule for one entry whose record is at hand."""
    record = entry.record
    if entry.trashed_at or record.trashed_at or not may(user, "view", record):
        return False
    if entry.audience_id is None or entry.author_id == user.pk:
        return True
    if entry.audience_id == Audience.TEAM:
        return record.team_id in access_of(user).team_ids
    return _named_contains(user, entry.audience_id)


def _named_contains(user: User, audience_id: int) -> bool:
    from tablica.records.rules import circles_of

    return audience_id == Audience.EVERYONE or audience_id in circles_of(user)


def may_change_entry(user: User, entry: Entry) -> bool:
    """Only the author edits what people wrote; what happened by itself stays as it is."""
    return type_named(entry.type).written and entry.author_id == user.pk


def may_trash_entry(user: User, entry: Entry) -> bool:
    """The author, or who may delete the record it hangs on; automatic entries stay."""
    if not type_named(entry.type).written:
        return False
    return entry.author_id == user.pk or may(user, "delete", entry.record)


def may_move_entry(user: User, entry: Entry) -> bool:
    """Who may edit the wall's record, or wrote it. What happened by itself stays at home."""
    if not type_named(entry.type).written:
        return False
    return entry.author_id == user.pk or may(user, "edit", entry.record)


def may_change_comment(user: User, comment: Comment) -> bool:
    """Only the author edits a comment."""
    return comment.author_id == user.pk


def may_trash_comment(user: User, comment: Comment) -> bool:
    """The author, or who may delete the record the entry hangs on."""
    return comment.author_id == user.pk or may(user, "delete", comment.entry.record)


def may_fetch(user: User, file: File) -> bool:
    """Whether `user` may have the bytes of `file`."""
    if file.entry is None:
        return access_of(user).active and file.uploaded_by_id == user.pk
    return may_read(user, file.entry)
