"""The wall: entries and everything people do with them."""

from tablica.wall.models.drafts import Draft
from tablica.wall.models.entries import LONGEST_MINUTES, Entry, EntryQuerySet, EntryText
from tablica.wall.models.files import File
from tablica.wall.models.follows import Follow, FollowChoice, Mute, Unfollowed
from tablica.wall.models.places import Move, Placement
from tablica.wall.models.tags import EntryTag, MergedPlace, TagMerge
from tablica.wall.models.talk import Comment, Reaction
from tablica.wall.models.uploads import Upload, waiting_room

__all__ = [
    "LONGEST_MINUTES",
    "Comment",
    "Draft",
    "Entry",
    "EntryQuerySet",
    "EntryTag",
    "EntryText",
    "File",
    "Follow",
    "FollowChoice",
    "MergedPlace",
    "Move",
    "Mute",
    "Placement",
    "Reaction",
    "TagMerge",
    "Unfollowed",
    "Upload",
    "waiting_room",
]
