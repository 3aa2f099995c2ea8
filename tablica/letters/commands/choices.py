"""Saying how often one wants letters, on one's page or by the link in a letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.letters.commands.digests import begin_anew
from tablica.letters.commands.sending import lock_rhythm
from tablica.letters.models import Choice, Key
from tablica.letters.queries import choices_of
from tablica.letters.rules import PERIODS


@transaction.atomic
def choose(user: User, *, often: Mapping[str, str], hour: int, weekday: int) -> None:
    """Keep how often `user` wants letters for each reason, and when their digests come."""
    now = timezone.now()
    rhythm = lock_rhythm(user)
    before = choices_of(user)
    for reason, when in often.items():
        if before.get(reason) != when:
            _choose(user, reason, when, now)
    Choice.objects.filter(user=user).exclude(before="").update(before="")
    begins = {*often.values()} - {*before.values()}
    if (hour, weekday) != (rhythm.hour, rhythm.weekday) or begins & set(PERIODS):
        rhythm.hour, rhythm.weekday = hour, weekday
        begin_anew(rhythm, user.timezone, now)
        rhythm.save()


def _choose(user: User, reason: str, when: str, now: datetime, *, before: str = "") -> None:
    Choice.objects.update_or_create(
        user=user,
        reason=reason,
        defaults={"often": when, "before": before, "changed_at": now},
    )


@transaction.atomic
def leave(key: Key) -> list[str]:
    """End the letters that this key is for; which reasons. Done twice, it changes nothing more."""
    lock_rhythm(key.user)
    now = timezone.now()
    present = choices_of(key.user)
    ended = [
        reason
        for reason, when in present.items()
        if when != Choice.Often.NEVER and key.reason in (reason, when)
    ]
    for reason in ended:
        _choose(key.user, reason, Choice.Often.NEVER, now, before=present[reason])
    return ended


@transaction.atomic
def come_back(key: Key) -> list[str]:
    """Take `leave` back; which reasons count again."""
    lock_rhythm(key.user)
    now = timezone.now()
    ended = Choice.objects.filter(user=key.user, often=Choice.Often.NEVER).exclude(before="")
    back = [choice for choice in ended if key.reason in (choice.reason, choice.before)]
    for choice in back:
        _choose(key.user, choice.reason, choice.before, now)
    return [choice.reason for choice in back]
