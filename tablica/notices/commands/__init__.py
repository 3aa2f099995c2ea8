"""Everything that changes what people are told."""

from tablica.notices.commands.likes import tell_of_likes
from tablica.notices.commands.putting_off import SNOOZES, put_off, snooze_until, take_up
from tablica.notices.commands.reading import KEPT, forget_read, mark_read, mark_seen, mark_unread
from tablica.notices.commands.telling import tell_of

__all__ = [
    "KEPT",
    "SNOOZES",
    "forget_read",
    "mark_read",
    "mark_seen",
    "mark_unread",
    "put_off",
    "snooze_until",
    "take_up",
    "tell_of",
    "tell_of_likes",
]
