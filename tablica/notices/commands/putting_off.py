"""Putting notices off to a later time, and taking them up again."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.notices.commands.reading import change_mine
from tablica.notices.models import Notice
from tablica.notices.signals import put_off_until
from tablica.shared.errors import Hidden

SNOOZES = ("later", "tomorrow", "week")
"""The usual times to put something off to."""
LATER = timedelta(hours=3)
MORNING = time(8)
LONGEST = timedelta(days=366)


def snooze_until(what: str, now: datetime) -> datetime:
    """When one of `SNOOZES` ends, in the time zone of now in use.

    `later` is in three hours to the quarter, `tomorrow` and `week` (the next Monday) at eight in
    the morning; by the clock on the wall, also where that was changed meanwhile.
    """
    local = timezone.localtime(now)
    if what == "later":
        ahead = now + LATER
        return ahead.replace(minute=ahead.minute // 15 * 15, second=0, microsecond=0)
    days = 1 if what == "tomorrow" else 7 - local.weekday()
    morning = datetime.combine(local.date() + timedelta(days=days), MORNING)
    return timezone.make_aware(morning)


@transaction.atomic
def put_off(user: User, notice_id: int, *, until: datetime) -> list[int]:
    """Hide a notice until then, with the unread ones of the same discussion; their numbers.

    Then they come up unread, above the others. Raises `Hidden`, or `ValidationError` for a time
    that is over or more than a year ahead.
    """
    now = timezone.now()
    if not now < until <= now + LONGEST:
        raise ValidationError({"until": _("Choose a time within the next year.")})
    notice = Notice.objects.visible_to(user).filter(pk=notice_id).first()
    if notice is None:
        raise Hidden
    same = Q(pk=notice.pk) | Q(entry=notice.entry_id, read_at=None, up_at__lte=now)
    together = Notice.objects.visible_to(user).filter(same)
    numbers = list(together.values_list("pk", flat=True))
    was_read = Case(When(up_at__gt=now, then=F("read_before")), default=F("read_at"))
    change_mine(user, together, up_at=until, read_at=None, read_before=was_read)
    put_off_until.send(None, person=user.pk, until=until)
    return numbers


@transaction.atomic
def take_up(user: User, notice_id: int, *, undo: bool = True) -> int:
    """Take up again what was put off with this notice: all of its discussion; how many.

    They lie where they were before, and what was read then is read. Without `undo` they come back
    early: unread and on top, as they would have by themselves.
    """
    now = timezone.now()
    mine = Notice.objects.visible_to(user)
    notice = mine.filter(pk=notice_id).first()
    if notice is None:
        raise Hidden
    off = mine.filter(entry=notice.entry_id, up_at__gt=now)
    if not undo:
        return change_mine(user, off, up_at=now, read_before=None)
    return change_mine(user, off, up_at=F("at"), read_at=F("read_before"), read_before=None)
