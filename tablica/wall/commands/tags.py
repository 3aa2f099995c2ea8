"""Merging tags wherever they are, taking that back, and removing them."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.models import RecordTag, Tag, TagAsked
from tablica.records.rules import may_curate_tags
from tablica.records.tags import lock_tag, lock_two
from tablica.shared.errors import Hidden, Refused
from tablica.wall.models import EntryTag, MergedPlace, TagMerge

LINKS: tuple[tuple[str, type[RecordTag | EntryTag]], ...] = (
    ("record", RecordTag),
    ("entry", EntryTag),
)
AT_ONCE = 1000

L = TypeVar("L", RecordTag, EntryTag)


@transaction.atomic
def merge_tags(tag_id: int, *, into: int, by: User) -> Tag:
    """Replace a tag by another on every record and entry; `undo_merge` brings it back."""
    tag, other = lock_two(tag_id, into, by=by)
    _remember(tag, other, by)
    for what, links in LINKS:
        have = links.objects.filter(tag=other).values(what)
        links.objects.filter(tag=tag).exclude(**{f"{what}__in": have}).update(tag=other)
    tag.delete()
    _changed(other)
    return other


def _remember(tag: Tag, other: Tag, by: User) -> None:
    """Write down what the tag was, on what, and where the other one was already."""
    merge = TagMerge.objects.create(
        number=tag.pk,
        name=tag.name,
        key=tag.key,
        version=tag.version,
        created_at=tag.created_at,
        created_by_id=tag.created_by_id,
        asked=[[a.user_id, a.name] for a in TagAsked.objects.filter(tag=tag)],
        into=other,
        at=timezone.now(),
        by=by,
    )
    for what, links in LINKS:
        both = links.objects.filter(tag=other, **{what: OuterRef(what)})
        rows = links.objects.filter(tag=tag).annotate(had_both=Exists(both))
        MergedPlace.objects.bulk_create(
            (
                MergedPlace(merge=merge, had_both=had_both, **{f"{what}_id": number})
                for number, had_both in rows.values_list(what, "had_both").iterator()
            ),
            batch_size=AT_ONCE,
        )


@transaction.atomic
def undo_merge(tag_id: int, *, by: User) -> Tag:
    """Bring back the tag that had this number, on everything that had it, and give it out.

    What had both tags has both again. What lost the other tag since stays without either: that was
    somebody's decision. What was tagged since keeps its tags. Raises `Hidden` when there is no such
    merge, or no longer, and for who does not look after the tags; `Refused` when the other tag has
    taken its name.
    """
    if not may_curate_tags(by):
        raise Hidden
    merge = TagMerge.objects.select_for_update().filter(number=tag_id).first()
    if merge is None:
        raise Hidden
    other = lock_tag(merge.into_id, by=by)
    tag = _brought_back(merge)
    if tag == other:
        raise Refused(_("The other tag bears this name now. Rename it first."))
    _give_back(RecordTag, "record", merge, tag)
    _give_back(EntryTag, "entry", merge, tag)
    merge.delete()
    _changed(other)
    return tag


def _give_back(links: type[L], what: str, merge: TagMerge, tag: Tag) -> None:
    """Tag anew what had the tag and still has the other one, which it loses unless it had both."""
    places = merge.places.filter(**{f"{what}__isnull": False})
    tagged = links.objects.filter(tag=merge.into_id)
    still = tagged.filter(**{f"{what}__in": places.values(what)}).values_list(what, flat=True)
    links.objects.bulk_create(
        (links(tag=tag, **{f"{what}_id": number}) for number in still.iterator()),
        batch_size=AT_ONCE,
        ignore_conflicts=True,
    )
    moved = places.filter(had_both=False)
    tagged.filter(**{f"{what}__in": moved.values(what)}).delete()


def _brought_back(merge: TagMerge) -> Tag:
    """The tag as it was; when somebody used the word again meanwhile, theirs."""
    tag, is_new = Tag.objects.get_or_create(
        key=merge.key,
        defaults={
            "pk": merge.number,
            "name": merge.name,
            "created_by_id": merge.created_by_id,
            "version": merge.version + 1,
        },
    )
    if is_new:
        Tag.objects.filter(pk=tag.pk).update(created_at=merge.created_at)
    TagAsked.objects.bulk_create(
        [TagAsked(tag=tag, user_id=user, name=name) for user, name in merge.asked],
        ignore_conflicts=True,
    )
    return tag


def _changed(tag: Tag) -> None:
    tag.version += 1
    tag.save(update_fields=["version"])


@transaction.atomic
def remove_tag(tag_id: int, *, by: User, version: int | None = None) -> None:
    """Take a tag off every record and entry and forget it; for who looks after the tags."""
    lock_tag(tag_id, by=by, version=version).delete()


def forget_merges(before: datetime) -> int:
    """Forget merges of tags older than this: they cannot be undone any more. How many."""
    forgotten, _rows = TagMerge.objects.filter(at__lt=before).delete()
    return forgotten
