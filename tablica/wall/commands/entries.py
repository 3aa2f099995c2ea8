"""Writing, editing and throwing away entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.commands import lock_record
from tablica.records.models import Audience, Record, Tag
from tablica.records.signals import text_changed
from tablica.records.tags import make_tags, tag_key
from tablica.shared import markdown
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text import BadText
from tablica.shared.text.merging import Keep
from tablica.wall.changed import word_for
from tablica.wall.commands.sent import (
    clean_body,
    clean_field,
    clean_time,
    free_files,
    other_type,
    written_type,
)
from tablica.wall.commands.versions import keep_state, state_of, together_or_stale
from tablica.wall.mentions import drawn
from tablica.wall.models import Entry, EntryTag
from tablica.wall.queries.history import readable_version
from tablica.wall.queries.rows import tells_something
from tablica.wall.rules import may_change_entry, may_read, may_trash_entry
from tablica.wall.signals import say
from tablica.wall.types import shown_type, type_named

LONGEST_SOURCE = 80
MOST_TAGS = 30


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
    entry = Entry.objects.create(
        record=record,
        type=type_named(type_).name,
        author=by,
        happened_at=now,
        created_at=now,
        data=dict(data or {}),
        changed=word_for(record.kind, data or {}),
        audience=audience,
    )
    say(entry, by=by)
    return entry


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
    kept = written_type(type_, on=record.kind)
    extra = type_named(kept).extra
    body = clean_body(text)
    attached = free_files(files, by)
    if not body and not attached:
        raise ValidationError({"text": _("Write something or add a file.")})
    now = timezone.now()
    entry = Entry.objects.create(
        record=record,
        type=kept,
        author=by,
        happened_at=clean_time(happened_at) or now,
        created_at=now,
        body=body,
        html=drawn(body),
        data={} if extra else dict(data or {}),
        source=clean_field("source", source, LONGEST_SOURCE),
        audience=check_audience(audience, record),
    )
    set_tags(entry, [*markdown.tags_in(body), *tags], by=by)
    for file in attached:
        file.entry = entry
        file.save(update_fields=["entry"])
    if extra is not None:
        extra.begin(entry, data or {}, by=by)
    touch(entry, entry.happened_at, now)
    text_changed.send(None, entries=[entry.pk])
    say(entry, by=by)
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
    keep: Keep = "",
) -> Entry:
    """Change one's own entry: any of `text`, `tags`, `happened_at`, `audience`, `type`.

    What it was stays in its history; what changes nothing leaves no trace. A stale `version` raises
    `Stale` with what is stored, unless `keep` says to merge; then only for what clashes, which
    `Stale.theirs` names.
    """
    entry = lock_entry(entry_id, by=by)
    if not may_change_entry(by, entry):
        raise Refused(_("Only who wrote this may edit it."))
    if version is not None and version != entry.version:
        values = together_or_stale(entry, version, values, keep=keep)
    before = state_of(entry)
    if "type" in values:
        entry.type = other_type(entry.type, values["type"], on=entry.record.kind)
    if values.get("happened_at") is not None:
        entry.happened_at = clean_time(values["happened_at"]) or entry.happened_at
    if "audience" in values:
        entry.audience = check_audience(values["audience"], entry.record)
    tags = list(values["tags"]) if "tags" in values else None
    if "text" in values:
        tags = _edit_text(entry, values["text"], tags)
    if tags is not None:
        set_tags(entry, tags, by=by)
    if state_of(entry) == before:
        return entry
    keep_state(entry, before)
    entry.version += 1
    entry.edited_at = timezone.now()
    entry.save()
    text_changed.send(None, entries=[entry.pk])
    if entry.body != before.body:
        say(entry, by=by, edited=True)
    return entry


@transaction.atomic
def bring_back_entry(entry_id: int, number: int, *, by: User, version: int | None = None) -> Entry:
    """Make the entry say again what it said as version `number`: an edit like any other.

    Its words, type, time and tags; who may read it stays as it is now.
    """
    entry = lock_entry(entry_id, by=by)
    then = readable_version(by, entry, number)
    values = {"text": then.body, "tags": then.tag_names, "happened_at": then.happened_at}
    if shown_type(then.type).written:
        values["type"] = then.type
    return edit_entry(entry_id, by=by, version=version, values=values)


def _edit_text(entry: Entry, text: Any, tags: list[str] | None) -> list[str]:
    body = clean_body(text)
    if not body and not entry.files.unguarded(reason="the entry is locked and checked").exists():
        raise ValidationError({"text": _("Write something or add a file.")})
    inline_before = {tag_key(name) for name in markdown.tags_in(entry.body)}
    entry.body, entry.html = body, drawn(body)
    if tags is None:
        tags = [tag.name for tag in entry.tags.all() if tag.key not in inline_before]
    return [*markdown.tags_in(body), *tags]


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


def check_audience(audience: Audience | None, record: Record) -> Audience | None:
    """An entry for the team needs a wall that has one."""
    if audience is not None and audience.type == Audience.Type.TEAM and record.team_id is None:
        raise ValidationError({"audience": _("This wall belongs to no team.")})
    return None if audience is None or audience.type == Audience.Type.EVERYONE else audience
