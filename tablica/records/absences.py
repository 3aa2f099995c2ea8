"""Who is away, and who stands in for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.models import Absence

REMEMBERED = timedelta(days=14)
"""How long one who is back is told what was done."""


def now_away(at: datetime | None = None) -> QuerySet[Absence]:
    """The absences that go on at this moment, of people who work here."""
    moment = at or timezone.now()
    return Absence.objects.filter(
        starts_at__lte=moment, ends_at__gt=moment, person__deactivated_at=None
    )


def deputies_of(people: Iterable[int], kind: str) -> dict[int, set[int]]:
    """For each deputy the absent people of these in whose place they hear of records of `kind`."""
    found: dict[int, set[int]] = {}
    rows = (
        now_away()
        .filter(person__in=list(people), withdrawn_at=None)
        .values_list("deputy", "person", "kinds")
    )
    for deputy, person, kinds in rows:
        if not kinds or kind in kinds:
            found.setdefault(deputy, set()).add(person)
    return found


def absences_of(person: User, *, since: datetime) -> QuerySet[Absence]:
    """What was planned for `person` and did not end before `since`, the first to come first."""
    found = Absence.objects.filter(person=person, ends_at__gt=since)
    return found.select_related("deputy", "made_by").order_by("starts_at", "pk")


def places_of(deputy: User, *, since: datetime) -> QuerySet[Absence]:
    """For whom `deputy` stands in, or will, or did since then."""
    found = Absence.objects.filter(deputy=deputy, ends_at__gt=since, withdrawn_at=None)
    return found.select_related("person").order_by("starts_at", "pk")


def stands_in(deputy: User) -> list[Absence]:
    """The absences in which `deputy` stands in at this moment, the first to end first."""
    if not deputy.lent:
        return []
    return list(now_away().filter(deputy=deputy).select_related("person").order_by("ends_at", "pk"))


def absence_for(reader: User, number: int) -> Absence | None:
    """An absence as the absent person and the deputy may read of it; None for anybody else."""
    mine = Q(person=reader.pk) | Q(deputy=reader.pk)
    rows = Absence.objects.filter(mine, pk=number).select_related("person__role", "deputy")
    return rows.first() if reader.is_active else None


def came_back(person: User) -> Absence | None:
    """The absence from which `person` is back, when they have not read yet what was done."""
    if not person.lent:
        return None
    now = timezone.now()
    over = Absence.objects.filter(person=person, ends_at__lte=now, ends_at__gt=now - REMEMBERED)
    return over.filter(read_at=None).select_related("deputy").order_by("-ends_at").first()


def to_be_told(now: datetime) -> QuerySet[Absence]:
    """The absences that are over and whose person was not written to."""
    over = Absence.objects.filter(ends_at__lte=now, ends_at__gt=now - REMEMBERED, told_at=None)
    return over.filter(person__deactivated_at=None).select_related("person", "deputy")


def without_deputy(person: User) -> Absence | None:
    """The first absence of `person`, on or to come, whose deputy has left the company."""
    if not person.lent:
        return None
    found = Absence.objects.filter(person=person, ends_at__gt=timezone.now())
    return found.filter(withdrawn_at__isnull=False).order_by("starts_at", "pk").first()
