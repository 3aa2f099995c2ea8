"""What people answer to an entry: in words and by signs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from tablica.records.managers import GuardedQuerySet
from tablica.wall.models.entries import Entry
from tablica.wall.visibility import entry_q

if TYPE_CHECKING:
    from tablica.accounts.models import User


class CommentQuerySet(GuardedQuerySet["Comment"]):
    def visible_q(self, user: User) -> Q:
        return entry_q(user, "entry__") & Q(entry__trashed_at=None, trashed_at=None)


class Comment(models.Model):
    """What somebody answers to an entry; whoever reads the entry reads its comments."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    body = models.TextField()
    html = models.TextField()
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entry", "created_at", "id"], name="comment_entry")]

    def __str__(self) -> str:
        return f"comment {self.pk}"


class Reaction(models.Model):
    """A like, or another small sign, on an entry or a comment."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="reactions")
    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, related_name="reactions"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    emoji = models.CharField(max_length=16)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=True) ^ Q(comment__isnull=True),
                name="reaction_to_entry_or_comment",
            ),
            models.UniqueConstraint(fields=["entry", "user", "emoji"], name="reaction_entry_once"),
            models.UniqueConstraint(
                fields=["comment", "user", "emoji"], name="reaction_comment_once"
            ),
        ]

    def __str__(self) -> str:
        return self.emoji
