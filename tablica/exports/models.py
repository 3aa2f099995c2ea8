"""Lists that somebody took out as files, for as long as the files are kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

KEPT = timedelta(hours=24)


class ListFile(models.Model):
    """A list as a file, for the one who asked for it and nobody else.

    `wanted` is the filter and order as parts of an address, `rows` how many records were in the
    list when it was asked for, and once it is made how many are in the file. `rights` is a digest
    of what the person might see then: the file is given to who still may just that. `sha256` is
    empty until the file is made, and stays so when it could not be.
    """

    class Format(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "XLSX"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    format = models.CharField(max_length=4, choices=Format)
    wanted = models.JSONField(default=dict)
    rights = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    asked_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes = [models.Index(fields=["user", "-id"], name="list_file_user")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        """Whether there is a file."""
        return bool(self.sha256)

    @property
    def until(self) -> datetime:
        """The moment from which the file is gone."""
        return self.asked_at + KEPT

    @property
    def is_kept(self) -> bool:
        """Whether its time is not over yet."""
        return timezone.now() < self.asked_at + KEPT
