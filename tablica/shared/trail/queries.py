"""Reading the trail."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

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
    return first_fault(Line.objects.order_by("number").iterator(AT_A_TIME), end())
