"""Likes, and other small signs, on entries and comments."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.wall.commands.comments import lock_comment
from tablica.wall.commands.entries import lock_entry
from tablica.wall.models import Comment, Entry, Reaction
from tablica.wall.signals import say_liked, say_redrawn

LIKE = "👍"
OFFERED = (LIKE, "❤️", "🎉", "👀", "✅")
_JOINERS = {"\u200d", "\ufe0f", "\u20e3"}


def clean_emoji(emoji: str) -> str:
    """One emoji as it stands; anything with letters in it is refused."""
    signs = [c for c in emoji if c not in _JOINERS]
    fits = bool(signs) and len(emoji) <= 16 and len(emoji.encode()) <= 64
    if not fits or any(unicodedata.category(c) not in ("So", "Sk") for c in signs):
        raise ValidationError({"emoji": _("Choose an emoji.")})
    return emoji


@transaction.atomic
def react_to_entry(entry_id: int, *, by: User, emoji: str = LIKE) -> Entry:
    """Put a sign on an entry that `by` may read; a second time changes nothing."""
    emoji = clean_emoji(emoji)
    entry = lock_entry(entry_id, by=by)
    _put(emoji, by, entry)
    return entry


@transaction.atomic
def unreact_to_entry(entry_id: int, *, by: User, emoji: str = LIKE) -> Entry:
    """Take one's sign away again."""
    entry = lock_entry(entry_id, by=by)
    _take(emoji, by, entry)
    return entry


@transaction.atomic
def react_to_comment(comment_id: int, *, by: User, emoji: str = LIKE) -> Comment:
    """Put a sign on a comment that `by` may read; a second time changes nothing."""
    emoji = clean_emoji(emoji)
    comment = lock_comment(comment_id, by=by)
    _put(emoji, by, comment.entry, comment)
    return comment


@transaction.atomic
def unreact_to_comment(comment_id: int, *, by: User, emoji: str = LIKE) -> Comment:
    """Take one's sign away again."""
    comment = lock_comment(comment_id, by=by)
    _take(emoji, by, comment.entry, comment)
    return comment


def _put(emoji: str, by: User, entry: Entry, comment: Comment | None = None) -> None:
    on = {"comment": comment} if comment else {"entry": entry}
    is_first = not Reaction.objects.filter(user=by, **on).exists()
    put = Reaction.objects.get_or_create(
        user=by, emoji=emoji, defaults={"at": timezone.now()}, **on
    )[1]
    if put:
        say_redrawn(entry.pk)
    if is_first:
        say_liked(entry, by=by, comment=comment, added=True)


def _take(emoji: str, by: User, entry: Entry, comment: Comment | None = None) -> None:
    mine = Reaction.objects.filter(
        user=by, **({"comment": comment} if comment else {"entry": entry})
    )
    taken, _rows = mine.filter(emoji=emoji).delete()
    if taken:
        say_redrawn(entry.pk)
    if taken and not mine.exists():
        say_liked(entry, by=by, comment=comment, added=False)
