"""What a user has sent under a key, and the answer to it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Submission(models.Model):
    """One change asked for under a key, with its answer; only successful ones are kept.

    The row is inserted before the change and filled with the answer after it, all in one
    transaction, so that others only ever see it with its answer.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # SHA-256 in hex of what was sent
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="submission_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.status})"
