"""What somebody is told: one notice per person and event, with the reason."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tablica.records.managers import GuardedQuerySet
from tablica.wall.models import Comment, Entry
from tablica.wall.visibility import entry_q

if TYPE_CHECKING:
    from tablica.accounts.models import User


class NoticeQuerySet(GuardedQuerySet["Notice"]):
    def visible_q(self, user: User) -> Q:
        """One's own notices of what one may still read."""
        there = Q(entry__trashed_at=None) & (Q(comment=None) | Q(comment__trashed_at=None))
        return Q(user=user.pk) & there & entry_q(user, "entry__")

    def up(self, now: datetime) -> Self:
        """Those that are not put off to a later time than `now`."""
        return self.filter(up_at__lte=now)


class Notice(models.Model):
    """That `user` is to hear of an entry, of a comment on it, or (`like`) that others like it.

    `at` is when it happened. `up_at` is when the notice comes up behind the bell: usually the same,
    later when it is put off. It is there from then on, and lies among the others by that time.
    `read_before` is when one that is put off had been read, so that it can be undone.
    """

    class Reason(models.TextChoices):
        MENTION = "mention", _("you are mentioned")
        AUTHOR = "author", _("you wrote this")
        TALK = "talk", _("you take part in this talk")
        FOLLOW = "follow", _("you follow this wall")
        LIKE = "like", _("you wrote what they like")
        SHARE = "share", _("it was opened to you")
        DEPUTY = "deputy", _("you stand in for who hears of it")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices"
    )
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="notices")
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="notices"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(max_length=8, choices=Reason)
    at = models.DateTimeField()
    up_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    read_before = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "entry"],
                condition=Q(comment=None) & ~Q(reason="like"),
                name="notice_entry_once",
            ),
            models.UniqueConstraint(
                fields=["user", "comment"], condition=~Q(reason="like"), name="notice_comment_once"
            ),
            models.UniqueConstraint(
                fields=["user", "entry"],
                condition=Q(comment=None, reason="like"),
                name="notice_of_likes_of_entry_once",
            ),
            models.UniqueConstraint(
                fields=["user", "comment"],
                condition=Q(reason="like"),
                name="notice_of_likes_of_comment_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-up_at", "-id"], name="notice_up"),
            models.Index(fields=["user"], name="notice_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.entry_id} ({self.reason})"
