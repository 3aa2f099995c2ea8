"""What is sent to be written on a wall: brought into its form, or refused by field."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.text import BadText, clean
from tablica.wall.models import File
from tablica.wall.types import UnknownType, shown_type, type_named

LONGEST_TEXT = 100_000
MOST_FILES = 50
FARTHEST = timedelta(days=20 * 366)


def clean_body(text: Any) -> str:
    """A text that may be kept: not too long, nothing in it that cannot be shown truthfully."""
    return clean_field("text", text, LONGEST_TEXT, multiline=True)


def clean_field(name: str, text: Any, limit: int, *, multiline: bool = False) -> str:
    """A text of at most `limit` characters, for the field `name`."""
    if not isinstance(text, str):
        raise ValidationError({name: _("This must be a text.")})
    try:
        return clean(text, max_length=limit, multiline=multiline).strip()
    except BadText as error:
        raise ValidationError({name: str(error)}) from error


def written_type(name: Any, *, on: str) -> str:
    """The name of a type that people and tools write on walls of this kind of record."""
    try:
        kept = type_named(str(name))
    except UnknownType:
        kept = None
    if kept is None or not kept.written:
        raise ValidationError({"type": _("There is no such type of entry.")})
    if kept.walls_of and on not in kept.walls_of:
        raise ValidationError({"type": _("This type of entry is not for this wall.")})
    return kept.name


def other_type(now: str, name: Any, *, on: str) -> str:
    """The same for an entry that has the type `now`; one with a part of its own keeps it."""
    if name == now:
        return now
    kept = written_type(name, on=on)
    if shown_type(now).extra or type_named(kept).extra:
        raise ValidationError({"type": _("Write it anew: this type cannot be changed.")})
    return kept


def clean_time(at: datetime | None) -> datetime | None:
    """A moment with its time zone, in living memory or the next 20 years."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValidationError({"happened_at": _("Give the time with its time zone.")})
    if not 1950 <= at.year <= 9000 or at > timezone.now() + FARTHEST:
        raise ValidationError({"happened_at": _("Check the date: this is too far away.")})
    return at


def free_files(numbers: Iterable[int], by: User) -> list[File]:
    """These files, locked: those that `by` has uploaded and that hang nowhere yet."""
    wanted = list(dict.fromkeys(numbers))
    if len(wanted) > MOST_FILES:
        raise ValidationError({"files": _("At most %(n)d files.") % {"n": MOST_FILES}})
    found = list(
        File.objects.visible_to(by)
        .select_for_update(of=("self",))
        .filter(pk__in=wanted, entry=None, uploaded_by=by)
        .order_by("pk")
        if wanted
        else ()
    )
    if len(found) != len(wanted):
        raise ValidationError({"files": _("Choose files that you have just added.")})
    return found
