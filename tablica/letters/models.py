"""What somebody wants by mail and when, what was mailed, and the answers that came back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tablica.notices.models import Notice
from tablica.shared.mail.models import Letter
from tablica.wall.models import Comment, Entry

TALK, DIGEST, TRIAL = "talk", "digest", "trial"
"""The kinds of letters: about one discussion, the news of a day or week, one to try the line."""


class Choice(models.Model):
    """How often somebody wants letters for one reason; without a row the default holds.

    `before` is what held until a letter's own link ended it, so that it can be undone.
    """

    class Often(models.TextChoices):
        NOW = "now", _("At once")
        DAILY = "daily", _("Daily")
        WEEKLY = "weekly", _("Weekly")
        NEVER = "never", _("Never")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_choices"
    )
    reason = models.CharField(max_length=20)
    often = models.CharField(max_length=6, choices=Often)
    before = models.CharField(max_length=6, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "reason"], name="mail_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.reason} {self.often}"


class Rhythm(models.Model):
    """When somebody's digests come, by their own clock, and which were the last to be seen to.

    `daily_last` and `weekly_last` are local dates, not moments: so neither the two edges of summer
    time nor a clock that is put right doubles a digest. `weekday` counts from Monday, which is 0.
    What happened before `begun_at`, while there was no mail, is not mailed at once.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="rhythm"
    )
    hour = models.PositiveSmallIntegerField(default=8)
    weekday = models.PositiveSmallIntegerField(default=0)
    daily_last = models.DateField(null=True)
    weekly_last = models.DateField(null=True)
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hour__lte=23, weekday__lte=6), name="rhythm_in_a_week"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.hour}:00"


class Mailed(models.Model):
    """That a notice was put into a letter. No notice is put into a second one."""

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="mailed")
    letter = models.ForeignKey(Letter, on_delete=models.SET_NULL, null=True, related_name="mailed")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.notice_id} in {self.letter_id}"


class Key(models.Model):
    """What a secret in a letter opens: answering one entry, or ending letters for one reason.

    Only the digest of the secret is kept; it is worked out anew from `nonce` for the next letter.
    """

    class Purpose(models.TextChoices):
        ANSWER = "answer"
        LEAVE = "leave"

    purpose = models.CharField(max_length=6, choices=Purpose)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.CharField(max_length=20, blank=True)
    nonce = models.CharField(max_length=32)
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "entry"], condition=Q(purpose="answer"), name="key_answer_once"
            ),
            models.UniqueConstraint(
                fields=["user", "reason"], condition=Q(purpose="leave"), name="key_leave_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.purpose}"


class Answer(models.Model):
    """A mail that came to somebody's reply address. Its bytes are kept before it is read.

    `problem` is a sentence for administrators when it became no comment: kept aside (`aside`), to
    be read again, or passed over (`passed`), as automatic replies are.
    """

    class State(models.TextChoices):
        CAME = "came"
        DONE = "done"
        PASSED = "passed"
        ASIDE = "aside"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    envelope_from = models.CharField(max_length=320, blank=True)
    message_id = models.CharField(max_length=500, blank=True)
    text_digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=6, choices=State, default=State.CAME)
    problem = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=400, blank=True)
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, related_name="+")
    came_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "entry", "sha256"], name="answer_bytes_once"),
            models.UniqueConstraint(
                fields=["user", "entry", "message_id"],
                condition=Q(state="done") & ~Q(message_id=""),
                name="answer_done_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-came_at"], name="answer_state"),
            models.Index(fields=["sha256"], name="answer_bytes"),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk} ({self.state})"
