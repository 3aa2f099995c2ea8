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
from tablica.wall.signals import say_redrawn

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
    Reaction.objects.get_or_create(
        entry=entry, user=by, emoji=emoji, defaults={"at": timezone.now()}
    )
    say_redrawn(entry.pk)
    return entry


@transaction.atomic
def unreact_to_entry(entry_id: int, *, by: User, emoji: str = LIKE) -> Entry:
    """Take one's sign away again."""
    entry = lock_entry(entry_id, by=by)
    Reaction.objects.filter(entry=entry, user=by, emoji=emoji).delete()
    say_redrawn(entry.pk)
    return entry


@transaction.atomic
def react_to_comment(comment_id: int, *, by: User, emoji: str = LIKE) -> Comment:
    """Put a sign on a comment that `by` may read; a second time changes nothing."""
    emoji = clean_emoji(emoji)
    comment = lock_comment(comment_id, by=by)
    Reaction.objects.get_or_create(
        comment=comment, user=by, emoji=emoji, defaults={"at": timezone.now()}
    )
    say_redrawn(comment.entry_id)
    return comment


@transaction.atomic
def unreact_to_comment(comment_id: int, *, by: User, emoji: str = LIKE) -> Comment:
    """Take one's sign away again."""
    comment = lock_comment(comment_id, by=by)
    Reaction.objects.filter(comment=comment, user=by, emoji=emoji).delete()
    say_redrawn(comment.entry_id)
    return comment
