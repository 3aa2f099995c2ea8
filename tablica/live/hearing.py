"""What this room hears from those below, and keeps for open pages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tablica.accounts.models import User
from tablica.live import commands
from tablica.live.queries import entries_of
from tablica.wall.models import Comment, Entry
from tablica.wall.signals import is_quiet


def entry_happened(
    sender: object, *, entry: Entry, comment: Comment | None, by: User | None, **more: Any
) -> None:
    """A wall has a new entry; answers and edits are told of by `texts_changed`."""
    if comment is None and not more["edited"]:
        commands.entry_came(entry.pk, by=by.pk if by else None)


def texts_changed(
    sender: object, *, entries: Iterable[int] = (), comments: Iterable[int] = (), **more: Any
) -> None:
    """Texts, places or the existence of entries and comments are not as they were."""
    if is_quiet():
        return
    answered = entries_of(comments) if comments else []
    commands.entries_changed({*entries, *answered})


def redrawn(sender: object, *, entries: Iterable[int], **more: Any) -> None:
    """Likes or pins are not as they were."""
    commands.entries_changed(entries)


def bells_changed(sender: object, *, people: Iterable[int], **more: Any) -> None:
    """Notices were given or read."""
    commands.notices_changed(people)
