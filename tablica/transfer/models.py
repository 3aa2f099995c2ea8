"""What was imported: enough of it to go on after an interruption, and to take it back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tablica.records.models import Record


class Import(models.Model):
    """One import of one table into one kind of record.

    `key` names the file and the options, so that the same command given again goes on where an
    interrupted one stopped. `done` counts the rows that are dealt with; it moves in the same
    transaction as what they made.
    """

    kind = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    key = models.CharField(max_length=64)
    about = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["by", "key"],
                condition=Q(finished_at=None, undone_at=None),
                name="import_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} → {self.kind}"


class ImportRow(models.Model):
    """What became of one row of the table.

    `related` is a record that a row needed and that was missing, such as a person's company; it is
    counted apart. `version` is the record's when the import let go of it; `made` holds what must be
    taken away or put back to undo the row.
    """

    class Outcome(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")
        RELATED = "related", _("also created")

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=500, blank=True)
    record = models.ForeignKey(Record, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes = [models.Index(fields=["of", "outcome", "id"], name="import_row_outcome")]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
