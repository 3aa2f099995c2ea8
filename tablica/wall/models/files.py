"""Files on entries."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from django.conf import settings
from django.db import models
from django.db.models import Q

from tablica.records.managers import GuardedQuerySet
from tablica.records.noting import Noted
from tablica.shared.filenames import is_inline_safe, is_played
from tablica.wall.models.entries import Entry
from tablica.wall.visibility import file_q

if TYPE_CHECKING:
    from tablica.accounts.models import User

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
    "weba": "microphone",
    "m4a": "microphone",
    "mp3": "microphone",
    "ogg": "microphone",
    "wav": "microphone",
}


class FileQuerySet(GuardedQuerySet["File"]):
    def visible_q(self, user: User) -> Q:
        return file_q(user)


class File(Noted):
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
    draft = models.ForeignKey(
        "wall.Draft", on_delete=models.SET_NULL, null=True, related_name="files"
    )
    created_at = models.DateTimeField()

    objects = FileQuerySet.as_manager()
    noted_as = "file"

    class Meta:
        indexes = [
            models.Index(fields=["entry", "id"], name="file_entry"),
            models.Index(
                fields=["uploaded_by", "created_at"], condition=Q(entry=None), name="file_loose"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def of_person_q(cls, person: int) -> Q:
        return Q(entry__author=person) | Q(entry__record__owner=person)

    @classmethod
    def open_q(cls, user: User) -> Q:
        return file_q(user)

    @property
    def url(self) -> str:
        """Where the bytes are; the name is there for people."""
        return f"/files/{self.pk}/{quote(self.name, safe='')}"

    @property
    def shows_inline(self) -> bool:
        """Whether it is a picture that a page may show."""
        return is_inline_safe(self.type)

    @property
    def is_heard(self) -> bool:
        """Whether it is a sound that a page may play."""
        return is_played(self.type)

    @property
    def icon(self) -> str:
        """The drawing for what kind of file it is."""
        ending = self.name.rpartition(".")[2].lower()
        return ICONS.get(ending, "file-text" if self.type.startswith("text/") else "file")
