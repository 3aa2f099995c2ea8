"""Reading the trail."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from tablica.shared.trail.chain import Fault, first_fault
from tablica.shared.trail.models import BEGINNING, End, Line

AT_A_TIME = 2_000


def lines(
    *,
    event: str = "",
    actor: int | None = None,
    about: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    below: int | None = None,
) -> QuerySet[Line]:
    """The lines that fit, the newest first, from the one before number `below` on."""
    found = Line.objects.order_by("-number")
    wanted = {
        "event": event or None,
        "actor": actor,
        "about": about or None,
        "at__gte": since,
        "at__lt": until,
        "number__lt": below,
    }
    return found.filter(**{name: value for name, value in wanted.items() if value is not None})


def end() -> tuple[int, str]:
    """The number and the digest of the last line."""
    found = End.objects.first()
    return (found.number, found.digest) if found else (0, BEGINNING)


def examine() -> Fault | None:
    """Where the chain is broken first, or None; reads all of it, some thousand lines at a time."""
    last = end()
    kept = Line.objects.filter(number__lte=last[0]).order_by("number")
    if fault := first_fault(kept.iterator(AT_A_TIME), last):
        return fault
    # In one statement: lines may be added meanwhile, and their end with them.
    here = Coalesce(Subquery(End.objects.values("number")[:1]), 0)
    beyond = (
        Line.objects.filter(number__gt=here).order_by("number").values_list("number", flat=True)
    )
    number = beyond.first()
    return Fault(number, "added") if number else None
