"""Telling who wrote something that others like it: calmly, in one notice for all of them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Min

from tablica.notices.commands.telling import (
    TOLD,
    modes_of,
    silenced_in,
    the_entry,
    who_may_hear,
)
from tablica.notices.models import Notice
from tablica.notices.rules import hears_of_likes
from tablica.notices.signals import say_changed
from tablica.wall.models import Comment, Entry, Reaction


@transaction.atomic
def tell_of_likes(entry_id: int, *, comment: int | None = None, added: bool = True) -> None:
    """Bring the notice of the likes of an entry, or of a comment on it, up to date.

    The first like gives it, and the first one after it was read makes it unread again. When the
    last is taken back (not `added`) the notice goes. Done again, it changes nothing.
    """
    entry = the_entry(entry_id)
    answer = None
    if comment is not None:
        answer = Comment.objects.unguarded(reason=TOLD).filter(pk=comment, trashed_at=None).first()
    if entry is None or (comment is not None and answer is None):
        return
    author = answer.author_id if answer else entry.author_id
    if author is None:
        return
    told = Notice.objects.unguarded(reason=TOLD).select_for_update()
    kept = told.filter(user=author, entry=entry, comment=answer, reason=Notice.Reason.LIKE).first()
    latest = _latest(entry, answer, author)
    if latest is None:
        if kept is not None:
            kept.delete()
            say_changed([author])
        return
    by, at = latest
    if kept is not None and (not added or kept.read_at is None or at <= kept.read_at):
        return
    silenced = author in silenced_in(entry)
    if not added or not hears_of_likes(modes_of(entry).get(author), silenced=silenced):
        return
    if not who_may_hear([author], entry.pk):
        return
    if kept is None:
        kept = Notice(user_id=author, entry=entry, comment=answer, reason=Notice.Reason.LIKE)
    kept.by_id, kept.at, kept.up_at, kept.read_at = by, at, at, None
    kept.save()
    say_changed([author])


def _latest(entry: Entry, comment: Comment | None, author: int) -> tuple[int, datetime] | None:
    """Who was the last to begin to like it, the author aside, and when."""
    likes = Reaction.objects.filter(comment=comment) if comment else entry.reactions.all()
    begun = likes.exclude(user=author).values("user").annotate(at=Min("at")).order_by("-at", "user")
    first = begun.first()
    return (first["user"], first["at"]) if first else None
