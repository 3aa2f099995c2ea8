"""The wall: entries and everything people do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tablica.records.managers import GuardedQuerySet
from tablica.records.models import Audience, Record, Tag
from tablica.shared.filenames import is_inline_safe
from tablica.wall.visibility import entry_q, file_q

if TYPE_CHECKING:
    from tablica.accounts.models import User

LONGEST_MINUTES = 1440
ICONS = {
    "pdf": "file-type-pdf",
    "doc": "file-type-doc",
    "docx": "file-type-doc",
    "odt": "file-type-doc",
    "xls": "file-spreadsheet",
    "xlsx": "file-spreadsheet",
    "ods": "file-spreadsheet",
    "csv": "file-spreadsheet",
    "zip": "file-zip",
    "png": "photo",
    "jpg": "photo",
    "jpeg": "photo",
    "gif": "photo",
    "webp": "photo",
}


class EntryQuerySet(GuardedQuerySet["Entry"]):
    def visible_q(self, user: User) -> Q:
        return entry_q(user) & Q(trashed_at=None)


class Entry(models.Model):
    """One thing that was written or happened. Its home wall decides who reads it.

    `audience` empty means the wall's; otherwise it only narrows. `data` holds what the type needs
    (the changes of an automatic entry). `html` is `body` rendered and cleaned when it was saved.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="entries")
    type = models.CharField(max_length=40)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    happened_at = models.DateTimeField()
    created_at = models.DateTimeField()
    body = models.TextField(blank=True)
    html = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=80, blank=True)
    audience = models.ForeignKey(
        Audience, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(null=True)
    trashed_at = models.DateTimeField(null=True)
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    tags: models.ManyToManyField[Tag, EntryTag] = models.ManyToManyField(
        Tag, through="wall.EntryTag", related_name="entries"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["record", "-happened_at", "-id"], name="entry_wall"),
            models.Index(fields=["-happened_at", "-id"], name="entry_feed"),
            models.Index(fields=["author", "-happened_at", "-id"], name="entry_author"),
            models.Index(
                fields=["trashed_at"], name="entry_trash", condition=Q(trashed_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"

    @property
    def minutes(self) -> int | None:
        """How long a call or meeting took; None when what a program gave is no such length."""
        said = self.data.get("minutes")
        return said if type(said) is int and 0 < said <= LONGEST_MINUTES else None


class EntryText(models.Model):
    """What an entry or comment said before: every text ever saved stays readable."""

    entry = models.ForeignKey(
        Entry, on_delete=models.CASCADE, null=True, related_name="earlier_texts"
    )
    comment = models.ForeignKey(
        "wall.Comment", on_delete=models.CASCADE, null=True, related_name="earlier_texts"
    )
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
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


class Placement(models.Model):
    """An entry also shown on another wall. Never widens who may read it."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="placements")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="placements")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "record"], name="placement_once")]

    def __str__(self) -> str:
        return f"{self.entry_id} on {self.record_id}"


class Move(models.Model):
    """The trace of an entry that changed its home wall, or was also shown on another."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="moves")
    source = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    kept = models.BooleanField(default=False)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["entry", "-id"], name="move_entry")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.source_id} → {self.target_id}"


class EntryTag(models.Model):
    """A tag on an entry."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="entry_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="entry_tags")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "tag"], name="entry_tag_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.tag_id}"


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


class Pin(models.Model):
    """An entry kept on top of its home wall."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="pin")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"pin {self.entry_id}"


class Follow(models.Model):
    """Somebody wants to hear of a record; `muted` means never."""

    class Mode(models.TextChoices):
        ALL = "all", _("Everything")
        TALK = "talk", _("What people write")
        MENTIONS = "mentions", _("Only where I am mentioned")
        MUTED = "muted", _("Nothing")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows"
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="follows")
    mode = models.CharField(max_length=8, choices=Mode, default=Mode.ALL)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "record"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.record_id} ({self.mode})"


class FileQuerySet(GuardedQuerySet["File"]):
    def visible_q(self, user: User) -> Q:
        return file_q(user)


class File(models.Model):
    """A file by its real name; the bytes are in the store under their SHA-256.

    Until it hangs on an entry only who uploaded it sees it; then whoever reads the entry.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, null=True, related_name="files")
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = FileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entry", "id"], name="file_entry")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """Where the bytes are; the name is there for people."""
        return f"/files/{self.pk}/{quote(self.name, safe='')}"

    @property
    def shows_inline(self) -> bool:
        """Whether it is a picture that a page may show."""
        return is_inline_safe(self.type)

    @property
    def icon(self) -> str:
        """The drawing for what kind of file it is."""
        ending = self.name.rpartition(".")[2].lower()
        return ICONS.get(ending, "file-text" if self.type.startswith("text/") else "file")
