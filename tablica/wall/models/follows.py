"""Who wants to hear of a record or a discussion, and who does not."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tablica.records.models import Record
from tablica.wall.models.entries import Entry


class Follow(models.Model):
    """Somebody wants to hear of a record; `muted` means never.

    `why` says what made them follow it by itself; it is empty when they chose to. `before` is how
    they followed it until they muted it; it is empty when they did not, or have not muted it.
    """

    class Mode(models.TextChoices):
        ALL = "all", _("Everything")
        TALK = "talk", _("What people write")
        MENTIONS = "mentions", _("Only where I am mentioned")
        MUTED = "muted", _("Nothing")

    class Why(models.TextChoices):
        OWN = "own", _("because you own this")
        CREATE = "create", _("because you added this")
        COMMENT = "comment", _("because you commented here")
        MENTION = "mention", _("because you were mentioned here")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="follows")
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.ALL)
    why = models.CharField(max_length=8, choices=Why, blank=True, default="")
    before = models.CharField(max_length=8, choices=Mode, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.record_id} ({self.mode})"


class Unfollowed(models.Model):
    """Somebody chose to follow a record no longer: nothing makes them follow it by itself again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="unfollowed_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ↛ {self.record_id}"


class FollowChoice(models.Model):
    """What somebody wants to follow by itself: in which mode, or not at all (empty).

    Whoever chose nothing has no row, and `USUAL`. `explained`: they have read once why they follow
    things for this reason.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Follow.Why)
    mode = models.CharField(max_length=8, choices=Follow.Mode, blank=True)
    explained = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "why"], name="follow_choice_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.why} → {self.mode or '–'}"


USUAL: dict[str, str] = {
    Follow.Why.OWN: Follow.Mode.ALL,
    Follow.Why.CREATE: Follow.Mode.ALL,
    Follow.Why.COMMENT: Follow.Mode.TALK,
    Follow.Why.MENTION: "",
}
"""How people follow what they have to do with, unless they choose otherwise."""


class Mute(models.Model):
    """Somebody wants to hear no more of a discussion, but for where they are meant by name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="mutes")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "entry"], name="mute_once")]

    def __str__(self) -> str:
        return f"{self.user_id} ↛ entry {self.entry_id}"
