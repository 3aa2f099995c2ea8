"""Putting news into letters at once: each notice into one, and only what is not read yet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import User
from tablica.letters.models import DIGEST, TALK, TRIAL, Choice, Mailed, Rhythm
from tablica.letters.queries import Discussion, choices_of, discussions_of, not_mailed
from tablica.letters.writing import Written, write_digest, write_talk, write_trial
from tablica.notices.models import Notice
from tablica.shared.mail.commands import is_set_up, post_letter, rewrite_letter
from tablica.shared.mail.models import Letter

TOO_OLD = timedelta(days=3)
"""News that are older are no news: they are behind the bell."""
JUST_BEFORE = timedelta(minutes=15)
"""What somebody is told before their first letters are thought of."""
SOON = timedelta(minutes=1)
"""News that come up later than this are thought of then: clocks differ by less."""
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
    begun_at = lock_rhythm(user).begun_at
    since = max(now - TOO_OLD, min(begun_at, now) - JUST_BEFORE)
    notices = not_mailed(user, Choice.Often.NOW, since=since, until=now + SOON, limit=MOST)
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


@transaction.atomic
def is_still_wanted(letter: Letter) -> bool:
    """Whether the letter may leave now, and what it says by now: it may have waited long.

    Not to somebody who left, and not when everything in it was read meanwhile, or is of a reason
    for which they want no letters any more. It is written anew and to their address of now, so that
    nothing in it is out of its reader's sight at the moment when it leaves.
    """
    reader = (
        User.objects.select_related("role")
        .filter(pk=letter.about.get("user"), deactivated_at=None)
        .first()
    )
    if reader is None:
        return False
    lock_rhythm(reader)
    wanted = [why for why, often in choices_of(reader).items() if often != Choice.Often.NEVER]
    mine = Notice.objects.visible_to(reader).filter(
        pk__in=letter.about.get("notices", []), reason__in=wanted
    )
    notices = mine.select_related("entry__record", "entry__author", "comment__author", "by")
    talks = discussions_of(reader, notices.order_by("up_at", "pk"))
    if all(news.notice.read_at for talk in talks for news in talk.news):
        return False
    if letter.kind == DIGEST:
        written = write_digest(reader, letter.about["often"], talks, letter.created_at)
    else:
        written = write_talk(reader, talks[0])
    rewrite_letter(
        letter,
        to=reader.email,
        subject=written.subject,
        text=written.text,
        html=written.html,
        headers=written.headers,
        sender_name=written.sender_name,
    )
    return True
