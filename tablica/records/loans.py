"""Rights that are lent, beside those that role, teams and audiences give: most of them for a time.

Importing this module is a part of `records.models`; ask for it there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Share(models.Model):
    """One record, opened to one person who would not see it; until a moment, or until it ends."""

    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shares"
    )
    edits = models.BooleanField(default=False)
    until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "user"], name="share_once")]

    def __str__(self) -> str:
        return f"{self.record_id} to {self.user_id}"

    @property
    def last_moment(self) -> datetime | None:
        """The last second in which it is open, so that a day reads as the one that was chosen."""
        return self.until - timedelta(seconds=1) if self.until else None


class Absence(models.Model):
    """`person` is away in this time, and `deputy` runs what they run.

    `kinds` lists the kinds of records it is about; empty for all. `told_at` is when the returned
    person was written to, `read_at` when they said that they know what was done. `withdrawn_at` is
    when the deputy left the company: from then on nobody stands in.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stands_in"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    kinds = models.JSONField(default=list, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["deputy", "ends_at"], name="absence_deputy")]
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("deputy")), name="absence_of_another"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="absence_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.deputy_id}"

    @property
    def last_moment(self) -> datetime:
        """The last second of it, so that a day reads as the one that was chosen."""
        return self.ends_at - timedelta(seconds=1)


class LookIn(models.Model):
    """An administrator looks into what is of `person`, for a time, and says why."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="looked_into"
    )
    reason = models.CharField(max_length=500)
    began_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.by_id} into {self.person_id}"


class Glimpse(models.Model):
    """Something that a page showed while looking in, and that would have been closed otherwise.

    `page` is the name of its address; `number` that of a record, an entry or a file.
    """

    look_in = models.ForeignKey(LookIn, on_delete=models.CASCADE, related_name="glimpses")
    page = models.CharField(max_length=60)
    what = models.CharField(max_length=10)
    number = models.BigIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["look_in", "page", "what", "number"], name="glimpse_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.look_in_id}: {self.what} {self.number} on {self.page}"


class Looked(models.Model):
    """A record that was opened while looking in, and that would have been closed otherwise."""

    look_in = models.ForeignKey(LookIn, on_delete=models.CASCADE, related_name="opened")
    record = models.ForeignKey("records.Record", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["look_in", "record"], name="looked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.look_in_id}: {self.record_id}"
