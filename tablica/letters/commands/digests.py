"""Digests: the news of a day or a week in one letter, once for each of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.letters.commands.sending import lock_rhythm, post
from tablica.letters.models import DIGEST, Choice, Rhythm
from tablica.letters.queries import choices_of_many, discussions_of, not_mailed
from tablica.letters.rules import PERIODS, is_due, last_due, often_by_reason
from tablica.letters.writing import write_digest
from tablica.notices.models import Notice
from tablica.shared.mail.commands import is_set_up

OLDEST = timedelta(days=31)
MOST = 1_000
FIELDS = {Choice.Often.DAILY: "daily_last", Choice.Often.WEEKLY: "weekly_last"}


def people_due(now: datetime) -> dict[str, list[int]]:
    """Whose daily and whose weekly digest is to be seen to now; a few queries for everybody.

    Who has no rhythm yet gets one, and with it the beginning of their first period.
    """
    due: dict[str, list[int]] = {often: [] for often in PERIODS}
    if not is_set_up():
        return due
    people = dict(User.objects.filter(deactivated_at=None).values_list("pk", "timezone"))
    rhythms = Rhythm.objects.in_bulk()
    new = [Rhythm(user_id=pk) for pk in people if pk not in rhythms]
    Rhythm.objects.bulk_create(new, ignore_conflicts=True)
    rhythms |= {rhythm.user_id: rhythm for rhythm in new}
    chosen, usual = choices_of_many(people), often_by_reason([])
    for often, whose in due.items():
        for pk, zone in people.items():
            if often in chosen.get(pk, usual).values():
                rhythm = rhythms[pk]
                if is_due(often, _last(rhythm, often), last_due(often, rhythm, zone, now)):
                    whose.append(pk)
    return due


def mail_digests(people: Iterable[int], often: str, now: datetime | None = None) -> int:
    """See to the digests of these people that are due; how many letters there are."""
    now = now or timezone.now()
    wanted = User.objects.select_related("role").filter(pk__in=list(people), deactivated_at=None)
    return sum(_mail(user, often, now) for user in wanted) if is_set_up() else 0


@transaction.atomic
def _mail(user: User, often: str, now: datetime) -> bool:
    rhythm = lock_rhythm(user)
    last, due = _last(rhythm, often), last_due(often, rhythm, user.timezone, now)
    if not is_due(often, last, due):
        return False  # another job was quicker
    setattr(rhythm, FIELDS[Choice.Often(often)], due)
    rhythm.save(update_fields=[FIELDS[Choice.Often(often)]])
    if last is None:
        return False  # the first look only sets the beginning
    since = _since(last, due, often, now)
    return _post(user, often, not_mailed(user, often, since=since, until=now, limit=MOST), now)


def _since(last: date, due: date, often: str, now: datetime) -> datetime:
    """From when on the news are: since the last digest, with a day for what was told late."""
    begin = min(last, due - PERIODS[Choice.Often(often)]) - timedelta(days=1)
    return max(datetime.combine(begin, time(), UTC), now - OLDEST)


def _last(rhythm: Rhythm, often: str) -> date | None:
    found: date | None = getattr(rhythm, FIELDS[Choice.Often(often)])
    return found


def _post(user: User, often: str, notices: list[Notice], now: datetime) -> bool:
    talks = discussions_of(user, notices)
    if not talks:
        return False
    return bool(post(user, DIGEST, write_digest(user, often, talks, now), talks, now, often=often))


def begin_anew(rhythm: Rhythm, zone: str, now: datetime) -> None:
    """Let the next digests be those after now: another hour or day sends none at once."""
    for often, field in FIELDS.items():
        setattr(rhythm, field, last_due(often, rhythm, zone, now))
