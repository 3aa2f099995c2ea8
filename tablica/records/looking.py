"""An administrator looks into what is somebody's: for a time, with a reason, and never unseen."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.accounts.rules import may_administer
from tablica.records.lent import lent_to, look_into
from tablica.records.models import Glimpse, Looked, LookIn, Record
from tablica.records.noting import Noted, Read
from tablica.records.opening import tell_given
from tablica.records.rules import may_without_looking
from tablica.shared.errors import Hidden
from tablica.shared.trail import commands as trail

MINUTES = (15, 30, 60)
MANY = {"entry": "entries", "file": "files", "record": "records"}


@transaction.atomic
def begin_look_in(person: User, *, by: User, reason: str, minutes: int) -> LookIn:
    """From now `by` sees also what is of `person`, to read alone; both can read why.

    Raises `Hidden` for who does not administer, `ValidationError` naming `reason` or `minutes`.
    """
    if not may_administer(by) or by.pk == person.pk:
        raise Hidden
    if not reason.strip():
        raise ValidationError({"reason": _("Say why.")})
    if minutes not in MINUTES:
        raise ValidationError({"minutes": _("Choose one of these.")})
    ends_at = timezone.now() + timedelta(minutes=minutes)
    begun = LookIn.objects.create(by=by, person=person, reason=reason.strip(), ends_at=ends_at)
    about = f"user {person.pk}"
    trail.note("look-in begun", by=by.pk, about=about, reason=begun.reason, minutes=minutes)
    return begun


@transaction.atomic
def end_look_in(number: int, *, by: User) -> None:
    """See no more than before; nothing happens when it is over already."""
    now = timezone.now()
    found = LookIn.objects.filter(pk=number, by=by, ends_at__gt=now).first()
    if found is None:
        return
    LookIn.objects.filter(pk=number).update(ends_at=now)
    trail.note("look-in ended", by=by.pk, about=f"user {found.person_id}")


def go_on_looking(user: User, number: int) -> LookIn | None:
    """Let the request of `user` see what they look into; None when that is over."""
    found = (
        LookIn.objects.select_related("person")
        .filter(pk=number, by=user, ends_at__gt=timezone.now())
        .first()
        if may_administer(user)
        else None
    )
    look_into(user, found.person_id if found else None)
    user._look_in = found  # type: ignore[attr-defined]
    return found


def look_in_of(user: User) -> LookIn | None:
    """What `user` looks into in this request, or None."""
    found: LookIn | None = getattr(user, "_look_in", None)
    return found


def tell_opened(user: User, record: Record) -> None:
    """Remember that a record was opened: of many the trail tells, as of one that `user` sees only
    because they look in."""
    tell_given(user, [record.pk])
    looking = look_in_of(user)
    if looking is None or record.owner_id != looking.person_id:
        return
    if may_without_looking(user, "view", record):
        return
    with transaction.atomic():
        _kept, first = Looked.objects.get_or_create(look_in=looking, record=record)
        if first:
            trail.note("looked in", by=user.pk, about=f"record {record.pk}")


def tell_read(user: User, page: str, read: Read) -> None:
    """Remember what `page`, the name of its address, showed `user` only because they look in.

    Each page is told with its numbers once more whenever it showed something new.
    """
    looking = look_in_of(user)
    if looking is None:
        return
    found = {(of.noted_as, number) for of in read for number in _closed(user, of, read[of])}
    with transaction.atomic():
        known = set(looking.glimpses.filter(page=page).values_list("what", "number"))
        new = sorted(found - known)
        if not new:
            return
        rows = [Glimpse(look_in=looking, page=page, what=w, number=n) for w, n in new]
        Glimpse.objects.bulk_create(rows, ignore_conflicts=True)
        counted: dict[str, Any] = {
            MANY[name]: sum(w == name for w, _n in new) for name in sorted(dict(new))
        }
        about = f"user {looking.person_id}"
        trail.note("looked through", by=user.pk, about=about, page=page, **counted)


def _closed(user: User, of: type[Noted], numbers: Iterable[int]) -> set[int]:
    """Those of `numbers` that are shown by looking in, and by nothing else."""
    looks_into = lent_to(user).looks_into
    alone = copy(user)
    look_into(alone, None)
    rows = of._default_manager.get_queryset()
    every = rows.unguarded(reason="what was read is told, not shown")  # type: ignore[attr-defined]
    theirs = every.filter(of.of_person_q(looks_into or 0), pk__in=numbers)
    read = set(theirs.values_list("pk", flat=True))
    return read - set(every.filter(of.open_q(alone), pk__in=read).values_list("pk", flat=True))
