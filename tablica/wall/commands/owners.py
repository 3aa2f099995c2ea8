"""Whose a record is, said by who administers: for many at once, when a colleague leaves."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.models import User
from tablica.records.commands import Changes, keep_change
from tablica.records.models import Record
from tablica.records.signals import text_changed
from tablica.shared.errors import Hidden
from tablica.shared.trail import commands as trail
from tablica.wall.commands.follows import mode_chosen
from tablica.wall.commands.lives import tell_changes
from tablica.wall.models import Follow, Unfollowed
from tablica.wall.signals import is_quiet


@transaction.atomic
def give_record(record_id: int, *, to: User | None, by: User | None) -> Record:
    """Make `to` the owner, whether `by` sees the record or not; one entry tells its wall.

    For who administers. That `to` may own it is for the caller to know: what is given back goes to
    who had it. Its place in lists stays, because nothing happened with it. Also in the trash.
    """
    require_administrator(by)
    rows = Record.objects.unguarded(reason="who administers gives it, seen or not")
    record = rows.select_for_update().filter(pk=record_id).first()
    if record is None:
        raise Hidden
    before, after = record.owner_id, to.pk if to else None
    if before == after:
        return record
    record.owner = to
    record.version += 1
    record.save(update_fields=["owner", "version"])
    changes: Changes = {"owner": [before, after]}
    keep_change(record, by=by, changes=changes, at=timezone.now())
    tell_changes(record, changes, by=by)
    text_changed.send(None, records=[record.pk])
    if not is_quiet():
        about = f"record {record_id}"
        trail.note("readers changed", by=number_of(by), about=about, changes=changes)
    return record


def follow_after(record: Record, person: User, *, of: User) -> bool:
    """Let `person` follow a record as `of` did, or as they follow what they own; True when new.

    Not when they follow it already or have chosen not to. The caller has locked the record.
    """
    theirs = Follow.objects.filter(user=of, record=record).exclude(mode=Follow.Mode.MUTED)
    mode = theirs.values_list("mode", flat=True).first() or mode_chosen(person, Follow.Why.OWN)
    if not mode or Unfollowed.objects.filter(user=person, record=record).exists():
        return False
    values = {"mode": mode, "why": Follow.Why.OWN}
    return Follow.objects.get_or_create(user=person, record=record, defaults=values)[1]


def follow_no_more(record_id: int, person: User) -> None:
    """Take `follow_after` back, unless they have said meanwhile how they follow it."""
    Follow.objects.filter(user=person, record=record_id, why=Follow.Why.OWN).delete()
