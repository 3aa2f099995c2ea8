"""Whose records are, said by who administers: of many at once, when a colleague leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.models import User
from tablica.records.commands import Changes, keep_change
from tablica.records.models import Record
from tablica.records.signals import text_changed
from tablica.shared.trail import commands as trail
from tablica.wall.commands.lives import tell_changes
from tablica.wall.models import Follow, FollowChoice, Unfollowed
from tablica.wall.models.follows import USUAL
from tablica.wall.signals import is_quiet

REASON = "who administers gives them, seen or not"


@transaction.atomic
def give_records(owners: Mapping[int, int | None], *, by: User | None) -> None:
    """Make these people the owners of these records, seen or not; one entry tells each wall.

    For who administers. That they may own them is for the caller to know: what is given back goes
    to who had it. The places in lists stay, because nothing happened. Also in the trash.
    """
    require_administrator(by)
    rows = Record.objects.unguarded(reason=REASON)
    changed, now = [], timezone.now()
    for record in rows.select_for_update().filter(pk__in=list(owners)).order_by("pk"):
        before, after = record.owner_id, owners[record.pk]
        if before == after:
            continue
        record.owner_id = after
        record.version += 1
        changes: Changes = {"owner": [before, after]}
        keep_change(record, by=by, changes=changes, at=now)
        tell_changes(record, changes, by=by)
        changed.append(record)
        if not is_quiet():
            about = f"record {record.pk}"
            trail.note("readers changed", by=number_of(by), about=about, changes=changes)
    rows.bulk_update(changed, ["owner", "version"])
    text_changed.send(None, records=[record.pk for record in changed])


def follow_after(given: Mapping[int, int], *, of: User) -> set[int]:
    """Let people follow the records they were given (person by record) as `of` did, or else as they
    follow what they own; which records they now follow who did not.

    Whoever has chosen not to follow one does not. The caller has locked the records.
    """
    own, people = Follow.Why.OWN, set(given.values())
    theirs = Follow.objects.filter(user=of, record__in=given).exclude(mode=Follow.Mode.MUTED)
    modes = dict(theirs.values_list("record_id", "mode"))
    chosen = FollowChoice.objects.filter(user__in=people, why=own)
    usual = dict(chosen.values_list("user_id", "mode"))
    settled: set[tuple[int, int]] = set()
    for model in (Follow, Unfollowed):
        rows = model._default_manager.filter(user__in=people, record__in=given)
        settled.update(rows.values_list("record_id", "user_id"))
    fresh = []
    for record, person in given.items():
        mode = modes.get(record) or usual.get(person, USUAL[own])
        if mode and (record, person) not in settled:
            fresh.append(Follow(user_id=person, record_id=record, mode=mode, why=own))
    Follow.objects.bulk_create(fresh, ignore_conflicts=True)
    return {follow.record_id for follow in fresh}


def follow_no_more(records: Iterable[int], person: int) -> None:
    """Take `follow_after` back, unless they have said meanwhile how they follow it."""
    followed = Follow.objects.filter(user=person, record__in=list(records))
    followed.filter(why=Follow.Why.OWN).delete()
