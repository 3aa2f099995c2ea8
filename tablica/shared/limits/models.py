"""What all processes together have counted."""

from __future__ import annotations

from django.db import models


class Window(models.Model):
    """How often `key` was counted in one minute; `minute` counts from the Unix epoch.

    One row per key: a new minute begins it anew.
    """

    key = models.CharField(max_length=80, unique=True)
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"
