"""Passing on what a plan says, a few rows at a time, and taking it back.

Each few are one transaction with the marks on their rows: a run that is cut off anywhere is gone on
with, and nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.accounts.rules import may_administer
from tablica.leaving.commands.ending import end
from tablica.leaving.commands.opening import close_draft, close_entry, open_draft, open_entry
from tablica.leaving.commands.planning import propose_some
from tablica.leaving.models import Handover, HandoverRow
from tablica.leaving.queries.staying import REASON, Staying, staying_without
from tablica.records.models import Record
from tablica.records.signals import told_together
from tablica.shared.jobs.heartbeat import report
from tablica.wall.commands.owners import follow_after, follow_no_more, give_record
from tablica.wall.signals import quiet

MARKS = ("done_at", "undone_at", "left", "followed", "opened")
MARKS = ("done_at", "undone_at", "left", "followed", "opened")
AT_ONCE = 50
"""Rows of one transaction: nobody else waits longer for them."""


def run(number: int, *, say: Callable[[int, int], None] = report) -> None:
    """Do all that is ahead of this handover; a plan only gets its proposals.

    `say` hears how much is done of how much.
    """
    propose_all(number)
    while pass_some(number, say=say):
        continue


def propose_all(number: int) -> None:
    """Propose a successor for every record of a plan that has none."""
    while propose_some(number, limit=AT_ONCE):
        continue


def pass_some(number: int, *, say: Callable[[int, int], None] = report) -> bool:
    """Do the next few rows; whether there may be more."""
    with transaction.atomic():
        handover = Handover.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if handover is None or not handover.is_running or not _still_may(handover):
            return False
        ahead = handover.rows.ahead(handover)
        rows = list(ahead.select_related("to", "was").order_by("pk")[:AT_ONCE])
        if not rows:
            end(handover)
            return False
        staying = staying_without(handover.user, among={row.to_id for row in rows if row.to_id})
        with quiet(), told_together():
            for row in rows:
                if handover.is_undo:
                    _take_back(handover, row)
                else:
                    _pass_on(handover, row, staying)
        HandoverRow.objects.bulk_update(rows, MARKS)
        left, of = ahead.count(), handover.rows.count()
    say(of - left, of)
    return True


def _still_may(handover: Handover) -> bool:
    """Whether who began it still administers; else it stops, and another one can go on."""
    if handover.by is None or may_administer(handover.by):
        return True
    handover.stopped_at = timezone.now()
    handover.save(update_fields=["stopped_at"])
    return False


def _pass_on(handover: Handover, row: HandoverRow, staying: Staying) -> None:
    if row.to is None or row.to.pk not in staying.people:
        row.left = HandoverRow.Left.SUCCESSOR
        return
    if row.record_id is not None:
        left = _pass_record(handover, row, row.record_id, row.to, staying)
    elif row.entry_id is not None:
        left = not open_entry(row, row.entry_id, row.to)
    else:
        left = not open_draft(row, handover.user, row.to)
    if left and not row.left:
        row.left = HandoverRow.Left.CHANGED
    elif not left:
        row.done_at = timezone.now()


def _pass_record(
    handover: Handover, row: HandoverRow, number: int, to: User, staying: Staying
) -> bool:
    """Give one record to its successor; True when it is left as it is."""
    if to.pk not in staying.may_own(row.kind):
        row.left = HandoverRow.Left.SUCCESSOR
        return True
    if _owner(number) != row.was_id:
        return True
    record = give_record(number, to=to, by=handover.by)
    row.followed = follow_after(record, to, of=handover.user)
    return False


def _take_back(handover: Handover, row: HandoverRow) -> None:
    """Put one thing back as it was, unless somebody changed it since."""
    if row.record_id is not None:
        same = _owner(row.record_id) == row.to_id
        if same:
            give_record(row.record_id, to=row.was, by=handover.by)
            if row.followed and row.to is not None:
                follow_no_more(row.record_id, row.to)
    elif row.entry_id is not None:
        same = close_entry(row, row.entry_id)
    else:
        same = close_draft(row, handover.user)
    if same:
        row.undone_at = timezone.now()
    else:
        row.left = HandoverRow.Left.CHANGED


def _owner(number: int) -> int | None:
    rows = Record.objects.unguarded(reason=REASON).select_for_update().filter(pk=number)
    return rows.values_list("owner_id", flat=True).first()
