"""Where else an entry is shown, where it was before, and that it is kept on top."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from tablica.records.models import Record
from tablica.wall.models.entries import Entry


class Placement(models.Model):
    """An entry also shown on another wall. Never widens who may read it."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="placements")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="placements")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "record"], name="placement_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} on {self.record_id}"


class Move(models.Model):
    """The trace of an entry that changed its home wall, or was also shown on another."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="moves")
    source = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    kept = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["entry", "-id"], name="move_entry")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.source_id} → {self.target_id}"
