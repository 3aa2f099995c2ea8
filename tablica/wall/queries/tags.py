"""The tags a reader meets."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tablica.accounts.models import User
from tablica.records.models import Tag
from tablica.records.rules import may_curate_tags
from tablica.records.tags import all_tags, tags_on_records
from tablica.wall.models import Entry, EntryTag


def visible_tags(user: User) -> QuerySet[Tag]:
    """The tags on records and entries that `user` may see, and those they made, by their key.

    Who looks after the tags meets all of them.
    """
    if may_curate_tags(user):
        return all_tags()
    return all_tags().filter(tags_on_records(user) | tags_on_entries(user))


def tags_on_entries(user: User) -> Q:
    """The filter for tags that are on an entry `user` may read."""
    seen = EntryTag.objects.filter(
        tag=OuterRef("pk"), entry__in=Entry.objects.visible_to(user).values("pk")
    )
    return Q(Exists(seen))
