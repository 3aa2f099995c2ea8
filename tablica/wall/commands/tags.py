"""Merging and removing tags wherever they are."""

from __future__ import annotations

from django.db import transaction

from tablica.accounts.models import User
from tablica.records.models import Tag
from tablica.records.tags import lock_tag, lock_two, merge_record_tags
from tablica.wall.models import EntryTag


@transaction.atomic
def merge_tags(tag_id: int, *, into: int, by: User) -> Tag:
    """Replace a tag by another on every record and entry; the first is gone afterwards."""
    tag, other = lock_two(tag_id, into, by=by)
    merge_record_tags(tag, other)
    have = EntryTag.objects.filter(tag=other).values("entry")
    EntryTag.objects.filter(tag=tag).exclude(entry__in=have).update(tag=other)
    tag.delete()
    other.version += 1
    other.save(update_fields=["version"])
    return other


@transaction.atomic
def remove_tag(tag_id: int, *, by: User, version: int | None = None) -> None:
    """Take a tag off every record and entry and forget it; for who looks after the tags."""
    lock_tag(tag_id, by=by, version=version).delete()
