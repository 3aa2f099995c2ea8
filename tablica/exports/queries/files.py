"""The files that somebody asked for."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from tablica.accounts.models import User
from tablica.exports.models import KEPT, ListFile
from tablica.exports.rules import rights_of
from tablica.records.rules import may_export


def files_of(user: User) -> QuerySet[ListFile]:
    """The files of `user` that are still kept or being made, the latest first."""
    return ListFile.objects.filter(user=user, asked_at__gt=timezone.now() - KEPT)


def is_theirs(file: ListFile, user: User) -> bool:
    """Whether `user` may do now what they might when they asked for it."""
    return may_export(user, file.kind) and file.rights == rights_of(user, file.kind)


def file_for(user: User, number: int) -> ListFile | None:
    """A file that is made and still `user`'s to have."""
    found = files_of(user).exclude(sha256="").filter(pk=number).first()
    return found if found is not None and is_theirs(found, user) else None
