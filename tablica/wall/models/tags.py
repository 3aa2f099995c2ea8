"""Tags on entries, and what it takes to undo the merging of two."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tablica.records.models import Record, Tag
from tablica.wall.models.entries import Entry


class EntryTag(models.Model):
    """A tag on an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="entry_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="entry_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "tag"], name="entry_tag_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.tag_id}"


class TagMerge(models.Model):
    """A tag that another one replaced, as it was: to bring it back for 30 days.

    `number` is the one it had. `asked` are the people who asked for it, each as
    `[number of the user, name they typed]`. Gone when it is undone, and with the other tag.
    """

    number = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked = models.JSONField(default=list, blank=True)
    into = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.name} → {self.into_id}"


class MergedPlace(models.Model):
    """A record or an entry that had the merged tag; `had_both`: the other one as well."""

    merge = models.ForeignKey(TagMerge, on_delete=models.CASCADE, related_name="places")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="+")
    had_both = models.BooleanField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=True) ^ Q(record__isnull=True),
                name="merged_place_is_record_or_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merge_id}: {self.record_id or self.entry_id}"
