"""A plan: every record of somebody who leaves, with a proposed successor, until it begins."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.commands.guarding import require_administrator
from tablica.accounts.models import User
from tablica.leaving.commands.rule import said
from tablica.leaving.jobs import continue_handover
from tablica.leaving.models import Handover, HandoverRow, RowQuerySet, latest_of, the_rule
from tablica.leaving.queries.knowing import AT_ONCE, knowers
from tablica.leaving.queries.plan import job_key
from tablica.leaving.queries.staying import Staying, staying_without
from tablica.shared.errors import Hidden, Refused
from tablica.shared.jobs.commands import enqueue_once
from tablica.shared.jobs.heartbeat import report

AT_FIRST = 500
"""Records for which successors are proposed while one waits; a job goes on with the others."""
IN_ONE = 1_000


@transaction.atomic
def plan_handover(user: User, *, by: User | None) -> Handover:
    """Propose a successor for every record of `user`; a plan made before is made anew.

    Nothing is handed over yet. Raises `Refused` while another handover is under way.
    """
    require_administrator(by)
    not_oneself(user, by)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    latest = latest_of(user)
    if latest is not None and not latest.is_plan and not latest.is_over:
        raise Refused(_("What they had is being handed over already."))
    if latest is not None and latest.is_plan:
        latest.delete()
    handover = Handover.objects.create(user=user, planned_at=timezone.now(), **said(the_rule()))
    staying = staying_without(user)
    add_rows(handover, staying, {})
    if propose_some(handover.pk, limit=AT_FIRST, staying=staying):
        go_on(handover)
    return handover


def not_oneself(user: User, by: User | None) -> None:
    """Raise `Refused` when somebody would hand over what is their own."""
    if by is not None and by.pk == user.pk:
        raise Refused(_("Somebody else has to hand over what is yours: ask another administrator."))


def go_on(handover: Handover) -> None:
    """Let the job do what is ahead."""
    enqueue_once(job_key(handover), continue_handover, handover.pk)


def add_rows(
    handover: Handover, staying: Staying, known: dict[int, int], *, to: User | None = None
) -> None:
    """Add a row for each record that has none; `known` are the records that have one."""
    owned = staying.records(closed=not handover.keeps_records)
    fresh = []
    for number, kind, owner in owned.order_by("pk").values_list("pk", "kind", "owner_id"):
        if number not in known:
            row = HandoverRow(handover=handover, kind=kind, record_id=number, was_id=owner)
            if to is not None and to.pk in staying.may_own(kind):
                row.to, row.why = to, HandoverRow.Why.CHOSEN
                row.looked_at = timezone.now()
            fresh.append(row)
    HandoverRow.objects.bulk_create(fresh, batch_size=IN_ONE)


def propose_some(number: int, *, limit: int, staying: Staying | None = None) -> int:
    """Propose successors for up to `limit` records of a plan that have none; how many are left.

    A row that somebody chose a successor for keeps it.
    """
    handover = Handover.objects.select_related("user").filter(pk=number, begun_at=None).first()
    if handover is None:
        return 0
    staying = staying or staying_without(handover.user)
    waiting = handover.rows.filter(looked_at=None).exclude(record=None).order_by("pk")
    for _at in range(0, limit, AT_ONCE):
        rows = list(waiting.select_related("record")[:AT_ONCE])
        if not rows:
            break
        _propose(rows, staying)
        report(handover.rows.exclude(looked_at=None).count(), handover.rows.count())
    left = waiting.count()
    if not left:
        _propose_heir(handover)
    return left


@transaction.atomic
def _propose(rows: list[HandoverRow], staying: Staying) -> None:
    asked = [(row.record.pk, row.record.kind, row.record.team_id) for row in rows if row.record]
    found, now = knowers(asked, staying), timezone.now()
    for row in rows:
        row.looked_at = now
        knower = found.get(row.record_id or 0)
        if knower is not None:
            row.to_id, row.why, row.words = knower.person, knower.why, knower.words
    unseen = HandoverRow.objects.filter(looked_at=None)  # somebody may have chosen meanwhile
    unseen.bulk_update(rows, ["to", "why", "words", "looked_at"])


def _propose_heir(handover: Handover) -> None:
    """Whoever gets most gets what hangs on no record, too."""
    counted = handover.rows.exclude(to=None).order_by().values_list("to").annotate(n=Count("pk"))
    best = counted.order_by("-n", "to").first()
    if best and handover.heir_id is None:
        Handover.objects.filter(pk=handover.pk, heir=None).update(heir=best[0])


def the_open_one(user: User) -> Handover:
    """The plan of `user`, or what waits for another successor, locked. Raises `Hidden`."""
    found = Handover.objects.select_for_update().filter(user=user, undo_at=None, ended_at=None)
    handover = found.first()
    if handover is None:
        raise Hidden
    return handover


def rows_named(
    handover: Handover, *, kind: str = "", of: int | None = None, nobody: bool = False, row: int = 0
) -> RowQuerySet:
    """Rows that are not passed on: those of a kind, of a group (`of` or `nobody`), or one alone."""
    rows: RowQuerySet = handover.rows.exclude(record=None).filter(done_at=None)
    if row:
        return rows.filter(pk=row)
    rows = rows.filter(kind=kind)
    if nobody:
        return rows.filter(to=None)
    return rows if of is None else rows.filter(to=of)


@transaction.atomic
def choose_successor(user: User, *, by: User | None, to: User, **which: int | str | None) -> int:
    """Let `to` get these rows (as `rows_named` names them) instead; how many they are.

    Raises `ValidationError` naming `to` when their role may not own records of this kind.
    """
    require_administrator(by)
    rows = rows_named(the_open_one(user), **which)  # type: ignore[arg-type]
    kinds = set(rows.order_by().values_list("kind", flat=True))
    _check_able(to, kinds, staying_without(user))
    values = {"to": to, "why": HandoverRow.Why.CHOSEN, "words": 0, "looked_at": timezone.now()}
    return rows.update(**values, left="")


@transaction.atomic
def choose_heir(user: User, *, by: User | None, to: User) -> None:
    """Let `to` get what hangs on no record that goes to somebody."""
    require_administrator(by)
    handover = the_open_one(user)
    _check_able(to, (), staying_without(user))
    handover.heir = to
    handover.save(update_fields=["heir"])


def _check_able(to: User, kinds: Iterable[str], staying: Staying) -> None:
    if to.pk not in staying.people:
        raise ValidationError({"to": _("Choose somebody who stays.")})
    if any(to.pk not in staying.may_own(kind) for kind in kinds):
        raise ValidationError({"to": _("Their role does not let them own this.")})
