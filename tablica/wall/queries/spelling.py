"""How tags are spelt for a reader: as where they are met, else as they were asked for."""

from __future__ import annotations

from collections.abc import Collection

from tablica.accounts.models import User
from tablica.records.models import Tag, TagAsked
from tablica.records.rules import may_curate_tags
from tablica.records.tags import used_on_records
from tablica.wall.queries.tags import tags_on_entries


def spell(user: User, tags: Collection[Tag]) -> None:
    """Give each of these tags, all the reader's, the spelling and version that `user` may know.

    For who changes no tags, a tag is as it was at first: its version would tell of hidden use.
    """
    if may_curate_tags(user):
        return
    asked = dict(
        TagAsked.objects.filter(user=user, tag__in=tags).values_list("tag_id", "name")
        if tags
        else ()
    )
    met = used_on_records(user) | tags_on_entries(user)
    seen = set(Tag.objects.filter(met, pk__in=asked).values_list("pk", flat=True) if asked else ())
    for tag in tags:
        tag.version = 1
        if tag.pk not in seen:
            tag.name = asked.get(tag.pk, tag.name)
