"""Spaces: walls for internal topics that belong to no client, and what people decide there."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tablica.records.models import RecordModel
from tablica.wall.models import Comment, Entry


class Space(RecordModel):
    """An internal topic: a fair, a price list, how we work."""

    about = models.TextField(blank=True)


class Poll(models.Model):
    """What an entry of the type `poll` asks; its words are the question.

    `several` answers may be given by one person. In a `secret` one nobody is ever told who chose
    what, nor how many, before it is closed for good. It closes at `closes_at`, or when somebody
    closed it (`closed_at`).
    """

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, primary_key=True, related_name="poll"
    )
    several = models.BooleanField(default=False)
    secret = models.BooleanField(default=False)
    closes_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"poll {self.pk}"

    def is_open(self, now: datetime) -> bool:
        """Whether one may still vote."""
        return self.closed_at is None and (self.closes_at is None or now < self.closes_at)


class Choice(models.Model):
    """One of the answers that a poll offers, in the order of `place`."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="choices")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)

    class Meta:
        ordering = ("place",)
        constraints = [models.UniqueConstraint(fields=["poll", "place"], name="choice_place_once")]

    def __str__(self) -> str:
        return self.text


class Vote(models.Model):
    """Somebody's choice. `slot` is 0 where one may choose once, else the place of the choice + 1.

    So the database itself keeps anybody from voting twice, however many pages they have open.
    """

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes")
    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    slot = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["poll", "user", "slot"], name="vote_within_its_poll"),
            models.UniqueConstraint(fields=["choice", "user"], name="vote_for_a_choice_once"),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk}"


class Idea(models.Model):
    """What became of an entry of the type `idea`; people give it their votes."""

    class Status(models.TextChoices):
        NEW = "new", _("New")
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Done")
        DECLINED = "declined", _("Declined")

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, primary_key=True, related_name="idea"
    )
    status = models.CharField(max_length=8, choices=Status, default=Status.NEW)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"idea {self.pk}"


class Support(models.Model):
    """Somebody's vote for an idea."""

    idea = models.ForeignKey(Idea, on_delete=models.CASCADE, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["idea", "user"], name="support_once")]

    def __str__(self) -> str:
        return f"support {self.pk}"


class Question(models.Model):
    """Which comment answers an entry of the type `question`, and who said so."""

    entry = models.OneToOneField(
        Entry, on_delete=models.CASCADE, primary_key=True, related_name="question"
    )
    answer = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"question {self.pk}"
