"""Tags on entries."""

from __future__ import annotations

from django.db import models

from tablica.records.models import Tag
from tablica.wall.models.entries import Entry


class EntryTag(models.Model):
    """A tag on an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="entry_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="entry_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "tag"], name="entry_tag_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.tag_id}"
