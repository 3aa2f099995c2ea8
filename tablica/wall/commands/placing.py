"""Moving an entry to another wall, or also showing it there, with a trace and undo."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.commands import lock_record
from tablica.records.models import Audience, Record
from tablica.records.rules import may
from tablica.records.signals import text_changed
from tablica.shared.errors import Hidden, Refused
from tablica.wall.commands.entries import check_audience, lock_entry, tell, touch
from tablica.wall.commands.pins import put_pin, take_pin
from tablica.wall.models import Entry, Move, Placement
from tablica.wall.rules import may_move_entry, may_take_away


@transaction.atomic
def move_entry(entry_id: int, *, to: int, by: User, keep: bool = False) -> Entry:
    """Move an entry to the wall of record `to`; with `keep`, also show it there instead.

    Only moving changes who may read it: from then on the new home decides. Doing it twice changes
    nothing. Raises `Hidden` for an entry or record `by` may not see.
    """
    entry = lock_entry(entry_id, by=by)
    if not may_move_entry(by, entry):
        raise Refused(_("You may see this, but not move it."))
    target = lock_record(to, by=by, verb="view")
    if entry.record_id == target.pk:
        return entry
    now = timezone.now()
    source = entry.record
    if keep:
        _placement, fresh = Placement.objects.get_or_create(
            entry=entry, record=target, defaults={"at": now, "by": by}
        )
        if not fresh:
            return entry
    else:
        check_audience(entry.audience, target)
        _refuse_taking_away(entry, target, by)
        Placement.objects.filter(entry=entry, record=target).delete()
        unpinned = _unpin_where_not_allowed(entry, target, by)
        entry.record = target
        entry.version += 1
        entry.save(update_fields=["record", "version"])
        data = {"entry": entry.pk, "record": target.pk, "unpinned": unpinned}
        tell(source, "moved", by=by, data=data, audience=entry.audience)
        text_changed.send(None, entries=[entry.pk])
    Move.objects.create(entry=entry, source=source, target=target, kept=keep, at=now, by=by)
    touch(entry, entry.happened_at, now)
    return entry


def _refuse_taking_away(entry: Entry, target: Record, by: User) -> None:
    if not may_take_away(by, entry, target):
        raise Refused(
            _("Fewer people could read this there. Only who wrote it may move it, or also show it.")
        )


def _unpin_where_not_allowed(entry: Entry, target: Record, by: User) -> bool:
    """A pin comes along only to a wall on which `by` may pin; says whether it was taken out."""
    if entry.pinned_at is None or may(by, "edit", target):
        return False
    take_pin(entry)
    return True


@transaction.atomic
def undo_move(entry_id: int, *, by: User) -> Entry:
    """Take the last move back. Raises `Hidden` when there is none or its origin is out of sight.

    Walls on which it is also shown, but which `by` does not see, are as if they were not there.
    """
    entry = lock_entry(entry_id, by=by)
    seen = Q(kept=False) | Q(target__in=Record.objects.visible_to(by).values("pk"))
    move = Move.objects.filter(seen, entry=entry, undone_at=None).order_by("-pk").first()
    if move is None:
        raise Hidden
    if not may_move_entry(by, entry):
        raise Refused(_("You may see this, but not move it."))
    if move.kept:
        Placement.objects.filter(entry=entry, record_id=move.target_id).delete()
    else:
        _take_home(entry, move, by)
    move.undone_at = timezone.now()
    move.save(update_fields=["undone_at"])
    return entry


def _take_home(entry: Entry, move: Move, by: User) -> None:
    """Bring the entry back to where it was, with the place and the pin that the move took away."""
    source = lock_record(move.source_id, by=by, verb="view")
    if move.by_id != by.pk:
        _refuse_taking_away(entry, source, by)
    if entry.audience_id == Audience.TEAM and source.team_id is None:
        raise Refused(_("This entry is for a team, and the wall it came from belongs to none."))
    entry.record = source
    entry.version += 1
    entry.save(update_fields=["record", "version"])
    traces = Entry.objects.unguarded(reason="the trace of the move taken back").filter(
        record_id=move.source_id, type="moved", data__entry=entry.pk
    )
    if traces.filter(data__unpinned=True).exists():
        put_pin(entry, by=by)
    traces.delete()
    shown = Move.objects.filter(entry=entry, target=move.target_id, kept=True, undone_at=None)
    if (also := shown.order_by("-pk").first()) is not None:
        Placement.objects.get_or_create(
            entry=entry, record_id=move.target_id, defaults={"at": also.at, "by": also.by}
        )
    text_changed.send(None, entries=[entry.pk])


@transaction.atomic
def unplace_entry(entry_id: int, *, record: int, by: User) -> Entry:
    """Show an entry no longer on another wall than its home."""
    entry = lock_entry(entry_id, by=by)
    if not may_move_entry(by, entry):
        raise Refused(_("You may see this, but not move it."))
    place = lock_record(record, by=by, verb="view")
    Placement.objects.filter(entry=entry, record=place).delete()
    Move.objects.filter(entry=entry, target=place, kept=True, undone_at=None).update(
        undone_at=timezone.now()
    )
    return entry
