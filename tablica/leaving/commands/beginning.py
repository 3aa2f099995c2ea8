"""Beginning a handover, stopping it, going on, and asking for all of it back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.commands.guarding import (
    keep_an_administrator,
    number_of,
    require_administrator,
)
from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.models import User
from tablica.leaving.commands.planning import IN_ONE, add_rows, go_on, not_oneself
from tablica.leaving.commands.rule import said
from tablica.leaving.commands.withdrawing import give_back, withdraw
from tablica.leaving.models import Handover, HandoverRow, Then, the_rule
from tablica.leaving.queries.staying import REASON, Staying, closed_entries, staying_without
from tablica.records.rules import may
from tablica.shared.errors import Hidden
from tablica.shared.trail import commands as trail
from tablica.wall.models import Draft, Entry


@transaction.atomic
def begin_handover(user: User, *, by: User | None) -> Handover:
    """Close every door to `user` and let a job hand over what they had, as planned.

    What they got since the plan goes to who gets what hangs on no record. Raises `ValidationError`
    while somebody has still to be chosen, `Refused` when nobody would administer. Begun twice, it
    begins once.
    """
    require_administrator(by)
    not_oneself(user, by)
    handover = _locked(user)
    if not handover.is_plan:
        return handover
    if user.role.administers:
        keep_an_administrator(without=User.objects.filter(pk=user.pk))
    staying = staying_without(user)
    closed = closed_entries(staying)
    _bring_up_to_date(handover, staying)
    _add_writings(handover, staying, closed)
    _refuse_gaps(handover)
    if user.is_active:
        deactivate_user(user, by=by)
    handover.withdrawn = withdraw(user, by=by)
    handover.by, handover.begun_at = by, timezone.now()
    handover.save()
    trail.note(
        "left",
        by=number_of(by),
        about=f"user {user.pk}",
        handover=handover.pk,
        records=handover.rows.exclude(record=None).count(),
        rule=[f"{what}: {then}" for what, then in said(the_rule()).items()],
        entries=len(closed),
    )
    go_on(handover)
    return handover


def _locked(user: User) -> Handover:
    """The last handover of `user`. Raises `Hidden` when there is none."""
    rows = Handover.objects.select_for_update(of=("self",)).select_related("heir", "by")
    handover = rows.filter(user=user).order_by("-pk").first()
    if handover is None:
        raise Hidden
    return handover


def _bring_up_to_date(handover: Handover, staying: Staying) -> None:
    """Bring the rows in line with what is theirs now and with the rule as it stands."""
    rule = the_rule()
    handover.records, handover.entries, handover.drafts = rule.records, rule.entries, rule.drafts
    owned = staying.records(closed=not handover.keeps_records)
    now = dict(owned.values_list("pk", "owner_id"))
    rows = dict(handover.rows.exclude(record=None).values_list("record_id", "was_id"))
    moved = [number for number, was in rows.items() if number not in now or now[number] != was]
    for at in range(0, len(moved), IN_ONE):
        handover.rows.filter(record__in=moved[at : at + IN_ONE]).delete()
    for number in moved:
        del rows[number]
    add_rows(handover, staying, rows, to=handover.heir)


def _add_writings(handover: Handover, staying: Staying, closed: list[int]) -> None:
    """Add a row for what only they could read, where the rule opens it."""
    heir, fresh = handover.heir, []
    if handover.entries == Then.SUCCESSOR:
        fresh += _entry_rows(handover, staying, closed)
    drafts = Draft.objects.unguarded(reason=REASON).open().filter(author=handover.user)
    if handover.drafts == Then.SUCCESSOR:
        numbers = drafts.values_list("pk", flat=True)
        fresh += [HandoverRow(handover=handover, draft_id=pk, to=heir) for pk in numbers]
    HandoverRow.objects.bulk_create(fresh, batch_size=IN_ONE)


def _entry_rows(handover: Handover, staying: Staying, closed: list[int]) -> list[HandoverRow]:
    """Each goes to who gets its wall, else to the heir, when they may see the wall at all."""
    walls = dict(handover.rows.exclude(record=None).values_list("record_id", "to_id"))
    heir = staying.people.get(handover.heir_id or 0)
    found = []
    for at in range(0, len(closed), IN_ONE):
        entries = Entry.objects.unguarded(reason=REASON).filter(pk__in=closed[at : at + IN_ONE])
        for entry in entries.select_related("record"):
            to = walls.get(entry.record_id)
            if to is None and heir is not None and may(heir, "view", entry.record):
                to = heir.pk
            if to is not None:
                row = HandoverRow(handover=handover, entry=entry, to_id=to)
                row.readers_id = entry.audience_id
                found.append(row)
    return found


def _refuse_gaps(handover: Handover) -> None:
    gaps = handover.rows.filter(to=None)
    if gaps.filter(looked_at=None).exclude(record=None).exists():
        raise ValidationError(_("Wait a moment: who could take it is still being looked for."))
    if gaps.exists():
        raise ValidationError(_("Choose first who gets what has no successor yet."))


@transaction.atomic
def stop_handover(user: User, *, by: User | None) -> Handover:
    """Stop after the few that are being done; the rest stays as it is until somebody goes on."""
    require_administrator(by)
    handover = _locked(user)
    if handover.is_running:
        handover.stopped_at = timezone.now()
        handover.save(update_fields=["stopped_at"])
    return handover


@transaction.atomic
def resume_handover(user: User, *, by: User | None) -> Handover:
    """Go on with a handover that was stopped, or whose job has failed, in the name of `by`."""
    require_administrator(by)
    handover = _locked(user)
    if not (handover.is_plan or handover.is_over):
        handover.stopped_at, handover.by = None, by
        handover.save(update_fields=["stopped_at", "by"])
        if not handover.is_undo:
            handover.rows.filter(left=HandoverRow.Left.SUCCESSOR).update(left="")
        go_on(handover)
    return handover


@transaction.atomic
def undo_handover(user: User, *, by: User | None) -> Handover:
    """Give back what was passed on and nobody changed since, also after a part of it.

    Sign-ins stay closed: who left comes back by being let in again.
    """
    require_administrator(by)
    handover = _locked(user)
    if handover.is_plan:
        raise Hidden
    if not handover.is_undo:
        give_back(user, handover.withdrawn, by=by)
        handover.undo_at, handover.stopped_at, handover.by = timezone.now(), None, by
        handover.save(update_fields=["undo_at", "stopped_at", "by"])
        go_on(handover)
    return handover
