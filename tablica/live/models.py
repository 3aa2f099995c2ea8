"""What open pages are to hear of."""

from __future__ import annotations

from django.db import models


class News(models.Model):
    """That something changed, by numbers alone: what it is, each reader fetches with their rights.

    `people` names those whom it concerns; where it is null, the readers of the entry or the record.
    """

    class What(models.TextChoices):
        NEW = "new"  # an entry came
        CHANGED = "changed"  # an entry looks different, or is gone
        WRITING = "writing"  # somebody writes on the wall, or an answer to the entry
        BELL = "bell"  # notices were given or read

    what = models.CharField(max_length=8, choices=What)
    entry = models.BigIntegerField(null=True)
    record = models.BigIntegerField(null=True)
    by = models.BigIntegerField(null=True)
    people = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.what} {self.entry or self.record or self.people}"
