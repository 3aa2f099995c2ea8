"""Files on their way: pieces that come one after the other, however often the line breaks."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from tablica.records.managers import GuardedQuerySet
from tablica.wall.models.drafts import Draft
from tablica.wall.models.files import File
from tablica.wall.visibility import own_q

if TYPE_CHECKING:
    from tablica.accounts.models import User


class UploadQuerySet(GuardedQuerySet["Upload"]):
    def visible_q(self, user: User) -> Q:
        """One's own alone."""
        return own_q(user, "owner")


class Upload(models.Model):
    """A file of `size` bytes of which `offset` have come and outlive a power cut.

    Its bytes lie in `path` until all are there; then it is `file`.
    """

    number = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads"
    )
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    offset = models.PositiveBigIntegerField(default=0)
    file = models.ForeignKey(File, on_delete=models.SET_NULL, null=True, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="uploads")
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField(db_index=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(offset__lte=models.F("size")), name="upload_within_its_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where its bytes wait for the rest."""
        return waiting_room() / str(self.number)


def waiting_room() -> Path:
    """The folder of what has not come whole."""
    room: Path = settings.TABLICA_DATA / "uploads"
    return room
