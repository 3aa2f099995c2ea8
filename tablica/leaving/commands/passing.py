"""Passing on what a plan says, some rows at a time, and taking it back.

Some are one transaction with the marks on their rows: a run that is cut off anywhere is gone on
with, and nothing is done twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from tablica.accounts.rules import may_administer
from tablica.leaving.commands.ending import end
from tablica.leaving.commands.opening import close_writing, open_writing
from tablica.leaving.commands.planning import propose_some
from tablica.leaving.models import Handover, HandoverRow
from tablica.leaving.queries.staying import REASON, Staying, staying_without
from tablica.records.models import Record
from tablica.shared.jobs.heartbeat import report
from tablica.wall.commands.owners import follow_after, follow_no_more, give_records
from tablica.wall.signals import quiet

AT_ONCE = 50
"""Rows of one transaction: nobody else waits longer for them."""

Rows = list[HandoverRow]
Left = HandoverRow.Left


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
    """Do the next rows; whether there may be more."""
    with transaction.atomic():
        handover = Handover.objects.select_for_update(of=("self",)).filter(pk=number).first()
        if handover is None or not handover.is_running or not _still_may(handover):
            return False
        ahead = handover.rows.ahead(handover)
        rows = list(ahead.select_related("to", "was").order_by("pk")[:AT_ONCE])
        if not rows:
            end(handover)
            return False
        with quiet():
            if handover.is_undo:
                _take_back(handover, rows)
            else:
                _pass_on(handover, rows)
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


def _pass_on(handover: Handover, rows: Rows) -> None:
    staying = staying_without(handover.user, among={row.to_id for row in rows if row.to_id})
    able = [row for row in rows if _may_get(row, staying)]
    _mark(handover, [row for row in rows if row not in able], left=Left.SUCCESSOR)
    done = _pass_records(handover, [row for row in able if row.record_id])
    done += [row for row in able if not row.record_id and open_writing(row, of=handover.user)]
    _mark(handover, [row for row in able if row not in done], left=Left.CHANGED)
    _mark(handover, done, done_at=timezone.now())


def _may_get(row: HandoverRow, staying: Staying) -> bool:
    if row.to_id not in staying.people:
        return False
    return row.record_id is None or row.to_id in staying.may_own(row.kind)


def _pass_records(handover: Handover, rows: Rows) -> Rows:
    """Give records to their successors; the rows of those whose owner nobody changed meanwhile."""
    now = _owners(rows)
    same = [row for row in rows if now.get(row.record_id) == row.was_id]
    given = {row.record_id: row.to_id for row in same if row.record_id and row.to_id}
    give_records(given, by=handover.by)
    followed = follow_after(given, of=handover.user)
    _mark(handover, [row for row in same if row.record_id in followed], followed=True)
    return same


def _take_back(handover: Handover, rows: Rows) -> None:
    """Put things back as they were, but for those that somebody changed since."""
    records = [row for row in rows if row.record_id]
    now = _owners(records)
    done = [row for row in records if now.get(row.record_id) == row.to_id]
    give_records({row.record_id: row.was_id for row in done if row.record_id}, by=handover.by)
    followed: dict[int, list[int]] = defaultdict(list)
    for row in done:
        if row.followed and row.to_id and row.record_id:
            followed[row.to_id].append(row.record_id)
    for person, walls in followed.items():
        follow_no_more(walls, person)
    done += [row for row in rows if not row.record_id and close_writing(row, of=handover.user)]
    _mark(handover, [row for row in rows if row not in done], left=Left.CHANGED)
    _mark(handover, done, undone_at=timezone.now())


def _owners(rows: Rows) -> dict[int | None, int | None]:
    """Who owns the records of these rows now; locked until the transaction ends."""
    wanted = [row.record_id for row in rows if row.record_id]
    found = Record.objects.unguarded(reason=REASON).filter(pk__in=wanted).order_by("pk")
    return dict(found.select_for_update().values_list("pk", "owner_id"))


def _mark(handover: Handover, rows: Rows, **values: object) -> None:
    if rows:
        handover.rows.filter(pk__in=[row.pk for row in rows]).update(**values)
