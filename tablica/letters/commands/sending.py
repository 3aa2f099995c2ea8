"""Putting news into letters at once: each notice into one, and only what is not read yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.letters.models import DIGEST, TALK, TRIAL, Choice, Mailed, Rhythm
from tablica.letters.queries import Discussion, discussions_of, not_mailed
from tablica.letters.writing import Written, write_talk, write_trial
from tablica.notices.models import Notice
from tablica.shared.mail.commands import is_set_up, post_letter
from tablica.shared.mail.models import Letter

TOO_OLD = timedelta(days=3)
"""News that are older are no news: they are behind the bell."""
MOST = 1_000


def grace() -> timedelta:
    """How long somebody has to read a notice before it is mailed."""
    return timedelta(seconds=settings.MAIL_GRACE)


def mail_at_once(people: Iterable[int], now: datetime | None = None) -> datetime | None:
    """Mail these people what they want at once and have not read within the grace.

    Returns when to look again, for what is younger than that; None when nothing is.
    """
    if not is_set_up():
        return None
    now = now or timezone.now()
    wanted = User.objects.select_related("role").filter(pk__in=list(people), deactivated_at=None)
    later = [_mail(user, now) for user in wanted]
    return min((at for at in later if at is not None), default=None)


@transaction.atomic
def _mail(user: User, now: datetime) -> datetime | None:
    lock_rhythm(user)
    notices = not_mailed(
        user, Choice.Often.NOW, since=now - TOO_OLD, until=now + TOO_OLD, limit=MOST
    )
    later = []
    for talk in discussions_of(user, notices):
        talk.news = [n for n in talk.news if n.notice.up_at <= now]
        oldest = min((n.notice.up_at for n in talk.news), default=None)
        if oldest is not None and oldest + grace() <= now:
            post(user, TALK, write_talk(user, talk), [talk], now)
        elif oldest is not None:
            later.append(oldest + grace())
    later += [n.up_at + grace() for n in notices if n.up_at > now]
    return min(later, default=None)


def lock_rhythm(user: User) -> Rhythm:
    """The rhythm of `user`, locked: one after another, jobs put their notices into letters."""
    Rhythm.objects.get_or_create(user=user)
    return Rhythm.objects.select_for_update().get(user=user)


def post(
    user: User,
    kind: str,
    written: Written,
    discussions: Iterable[Discussion],
    now: datetime,
    **about: str,
) -> Letter | None:
    """Put a letter into the outbox, and note which notices it tells of."""
    notices = [news.notice for talk in discussions for news in talk.news]
    letter = post_letter(
        to=user.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        headers=written.headers,
        message_id=written.message_id,
        sender_name=written.sender_name,
        kind=kind,
        about={"user": user.pk, "notices": [notice.pk for notice in notices], **about},
    )
    if letter is not None:
        Mailed.objects.bulk_create(Mailed(notice=n, letter=letter, at=now) for n in notices)
    return letter


def post_trial(user: User) -> Letter | None:
    """Put a letter to `user` into the outbox that says only that letters arrive."""
    written = write_trial(user)
    return post_letter(
        to=user.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        headers=written.headers,
        message_id=written.message_id,
        kind=TRIAL,
    )


def is_still_wanted(letter: Letter) -> bool:
    """Whether the letter may leave now: it may have waited long.

    Not to somebody who left, not when everything in it was read meanwhile, and not when anything
    in it is out of their sight by now: then the rest goes into another letter.
    """
    user, numbers = letter.about.get("user"), letter.about.get("notices", [])
    reader = User.objects.select_related("role").filter(pk=user, deactivated_at=None).first()
    if reader is None:
        return False
    seen = Notice.objects.visible_to(reader).filter(pk__in=numbers)
    told = {n.pk for talk in discussions_of(reader, _whole(seen)) for n in _notices(talk)}
    if told != set(numbers):
        _write_anew(letter, reader, told)
        return False
    return seen.filter(read_at=None).exists()


def _whole(notices: object) -> list[Notice]:
    return list(notices.select_related("entry__record", "entry__author", "comment", "by"))  # type: ignore[attr-defined]


def _notices(talk: Discussion) -> list[Notice]:
    return [news.notice for news in talk.news]


def _write_anew(letter: Letter, reader: User, told: set[int]) -> None:
    """Free the notices of a letter that cannot leave, and see that the rest is mailed."""
    from tablica.letters import jobs

    with transaction.atomic():
        Mailed.objects.filter(letter=letter).delete()
        if told and letter.kind == DIGEST:
            jobs.mail_digest_again.enqueue(reader.pk, letter.about["often"], sorted(told))
        elif told:
            jobs.mail_at_once.enqueue([reader.pk])
