"""`tablica user leave`: hands over what a colleague has, to the end, or goes on with it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from tablica.cli.output import tell
from tablica.cli.progress import Bar

if TYPE_CHECKING:
    from tablica.accounts.models import User
    from tablica.leaving.models import Handover


def add_leave_arguments(parser: ArgumentParser) -> None:
    """Who leaves, and who gets it."""
    parser.add_argument("email", metavar="EMAIL")
    parser.add_argument("--to", metavar="EMAIL", help="default: who knows each record best")
    parser.add_argument(
        "--dry-run", action="store_true", help="only tell who would get how many records"
    )


def leave(args: Namespace, user: User, to: User | None) -> None:
    """Plan, close every door and hand everything over; one that was cut off is gone on with."""
    from tablica.leaving.commands.passing import run

    handover = _going_on(user) if not args.dry_run else None
    if handover is None:
        handover, facts = _begin(user, to, dry=args.dry_run)
        if args.dry_run:
            _tell(args, user, facts, f"{user.name} would hand over: ")
            return
    with Bar("Handing over") as bar:
        run(handover.pk, say=bar)
    handover.refresh_from_db()
    ended = handover.ended_at is not None
    began = f"{user.name} <{user.email}> cannot come in any more and has handed over: "
    _tell(args, user, _facts(handover), began, finished=ended)


def _going_on(user: User) -> Handover | None:
    """A handover that was begun and not ended, going on; None when there is none."""
    from tablica.leaving.commands.beginning import resume_handover
    from tablica.leaving.models import latest_of

    latest = latest_of(user)
    if latest is None or latest.is_plan or latest.is_over:
        return None
    return resume_handover(user, by=None)


def _begin(user: User, to: User | None, *, dry: bool) -> tuple[Handover, dict[str, int]]:
    """Plan and begin in one transaction, so that a refusal leaves nothing; not kept when `dry`."""
    from django.db import transaction

    from tablica.leaving.commands.beginning import begin_handover
    from tablica.leaving.commands.passing import propose_all
    from tablica.leaving.commands.planning import choose_heir, choose_successor, plan_handover

    with transaction.atomic():
        handover = plan_handover(user, by=None)
        propose_all(handover.pk)
        if to is not None:
            kinds = handover.rows.order_by("kind").values_list("kind", flat=True).distinct()
            for kind in list(kinds):
                choose_successor(user, by=None, to=to, kind=kind)
            choose_heir(user, by=None, to=to)
        facts = _facts(handover)
        handover = handover if dry else begin_handover(user, by=None)
        transaction.set_rollback(dry)
    return handover, facts


def _facts(handover: Handover) -> dict[str, int]:
    """How many records each successor gets, by their addresses; those without one by an empty."""
    from django.db.models import Count

    rows = handover.rows.exclude(record=None).order_by().values_list("to__email")
    counted = rows.annotate(n=Count("pk"))
    return {email or "": count for email, count in sorted(counted, key=lambda one: -one[1])}


def _tell(
    args: Namespace, user: User, facts: dict[str, int], begin: str, *, finished: bool = False
) -> None:
    said = ", ".join(f"{count} to {email or 'nobody yet'}" for email, count in facts.items())
    more = "" if finished or args.dry_run else " Some wait for another successor: see its page."
    told = {"id": user.pk, "email": user.email, "records": sum(facts.values()), "to": facts}
    tell(
        args,
        {**told, "dry_run": args.dry_run, "finished": finished},
        f"{begin}{said or '–'}.{more}",
    )
