"""The words of everything, kept for finding."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tablica.accounts.models import User
from tablica.records.managers import GuardedQuerySet
from tablica.records.models import Record
from tablica.records.visibility import visible_q
from tablica.wall.models import Comment, Entry
from tablica.wall.visibility import entry_q


class DocumentQuerySet(GuardedQuerySet["SearchDocument"]):
    def visible_q(self, user: User) -> Q:
        of_record = visible_q(user, "record__") & Q(record__trashed_at=None)
        alive = Q(entry__trashed_at=None) & (Q(comment=None) | Q(comment__trashed_at=None))
        of_entry = entry_q(user, "entry__") & alive
        return (Q(entry=None) & of_record) | (Q(entry__isnull=False) & of_entry)


class SearchDocument(models.Model):
    """The analysed words of one record, entry or comment.

    `record` is the home wall, `entry` the entry (also of a comment), so that one filter decides who
    finds it. The words are in `search_words` (FTS5 on SQLite, a tsvector on PostgreSQL) under the
    same number.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="+")
    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, null=True, related_name="+")
    happened_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-happened_at", "-id"], name="document_recent")]
        constraints = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(entry=None), name="document_record_once"
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(comment=None, entry__isnull=False),
                name="document_entry_once",
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.pk}"
