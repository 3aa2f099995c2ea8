"""Mailing news, and reading the answers, apart from what caused them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.letters import keys
from tablica.letters.commands import answers, digests, sending
from tablica.letters.models import Choice
from tablica.letters.queries import choices_of_many
from tablica.letters.rules import often_by_reason
from tablica.notices.models import Notice
from tablica.shared.jobs.commands import enqueue_once
from tablica.shared.jobs.regular import every
from tablica.shared.mail.commands import is_set_up
from tablica.wall.signals import is_quiet

AT_ONCE = 100
"""People whose digests one job sees to."""
BREATH = timedelta(seconds=20)
"""Between two looks at the news of one person, however many come."""


def hear(sender: object, *, people: list[int], **more: Any) -> None:
    """What is behind these bells changed: in a while, mail what is unread of it then."""
    if is_quiet() or not is_set_up():
        return
    now = timezone.now()
    for person in _wait_for_letters(people, now):
        _mail_later(person, now + sending.grace())


def _wait_for_letters(people: Iterable[int], now: datetime) -> list[int]:
    """Who has news that are in no letter and belong into one at once.

    What comes up later is not among them: it is heard of again then.
    """
    chosen, usual = choices_of_many(people), often_by_reason([])
    fresh = Notice.objects.unguarded(reason="who has any; rights are asked when it is mailed")
    fresh = fresh.filter(user__in=people, read_at=None, mailed=None)
    fresh = fresh.filter(up_at__gt=now - sending.TOO_OLD, up_at__lte=now + sending.SOON)
    reasons = fresh.order_by().values_list("user_id", "reason").distinct()
    now_wanted = Choice.Often.NOW
    return sorted({pk for pk, why in reasons if chosen.get(pk, usual).get(why) == now_wanted})


def _mail_later(person: int, at: datetime) -> None:
    """See to this person's news then; one job for each person waits, whatever comes meanwhile.

    None waits longer than the grace, so that it is there in time for whatever comes after it.
    """
    # A moment more, since the time of a notice has parts of a second that "at" may cut.
    later = mail_at_once.using(run_after=at + timedelta(seconds=1))
    enqueue_once(f"letters at once {person}", later, [person])


@task(atomic=False, label=_("Write letters about news"))
def mail_at_once(people: list[int]) -> None:
    """Mail what these people want at once and have not read meanwhile."""
    for person in people:
        again = sending.mail_at_once([person])
        if again is not None:
            _mail_later(person, max(again, timezone.now() + BREATH))


@every("*/5 * * * *")
@task(atomic=False, label=_("See whose digest is due"))
def look_for_digests() -> None:
    """See whose digest is due, by the clock where they are; and forget the keys of who left."""
    for often, people in digests.people_due(timezone.now()).items():
        for begin in range(0, len(people), AT_ONCE):
            mail_digests.enqueue(people[begin : begin + AT_ONCE], often)
    keys.forget_keys(timezone.now())


@task(atomic=False, label=_("Write digests"))
def mail_digests(people: list[int], often: str) -> None:
    """Mail the digests of these people."""
    digests.mail_digests(people, often)


@task(atomic=False, max_attempts=5, label=_("Read an answer that came by mail"))
def read_answer(answer: int) -> None:
    """Make a comment of an answer that came by mail."""
    answers.read_answer(answer)


@every("45 2 * * *")
@task(atomic=False, label=_("Forget old answers by mail"))
def forget_answers() -> None:
    """Forget the bytes of answers, a while after they were dealt with."""
    answers.forget(timezone.now())
