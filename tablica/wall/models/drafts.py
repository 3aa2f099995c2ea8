"""What somebody has typed and not posted yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tablica.records.managers import GuardedQuerySet
from tablica.records.models import Record
from tablica.wall.models.entries import Entry
from tablica.wall.models.talk import Comment
from tablica.wall.visibility import own_q

if TYPE_CHECKING:
    from tablica.accounts.models import User


class DraftQuerySet(GuardedQuerySet["Draft"]):
    def visible_q(self, user: User) -> Q:
        """One's own, wherever they were begun: also where one sees nothing any more."""
        return own_q(user, "author")

    def open(self) -> DraftQuerySet:
        """Those that were neither posted nor thrown away."""
        return self.filter(ended_at=None)


class Draft(models.Model):
    """One text that `author` is writing, with everything chosen beside it. Nobody else sees it.

    `key` is its number from its first letter on, made where it is written: whoever posts names it,
    and no late save can bring it back. `hand` is the page that wrote last, `turn` the count of its
    saves. Once posted or thrown away it has `ended_at`, and is removed a day later.

    A wall, an entry or a comment that is removed for good leaves its drafts: the words are theirs
    who wrote them.
    """

    class Place(models.TextChoices):
        WALL = "wall", _("New entry")
        COMMENT = "comment", _("New comment")
        ENTRY = "entry", _("Change of an entry")
        COMMENT_EDIT = "comment-edit", _("Change of a comment")

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts", db_index=False
    )
    place = models.CharField(max_length=12, choices=Place)
    record = models.ForeignKey(Record, on_delete=models.SET_NULL, null=True, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.SET_NULL, null=True, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.SET_NULL, null=True, related_name="+")
    key = models.UUIDField()
    version = models.PositiveIntegerField(default=1)
    hand = models.UUIDField()
    turn = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)
    chosen = models.JSONField(default=dict, blank=True)
    saved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["author", "key"], name="draft_once")]
        indexes = [
            models.Index(
                fields=["author", "-saved_at"], name="draft_open", condition=Q(ended_at=None)
            ),
            models.Index(
                fields=["ended_at"], name="draft_ended", condition=Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.number}"

    @property
    def number(self) -> int | None:
        """Of the wall, entry or comment at which it is written; None when that is gone."""
        numbers = {
            self.Place.WALL: self.record_id,
            self.Place.COMMENT: self.entry_id,
            self.Place.ENTRY: self.entry_id,
            self.Place.COMMENT_EDIT: self.comment_id,
        }
        return numbers[self.Place(self.place)]

    @property
    def spot(self) -> str:
        """Where it is written, as pages name it: `wall-12`, `comment-34` …"""
        return f"{self.place}-{self.number}"
