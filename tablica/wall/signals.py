"""What rooms above hear of walls, inside the transaction of what happened.

`happened` says that something came onto a wall that people may want to hear of: an `entry`, or a
`comment` on one, written, `edited`, or noted by the wall itself (`by` is who did it).

`redrawn` says that entries (`entries`: their numbers) look different to those who have them before
their eyes, in likes or pins, of which `records.signals.text_changed` does not tell.

`liked` says that `by` put a first sign on an entry or on a `comment`, or (not `added`) took the
last one back: what else they put on it is no news to who wrote it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.dispatch import Signal

from tablica.accounts.models import User
from tablica.wall.models import Comment, Entry

happened = Signal()
redrawn = Signal()
liked = Signal()

_quiet: ContextVar[bool] = ContextVar("quiet", default=False)


def say(
    entry: Entry, *, by: User | None, comment: Comment | None = None, edited: bool = False
) -> None:
    """Let those above know, unless this is bulk work."""
    if not _quiet.get():
        happened.send(None, entry=entry, comment=comment, by=by, edited=edited)


def say_redrawn(*entries: int) -> None:
    """Let those above know that these entries look different, unless this is bulk work."""
    if not _quiet.get():
        redrawn.send(None, entries=list(entries))


def say_liked(entry: Entry, *, by: User, comment: Comment | None = None, added: bool) -> None:
    """Let those above know that somebody likes this, or no longer does, unless it is bulk work."""
    if not _quiet.get():
        liked.send(None, entry=entry, comment=comment, by=by, added=added)


def is_quiet() -> bool:
    """Whether this is bulk work, of which nobody hears."""
    return _quiet.get()


@contextmanager
def quiet() -> Iterator[None]:
    """Nobody hears of what happens inside: for imports and other work on many at once."""
    before = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(before)
