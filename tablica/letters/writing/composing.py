"""A whole letter: about one discussion, with the news of a day or a week, or to try the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.letters.keys import reply_address
from tablica.letters.queries import Discussion, by_wall
from tablica.letters.rules import zone_named
from tablica.letters.writing.heads import (
    CHOICES,
    list_id,
    message_id,
    root_id,
    sender_of,
    strongest,
    ways_out,
    whole,
)
from tablica.letters.writing.items import (
    LONGEST,
    cards_of,
    item_of,
    part_of,
    quote_of,
    subject_of,
    who_of,
)
from tablica.letters.writing.plain import text_of_digest, text_of_talk
from tablica.notices.models import Notice
from tablica.shared.days import short_date
from tablica.shared.writing import in_digits

MOST_IN_DIGEST = 60
MOST_IN_TALK = 30
"""News of one discussion: at their longest, a letter of some 2 MB, which any server takes."""


@dataclass(frozen=True)
class Written:
    """A letter, as it is put into the outbox."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]
    message_id: str
    sender_name: str = ""


@contextmanager
def speaking_to(user: User) -> Iterator[None]:
    """The language and time zone of `user`."""
    with translation.override(user.language), timezone.override(zone_named(user.timezone)):
        yield


def write_talk(user: User, discussion: Discussion) -> Written:
    """The letter about news of one discussion."""
    with speaking_to(user):
        shown_of, more = _first([discussion], MOST_IN_TALK)
        cards = cards_of(user, shown_of)
        items = [item_of(news, LONGEST, cards) for talk in shown_of for news in talk.news]
        reason = strongest(news.notice for news in discussion.news)
        wall = discussion.row.home
        address = reply_address(user, discussion.entry.pk)
        headers = {
            "References": root_id(discussion.entry.pk),
            "In-Reply-To": root_id(discussion.entry.pk),
            "List-Id": list_id(wall.title, f"wall-{wall.id}"),
            **ways_out(user, reason),
        }
        if address:
            headers["Reply-To"] = address
        frame = _frame(
            user, headers, reason=str(Notice.Reason(reason).label), answers=bool(address)
        ) | {"more": more, "more_url": whole(discussion.row.url)}
        quote = quote_of(discussion, cards)
        shown = {"wall": wall, "wall_url": whole(wall.url), "quote": quote, "items": items}
        is_answer = all(news.notice.comment_id is not None for news in discussion.news)
        return Written(
            subject=("Re: " if is_answer else "") + subject_of(discussion, cards),
            text=text_of_talk(wall.title, quote, items, frame),
            html=render_to_string("letters/mail/talk.html", shown | frame),
            headers=headers,
            message_id=message_id("notice", user, [n.notice.pk for n in discussion.news]),
            sender_name=sender_of(who_of(news.notice) for news in discussion.news),
        )


def write_digest(user: User, often: str, discussions: list[Discussion], now: datetime) -> Written:
    """The letter with the news of a day or a week, by wall and discussion."""
    with speaking_to(user):
        shown_of, total = _first(discussions, MOST_IN_DIGEST)
        cards = cards_of(user, shown_of)
        walls = [
            (wall, whole(wall.link.url), [part_of(talk, cards) for talk in wall.discussions])
            for wall in by_wall(shown_of)
        ]
        count = sum(len(talk.news) for talk in discussions)
        day = in_digits(short_date(timezone.localtime(now).date()))
        counted = ngettext("%(n)s piece of news", "%(n)s pieces of news", count)
        counted %= {"n": in_digits(str(count))}
        title = _("Your week: %(news)s") if often == "weekly" else _("Your day: %(news)s")
        headers = {"List-Id": list_id("Tablica", often), **ways_out(user, often)}
        frame = _frame(user, headers, often=often) | {
            "title": title % {"news": counted},
            "day": day,
            "more": total,
            "more_url": whole("/notifications?show=unread"),
        }
        numbers = [news.notice.pk for talk in discussions for news in talk.news]
        return Written(
            subject=f"{title % {'news': counted}} · {day}",
            text=text_of_digest(walls, frame),
            html=render_to_string("letters/mail/digest.html", {"walls": walls, **frame}),
            headers=headers,
            message_id=message_id(often, user, numbers),
        )


def write_trial(user: User) -> Written:
    """A letter by which an administrator sees that letters arrive."""
    with speaking_to(user):
        sentence = _("Letters of Tablica arrive.")
        frame = _frame(user, {}) | {"sentence": sentence}
        number = timezone.now().timestamp()
        return Written(
            subject=sentence,
            text=f"{sentence}\n\n{settings.TABLICA_URL}\n",
            html=render_to_string("letters/mail/trial.html", frame),
            headers={},
            message_id=message_id("trial", user, [int(number * 1000)]),
        )


def _frame(user: User, headers: dict[str, str], **more: object) -> dict[str, object]:
    """What every letter is laid into."""
    rtl = (get_language() or "en").split("-")[0] == "fa"
    return {
        "language": user.language,
        "direction": "rtl" if rtl else "ltr",
        "start": "right" if rtl else "left",
        "home": settings.TABLICA_URL,
        "choices_url": whole(CHOICES),
        "leave_url": headers.get("List-Unsubscribe", "").strip("<>"),
        **more,
    }


def _first(discussions: list[Discussion], most: int) -> tuple[list[Discussion], int]:
    """As many discussions as hold `most` news, and how many news are left out."""
    kept: list[Discussion] = []
    left = most
    for talk in discussions:
        if left > 0:
            kept.append(Discussion(talk.entry, talk.row, talk.news[:left]))
            left -= len(kept[-1].news)
    total = sum(len(talk.news) for talk in discussions)
    return kept, total - sum(len(talk.news) for talk in kept)
