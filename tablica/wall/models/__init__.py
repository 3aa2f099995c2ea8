"""The wall: entries and everything people do with them."""

from tablica.wall.models.entries import LONGEST_MINUTES, Entry, EntryQuerySet, EntryText
from tablica.wall.models.files import File
from tablica.wall.models.follows import Follow
from tablica.wall.models.places import Move, Placement
from tablica.wall.models.tags import EntryTag, MergedPlace, TagMerge
from tablica.wall.models.talk import Comment, Reaction

__all__ = [
    "LONGEST_MINUTES",
    "Comment",
    "Entry",
    "EntryQuerySet",
    "EntryTag",
    "EntryText",
    "File",
    "Follow",
    "MergedPlace",
    "Move",
    "Placement",
    "Reaction",
    "TagMerge",
]
