"""Lending rights: a record to a person, and what somebody runs to a deputy while they are away."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import Role, User
from tablica.accounts.rules import access_of, allows_all_of
from tablica.records.kinds import all_kinds
from tablica.records.models import Absence, Record, Share
from tablica.records.rules import may, withheld
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.trail import commands as trail

LONGEST = timedelta(days=366)
MOST = 20
"""Absences of one person that are still to come or go on, or were planned within a day."""


def may_share(user: User, record: Record) -> bool:
    """Whether `user` may open the record to single people: who may say who reads it."""
    return may(user, "edit", record) and "audience" not in withheld(user, record)


@transaction.atomic
def share_record(
    record_id: int, *, by: User, to: User, edits: bool = False, until: datetime | None = None
) -> Share:
    """Open a record to `to`, also to be changed if `edits`; said otherwise, that holds from now on.

    Raises `Hidden`, `Refused`, or `ValidationError` naming `to` or `until`.
    """
    record = _to_share(record_id, by)
    if not to.is_active or to.pk == record.owner_id:
        raise ValidationError({"to": _("Choose somebody who works here and does not own it.")})
    if until is not None and until <= timezone.now():
        raise ValidationError({"until": _("Choose a day to come.")})
    same = Share.objects.filter(record=record, user=to, edits=edits, until=until).first()
    if same is not None:
        return same
    said = {"edits": edits, "until": until, "made_by": by}
    share, _new = Share.objects.update_or_create(record=record, user=to, defaults=said)
    User.objects.filter(pk=to.pk).update(lent=True)
    about, day = f"record {record.pk}", until.date().isoformat() if until else ""
    trail.note("shared", by=by.pk, about=about, to=f"user {to.pk}", edits=edits, until=day)
    return share


@transaction.atomic
def end_share(record_id: int, *, by: User, to: int) -> None:
    """Close it to them again; `Hidden` when it is not shared with them.

    Whoever it is shared with may end that for themselves.
    """
    if by.pk != to:
        _to_share(record_id, by)
    ended, _each = Share.objects.filter(record=record_id, user=to).delete()
    if not ended:
        raise Hidden
    trail.note("share ended", by=by.pk, about=f"record {record_id}", to=f"user {to}")


def _to_share(record_id: int, by: User) -> Record:
    record = Record.objects.visible_to(by).filter(pk=record_id).first()
    if record is None:
        raise Hidden
    if not may_share(by, record):
        raise Refused(_("Only the owner or an administrator may change who can read this."))
    return record


def may_plan_absence(user: User, person: User) -> bool:
    """Whether `user` may say when `person` is away: themselves, who leads them, who administers.

    Somebody leads the people of the teams in their reach whose roles allow no more than their own:
    else a deputy of their choice could do for them what they may not.
    """
    access = access_of(user)
    if not access.active or not person.is_active:
        return False
    if access.administers or user.pk == person.pk:
        return True
    leads = user.role.reach != Role.Reach.TEAMS and allows_all_of(user, person.role)
    return leads and person.teams.filter(pk__in=access.team_ids).exists()


@transaction.atomic
def plan_absence(
    person: User,
    *,
    by: User,
    deputy: User,
    starts_at: datetime,
    ends_at: datetime,
    kinds: Collection[str] = (),
) -> Absence:
    """From then until then `deputy` sees and runs what `person` runs; of these `kinds`, or of all.

    Raises `Hidden`, or `ValidationError` naming `deputy`, `from` or `until`.
    """
    if not may_plan_absence(by, person):
        raise Hidden
    _check(person, deputy, starts_at, ends_at)
    known = {kind.name for kind in all_kinds()}
    absence = Absence.objects.create(
        person=person,
        deputy=deputy,
        starts_at=starts_at,
        ends_at=ends_at,
        kinds=sorted(known.intersection(kinds)),
        made_by=by,
    )
    User.objects.filter(pk__in=[deputy.pk, person.pk]).update(lent=True)
    trail.note(
        "absence planned",
        by=by.pk,
        about=f"user {person.pk}",
        to=f"user {deputy.pk}",
        since=starts_at.isoformat(timespec="minutes"),
        until=ends_at.isoformat(timespec="minutes"),
        kinds=absence.kinds,
    )
    return absence


def _check(person: User, deputy: User, starts_at: datetime, ends_at: datetime) -> None:
    now = timezone.now()
    if not deputy.is_active or deputy.pk == person.pk:
        raise ValidationError({"deputy": _("Choose somebody else who works here.")})
    if ends_at <= starts_at:
        raise ValidationError({"until": _("Choose a day that is not before the first.")})
    if ends_at <= now:
        raise ValidationError({"until": _("Choose a day to come.")})
    if ends_at - max(starts_at, now) > LONGEST:
        raise ValidationError({"until": _("An absence lasts a year at most.")})
    if starts_at < now - timedelta(days=1, hours=1):
        raise ValidationError({"from": _("It can begin today, or later.")})
    lately = Q(ends_at__gt=now) | Q(made_at__gt=now - timedelta(days=1))
    if Absence.objects.filter(lately, person=person).count() >= MOST:
        raise ValidationError({"from": _("So many absences are planned already. End one first.")})


@transaction.atomic
def end_absence(number: int, *, by: User, version: int | None = None) -> Absence | None:
    """Be back earlier: what was lent is gone with the next request. One to come is taken back.

    Returns it as it is now, None when nothing of it is left. Raises `Hidden`, or `Stale`.
    """
    found = (
        Absence.objects.select_for_update(no_key=True, of=("self",))
        .select_related("person__role")
        .filter(pk=number)
        .first()
    )
    now = timezone.now()
    if found is None or not may_plan_absence(by, found.person) or found.ends_at <= now:
        raise Hidden
    if version is not None and version != found.version:
        raise Stale(_("This was changed meanwhile, perhaps in another window."), current=found)
    about = f"user {found.person_id}"
    trail.note("absence ended", by=by.pk, about=about, to=f"user {found.deputy_id}")
    if found.starts_at >= now:
        found.delete()
        return None
    found.ends_at, found.version = now, found.version + 1
    found.save(update_fields=["ends_at", "version"])
    return found


def know_what_was_done(number: int, *, by: User) -> None:
    """The returned person knows, and need not be told again."""
    mine = Absence.objects.filter(pk=number, person=by, ends_at__lte=timezone.now())
    if not mine.filter(read_at=None).update(read_at=timezone.now()) and not mine.exists():
        raise Hidden
