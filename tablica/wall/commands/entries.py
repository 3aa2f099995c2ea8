"""Writing, editing and throwing away entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.commands import lock_record
from tablica.records.models import Audience, Record, Tag
from tablica.records.signals import text_changed
from tablica.records.tags import make_tags
from tablica.shared import markdown
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text import BadText, clean
from tablica.wall.models import Entry, EntryTag, EntryText, File
from tablica.wall.queries.rows import tells_something
from tablica.wall.rules import may_change_entry, may_read, may_trash_entry
from tablica.wall.types import UnknownType, type_named

LONGEST_TEXT = 100_000
LONGEST_SOURCE = 80
MOST_TAGS = 30
MOST_FILES = 50
FARTHEST = timedelta(days=20 * 366)


def tell(
    record: Record,
    type_: str,
    *,
    by: User | None,
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    audience: Audience | None = None,
) -> Entry:
    """Write an automatic entry: what happened, by whom. The caller has checked the right."""
    now = at or timezone.now()
    return Entry.objects.create(
        record=record,
        type=type_named(type_).name,
        author=by,
        happened_at=now,
        created_at=now,
        data=dict(data or {}),
        audience=audience,
    )


@transaction.atomic
def write_entry(
    record_id: int,
    *,
    by: User,
    type_: str = "note",
    text: str = "",
    tags: Iterable[str] = (),
    files: Iterable[int] = (),
    happened_at: datetime | None = None,
    audience: Audience | None = None,
    source: str = "",
    data: Mapping[str, Any] | None = None,
) -> Entry:
    """Write on the wall of a record that `by` may see.

    Raises `Hidden`, or `ValidationError` naming the field: an unknown type, neither text nor files,
    a text that is too long, a file that is not theirs to attach.
    """
    record = lock_record(record_id, by=by, verb="view")
    kept = _written_type(type_)
    body = clean_body(text)
    attached = _free_files(files, by)
    if not body and not attached:
        raise ValidationError({"text": _("Write something or add a file.")})
    now = timezone.now()
    entry = Entry.objects.create(
        record=record,
        type=kept,
        author=by,
        happened_at=_clean_time(happened_at) or now,
        created_at=now,
        body=body,
        html=markdown.render(body),
        data=dict(data or {}),
        source=_clean_field("source", source, LONGEST_SOURCE),
        audience=check_audience(audience, record),
    )
    set_tags(entry, [*markdown.tags_in(body), *tags], by=by)
    for file in attached:
        file.entry = entry
        file.save(update_fields=["entry"])
    touch(entry, entry.happened_at, now)
    text_changed.send(None, entries=[entry.pk])
    return entry


def touch(entry: Entry, happened_at: datetime, now: datetime) -> None:
    """Remember that something happened here, unless it is older than the last or still to come.

    What only some may read moves nothing: the order of a list must not tell the others of it.
    """
    record, latest = entry.record, min(happened_at, now)
    if entry.audience_id is not None:
        return
    if latest > record.touched_at:
        Record.objects.unguarded(reason="the record is locked and checked").filter(
            pk=record.pk
        ).update(touched_at=latest)
        record.touched_at = latest


def lock_entry(entry_id: int, *, by: User, trashed: bool = False) -> Entry:
    """The entry with its record, locked, when `by` may read it; else `Hidden`."""
    entry = (
        Entry.objects.unguarded(reason="checked two lines below")
        .select_for_update(of=("self",))
        .select_related("record", "author")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None or (entry.trashed_at is not None) is not trashed:
        raise Hidden
    thrown, entry.trashed_at = entry.trashed_at, None
    readable = may_read(by, entry) and tells_something(by, entry)
    entry.trashed_at = thrown
    if not readable:
        raise Hidden
    return entry


@transaction.atomic
def edit_entry(
    entry_id: int,
    *,
    by: User,
    version: int | None,
    values: Mapping[str, Any],
) -> Entry:
    """Change one's own entry: any of `text`, `tags`, `happened_at`, `audience`, `type`.

    The earlier text stays in its history. A stale `version` raises `Stale` with what is stored.
    """
    entry = lock_entry(entry_id, by=by)
    if not may_change_entry(by, entry):
        raise Refused(_("Only who wrote this may edit it."))
    if version is not None and version != entry.version:
        raise Stale(_("Somebody else changed this meanwhile."), current=entry)
    if "type" in values:
        entry.type = _written_type(values["type"])
    if values.get("happened_at") is not None:
        entry.happened_at = _clean_time(values["happened_at"]) or entry.happened_at
    if "audience" in values:
        entry.audience = check_audience(values["audience"], entry.record)
    tags = list(values["tags"]) if "tags" in values else None
    if "text" in values:
        tags = _edit_text(entry, values["text"], tags, by)
    entry.version += 1
    entry.edited_at = timezone.now()
    entry.save()
    if tags is not None:
        set_tags(entry, tags, by=by)
    text_changed.send(None, entries=[entry.pk])
    return entry


def _edit_text(entry: Entry, text: Any, tags: list[str] | None, by: User) -> list[str]:
    body = clean_body(text)
    if not body and not entry.files.unguarded(reason="the entry is locked and checked").exists():
        raise ValidationError({"text": _("Write something or add a file.")})
    if body != entry.body:
        keep_text(entry=entry, by=by)
    inline_before = set(markdown.tags_in(entry.body))
    entry.body, entry.html = body, markdown.render(body)
    if tags is None:
        picked = [t.name for t in entry.tags.all() if t.name not in inline_before]
        tags = picked
    return [*markdown.tags_in(body), *tags]


def keep_text(*, entry: Entry, by: User) -> None:
    """Put the present text of `entry` into its history, under the version it had."""
    EntryText.objects.create(
        entry=entry,
        version=entry.version,
        body=entry.body,
        at=entry.edited_at or entry.created_at,
        by=entry.author,
    )


@transaction.atomic
def trash_entry(entry_id: int, *, by: User, version: int | None = None) -> Entry:
    """Throw an entry away for 30 days, with its comments, files and likes."""
    entry = lock_entry(entry_id, by=by)
    if not may_trash_entry(by, entry):
        raise Refused(_("You may see this, but not delete it."))
    if version is not None and version != entry.version:
        raise Stale(_("Somebody else changed this meanwhile."), current=entry)
    entry.trashed_at, entry.trashed_by = timezone.now(), by
    entry.version += 1
    entry.save(update_fields=["trashed_at", "trashed_by", "version"])
    text_changed.send(None, entries=[entry.pk])
    return entry


@transaction.atomic
def restore_entry(entry_id: int, *, by: User) -> Entry:
    """Take an entry out of the trash, as it was."""
    entry = lock_entry(entry_id, by=by, trashed=True)
    if not may_trash_entry(by, entry):
        raise Hidden
    entry.trashed_at = entry.trashed_by = None
    entry.version += 1
    entry.save(update_fields=["trashed_at", "trashed_by", "version"])
    text_changed.send(None, entries=[entry.pk])
    return entry


def set_tags(entry: Entry, names: Iterable[str], *, by: User) -> list[Tag]:
    """Give `entry` exactly the tags of these names."""
    named = list(names)
    if len(named) > MOST_TAGS:
        raise ValidationError({"tags": _("At most %(n)d tags.") % {"n": MOST_TAGS}})
    try:
        tags = make_tags(named, by=by)
    except BadText as error:
        raise ValidationError({"tags": str(error)}) from error
    EntryTag.objects.filter(entry=entry).exclude(tag__in=tags).delete()
    have = set(EntryTag.objects.filter(entry=entry).values_list("tag_id", flat=True))
    EntryTag.objects.bulk_create(
        EntryTag(entry=entry, tag=tag) for tag in tags if tag.pk not in have
    )
    return tags


def clean_body(text: Any) -> str:
    """A text that may be kept: not too long, nothing in it that cannot be shown truthfully."""
    return _clean_field("text", text, LONGEST_TEXT, multiline=True)


def _clean_field(name: str, text: Any, limit: int, *, multiline: bool = False) -> str:
    if not isinstance(text, str):
        raise ValidationError({name: _("This must be a text.")})
    try:
        return clean(text, max_length=limit, multiline=multiline).strip()
    except BadText as error:
        raise ValidationError({name: str(error)}) from error


def _written_type(name: Any) -> str:
    try:
        kept = type_named(str(name))
    except UnknownType:
        kept = None
    if kept is None or not kept.written:
        raise ValidationError({"type": _("There is no such type of entry.")})
    return kept.name


def _clean_time(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValidationError({"happened_at": _("Give the time with its time zone.")})
    if not 1950 <= at.year <= 9000 or at > timezone.now() + FARTHEST:
        raise ValidationError({"happened_at": _("Check the date: this is too far away.")})
    return at


def check_audience(audience: Audience | None, record: Record) -> Audience | None:
    """An entry for the team needs a wall that has one."""
    if audience is not None and audience.type == Audience.Type.TEAM and record.team_id is None:
        raise ValidationError({"audience": _("This wall belongs to no team.")})
    return None if audience is None or audience.type == Audience.Type.EVERYONE else audience


def _free_files(numbers: Iterable[int], by: User) -> list[File]:
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
