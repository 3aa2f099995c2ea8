"""Keeping an entry on top of its home wall."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.rules import may
from tablica.shared.errors import Refused
from tablica.wall.commands.entries import lock_entry
from tablica.wall.models import Entry
from tablica.wall.signals import say_redrawn


@transaction.atomic
def pin_entry(entry_id: int, *, by: User) -> Entry:
    """Pin an entry on the wall of a record that `by` may edit."""
    entry = _pinnable(entry_id, by)
    if entry.pinned_at is None:
        put_pin(entry, by=by)
    return entry


@transaction.atomic
def unpin_entry(entry_id: int, *, by: User) -> Entry:
    """Take the pin out."""
    entry = _pinnable(entry_id, by)
    if entry.pinned_at is not None:
        take_pin(entry)
    return entry


def put_pin(entry: Entry, *, by: User) -> None:
    """Pin an entry that the caller locked and checked."""
    entry.pinned_at, entry.pinned_by = timezone.now(), by
    entry.save(update_fields=["pinned_at", "pinned_by"])
    say_redrawn(entry.pk)


def take_pin(entry: Entry) -> None:
    """Take the pin out of an entry that the caller locked and checked."""
    entry.pinned_at = entry.pinned_by = None
    entry.save(update_fields=["pinned_at", "pinned_by"])
    say_redrawn(entry.pk)


def _pinnable(entry_id: int, by: User) -> Entry:
    entry = lock_entry(entry_id, by=by)
    if not may(by, "edit", entry.record):
        raise Refused(_("You may see this, but not change it."))
    return entry
