"""What is written or happens on a wall, and what it said before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from tablica.records.managers import GuardedQuerySet
from tablica.records.models import Audience, Record, Tag
from tablica.records.noting import Noted
from tablica.wall.visibility import entry_q

if TYPE_CHECKING:
    from tablica.accounts.models import User
    from tablica.wall.models.tags import EntryTag

LONGEST_MINUTES = 1440


class EntryQuerySet(GuardedQuerySet["Entry"]):
    def visible_q(self, user: User) -> Q:
        return entry_q(user) & Q(trashed_at=None)


class Entry(Noted):
    """One thing that was written or happened. Its home wall decides who reads it.

    `audience` empty means the wall's; otherwise it only narrows. `data` holds what the type needs
    (the changes of an automatic entry). `html` is `body` rendered and cleaned when it was saved.
    `changed` is empty, or names the fields whose change is told (`wall.changed`).
    """

    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="entries", db_index=False
    )
    type = models.CharField(max_length=40)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    changed = models.TextField(null=True, blank=True)
    source = models.CharField(max_length=80, blank=True)
    audience = models.ForeignKey(
        Audience,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # an engine that chooses it gathers half the table for one page
    )
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    trashed_at = models.DateTimeField(null=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    tags: models.ManyToManyField[Tag, EntryTag] = models.ManyToManyField(
        Tag, through="wall.EntryTag", related_name="entries"
    )

    objects = EntryQuerySet.as_manager()
    noted_as = "entry"

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["record", "-happened_at", "-id"], name="entry_wall"),
            models.Index(fields=["-happened_at", "-id"], name="entry_feed"),
            models.Index(fields=["author", "-happened_at", "-id"], name="entry_author"),
            models.Index(
                fields=["record", "type", "audience", "author"],
                name="entry_count",
                condition=Q(trashed_at=None),
            ),
            models.Index(
                fields=["record"], name="entry_pinned", condition=Q(pinned_at__isnull=False)
            ),
            models.Index(
                fields=["trashed_at"], name="entry_trash", condition=Q(trashed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @classmethod
    def of_person_q(cls, person: int) -> Q:
        return Q(author=person) | Q(record__owner=person)

    @classmethod
    def open_q(cls, user: User) -> Q:
        return entry_q(user)

    @property
    def minutes(self) -> int | None:
        """How long a call or meeting took; None when what a program gave is no such length."""
        said = self.data.get("minutes")
        return said if type(said) is int and 0 < said <= LONGEST_MINUTES else None


class EntryText(models.Model):
    """What an entry or comment said before, and to whom: every text ever saved stays readable.

    `record` and `audience` are the wall and the readers it had then (of a comment, those of its
    entry): who was outside then stays outside. Without `record` that wall is gone for good.
    `tags` are lines of `number name`. A comment has neither type, nor time, nor tags.
    """

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, null=True, related_name="earlier_texts"
    )
    comment = models.ForeignKey(
        "wall.Comment", on_delete=models.CASCADE, null=True, related_name="earlier_texts"
    )
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    type = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField(null=True)
    tags = models.TextField(blank=True)
    record = models.ForeignKey(Record, on_delete=models.SET_NULL, null=True, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(entry__isnull=True) ^ Q(comment__isnull=True),
                name="text_of_entry_or_comment",
            ),
            models.UniqueConstraint(fields=["entry", "version"], name="text_entry_version_once"),
            models.UniqueConstraint(
                fields=["comment", "version"], name="text_comment_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.version}"
