"""What is lent ends when somebody leaves: what was lent to them, and what they lent as deputies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tablica.accounts.commands.guarding import require_administrator
from tablica.accounts.models import User
from tablica.accounts.rules import access_of, know_access_of
from tablica.records.lending import may_plan_absence
from tablica.records.models import Absence, LookIn, Record, Share

ABSENCE = ("starts_at", "ends_at", "kinds", "deputy_id", "made_by_id")
SHARE = ("record_id", "edits", "until", "made_by_id")
Kept = dict[str, list[dict[str, Any]]]


@transaction.atomic
def withdraw_lent(user: User, *, by: User | None) -> Kept:
    """End what is lent to `user`, their absences, their places as deputy, and their looking in.

    Returns what `lend_again` needs, as JSON can hold it. What they opened to others stays open.
    """
    require_administrator(by)
    now = timezone.now()
    shares = Share.objects.filter(user=user)
    absences = Absence.objects.filter(person=user, ends_at__gt=now)
    places = Absence.objects.filter(deputy=user, ends_at__gt=now, withdrawn_at=None)
    kept: Kept = {
        "shares": [_kept(one, SHARE) for one in shares],
        "absences": [{"pk": one.pk, **_kept(one, ABSENCE)} for one in absences],
        "places": [{"pk": pk} for pk in places.values_list("pk", flat=True)],
    }
    shares.delete()
    absences.filter(starts_at__gte=now).delete()
    absences.update(ends_at=now)
    places.update(withdrawn_at=now, version=F("version") + 1)
    LookIn.objects.filter(by=user, ends_at__gt=now).update(ends_at=now)
    return kept


@transaction.atomic
def lend_again(user: User, kept: Kept, *, by: User | None) -> None:
    """Take `withdraw_lent` back, as far as its time is not over and nobody decided otherwise."""
    require_administrator(by)
    now = timezone.now()
    for said in kept.get("shares", []):
        said = _read(said)
        there = Record.objects.unguarded(reason="given back as it was").filter(pk=said["record_id"])
        if (said["until"] is None or said["until"] > now) and there.exists():
            Share.objects.get_or_create(record_id=said.pop("record_id"), user=user, defaults=said)
    for said in kept.get("absences", []):
        said = _read(said)
        number, ends_at = said.pop("pk"), said["ends_at"]
        deputy = User.objects.filter(pk=said["deputy_id"], deactivated_at=None)
        if ends_at <= now or not deputy.exists():
            continue
        if not Absence.objects.filter(pk=number, person=user).update(ends_at=ends_at):
            Absence.objects.create(person=user, **said)
    places = Absence.objects.filter(pk__in=[said["pk"] for said in kept.get("places", [])])
    places.filter(deputy=user).update(withdrawn_at=None)


def _kept(row: Absence | Share, names: Iterable[str]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in values.items()}


def _read(said: dict[str, Any]) -> dict[str, Any]:
    times = {"starts_at", "ends_at", "until"}
    return {k: parse_datetime(v) if k in times and v else v for k, v in said.items()}


def to_tell_of(absence: Absence) -> list[User]:
    """Who has to find another deputy: the absent person, and who leads them."""
    rows = User.objects.select_related("role").filter(deactivated_at=None)
    people = [user for user in rows.order_by("pk") if user.pk != absence.deputy_id]
    know_access_of(people)
    return [
        user
        for user in people
        if user.pk == absence.person_id
        or (not access_of(user).administers and may_plan_absence(user, absence.person))
    ]
