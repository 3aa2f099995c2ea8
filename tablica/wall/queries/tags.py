"""The tags a reader meets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tablica.accounts.models import User
from tablica.records.models import Record, RecordTag, Tag
from tablica.records.rules import may_curate_tags
from tablica.records.tags import all_tags, tags_on_records
from tablica.wall.models import Entry, EntryTag

PAGE = 100


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


@dataclass(frozen=True)
class TagRow:
    """A tag, and on how many records and entries the reader meets it."""

    tag: Tag
    uses: int


def tag_page(
    user: User, key: str = "", *, after: str = "", limit: int = PAGE
) -> tuple[list[TagRow], str]:
    """The tags whose key contains `key`, behind the key `after`, and where the next page begins."""
    tags = visible_tags(user)
    if key:
        tags = tags.filter(key__contains=key)
    if after:
        tags = tags.filter(key__gt=after)
    found = list(tags[: limit + 1])
    shown = found[:limit]
    uses = uses_of(user, [tag.pk for tag in shown])
    rows = [TagRow(tag, uses.get(tag.pk, 0)) for tag in shown]
    return rows, shown[-1].key if len(found) > limit else ""


def uses_of(user: User, tags: Iterable[int]) -> dict[int, int]:
    """On how many records and entries that `user` sees each of these tags is. Two queries."""
    numbers = list(tags)
    records = Record.objects.visible_to(user).values("pk")
    entries = Entry.objects.visible_to(user).values("pk")
    uses: Counter[int] = Counter()
    for links in (
        RecordTag.objects.filter(tag__in=numbers, record__in=records),
        EntryTag.objects.filter(tag__in=numbers, entry__in=entries),
    ):
        uses.update(dict(links.order_by().values_list("tag").annotate(n=Count("pk"))))
    return uses
