"""Letters that wait or are gone, and how the line to the mail server is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Letter(models.Model):
    """One letter to one address. It is kept in the transaction of what caused it.

    While it is being sent, `lease_token` is the secret of the one sender that may record its end.
    By `kind` and `about` the room it comes from knows it again, when it is asked at sending.
    All times are UTC.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    kind = models.CharField(max_length=20)
    about = models.JSONField(default=dict)
    to = models.EmailField(max_length=254)
    sender_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    message_id = models.CharField(max_length=250, unique=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["not_before", "id"], condition=Q(state="waiting"), name="letter_waiting"
            ),
            models.Index(fields=["state", "ended_at"], name="letter_ended"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk} ({self.state})"


class Line(models.Model):
    """How the mail server answered last: one row, there once it has been asked.

    `next_try` is empty while it works; else nobody asks it before then.
    """

    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    next_try = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.last_error or "works"
