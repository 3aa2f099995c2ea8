"""Who wants to hear of a record."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tablica.records.models import Record


class Follow(models.Model):
    """Somebody wants to hear of a record; `muted` means never."""

    class Mode(models.TextChoices):
        ALL = "all", _("Everything")
        TALK = "talk", _("What people write")
        MENTIONS = "mentions", _("Only where I am mentioned")
        MUTED = "muted", _("Nothing")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="follows")
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.ALL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.record_id} ({self.mode})"
