"""Composing letters: as text and as HTML, in the language and time of whoever gets them.

The text is put together here and not by a template: a template would escape it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.letters.keys import reply_address, token_for
from tablica.letters.models import Key
from tablica.letters.queries import Discussion, News, Wall, by_wall
from tablica.letters.rules import zone_named
from tablica.notices.models import Notice
from tablica.notices.rules import STRONGEST
from tablica.shared import markdown
from tablica.shared.days import short_date
from tablica.shared.mail.commands import one_line
from tablica.shared.ui.templatetags.ui import said
from tablica.shared.writing import in_digits, isolated
from tablica.wall.mentions import kept_together
from tablica.wall.queries.cards import Cards, cards_in

CHOICES = "/settings/notifications"
BEGINNING = 60
"""Characters of an entry in a subject."""
QUOTED = 120
"""Characters of the entry that is answered, above the answers."""
LONGEST = 4_000
"""Characters of a text in a letter about one discussion; the rest is read on its page."""
LONGEST_IN_DIGEST = 280
MOST_IN_DIGEST = 60
MOST_IN_TALK = 30
"""News of one discussion: at their longest, a letter of some 2 MB, which any server takes."""
_CARD = re.compile(r'<span class="record">\[\[([0-9]{1,15})\]\]</span>')
RULE = "–" * 32
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Item:
    """One piece of news as a letter says it; `html` is the stored, cleaned form of `text`."""

    who: str
    what: str
    at: str
    text: str
    html: str
    changes: tuple[tuple[str, str, str], ...]
    url: str
    reason: str
    is_cut: bool


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
        cards = _cards_of(user, shown_of)
        items = [_item(news, LONGEST, cards) for talk in shown_of for news in talk.news]
        reason = strongest(news.notice for news in discussion.news)
        wall = discussion.row.home
        address = reply_address(user, discussion.entry.pk)
        headers = {
            **AUTOMATIC,
            "References": root_id(discussion.entry.pk),
            "In-Reply-To": root_id(discussion.entry.pk),
            "List-Id": f'"{_quoted(wall.title)}" <wall-{wall.id}.{_domain()}>',
            **_ways_out(user, reason),
        }
        if address:
            headers["Reply-To"] = address
        frame = _frame(
            user, headers, reason=str(Notice.Reason(reason).label), answers=bool(address)
        ) | {"more": more, "more_url": _whole(discussion.row.url)}
        quote = _quote(discussion, cards)
        shown = {"wall": wall, "wall_url": _whole(wall.url), "quote": quote, "items": items}
        is_answer = all(news.notice.comment_id is not None for news in discussion.news)
        return Written(
            subject=("Re: " if is_answer else "") + _subject(discussion, cards),
            text=_text_of_talk(wall.title, quote, items, frame),
            html=render_to_string("letters/mail/talk.html", shown | frame),
            headers=headers,
            message_id=_message_id("notice", user, [n.notice.pk for n in discussion.news]),
            sender_name=_sender(_who(news.notice) for news in discussion.news),
        )


def write_digest(user: User, often: str, discussions: list[Discussion], now: datetime) -> Written:
    """The letter with the news of a day or a week, by wall and discussion."""
    with speaking_to(user):
        shown_of, total = _first(discussions, MOST_IN_DIGEST)
        cards = _cards_of(user, shown_of)
        walls = [
            (wall, _whole(wall.link.url), [_part(talk, cards) for talk in wall.discussions])
            for wall in by_wall(shown_of)
        ]
        count = sum(len(talk.news) for talk in discussions)
        day = in_digits(short_date(timezone.localtime(now).date()))
        counted = ngettext("%(n)s piece of news", "%(n)s pieces of news", count)
        counted %= {"n": in_digits(str(count))}
        title = _("Your week: %(news)s") if often == "weekly" else _("Your day: %(news)s")
        headers = {
            **AUTOMATIC,
            "List-Id": f'"Tablica" <{often}.{_domain()}>',
            **_ways_out(user, often),
        }
        frame = _frame(user, headers, often=often) | {
            "title": title % {"news": counted},
            "day": day,
            "more": total,
            "more_url": _whole("/notifications?show=unread"),
        }
        numbers = [news.notice.pk for talk in discussions for news in talk.news]
        return Written(
            subject=f"{title % {'news': counted}} · {day}",
            text=_text_of_digest(walls, frame),
            html=render_to_string("letters/mail/digest.html", {"walls": walls, **frame}),
            headers=headers,
            message_id=_message_id(often, user, numbers),
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
            headers=dict(AUTOMATIC),
            message_id=_message_id("trial", user, [int(number * 1000)]),
        )


def strongest(notices: Iterator[Notice]) -> str:
    """The reason that counts most among those of a letter."""
    order = [str(reason) for reason in STRONGEST]
    reasons = {notice.reason for notice in notices}
    return min(reasons, key=lambda r: order.index(r) if r in order else len(order))


def root_id(entry: int) -> str:
    """The name of a discussion for mail programs, the same for everybody and for ever."""
    return f"<entry-{entry}.{_seal('entry', str(entry))}@{_domain()}>"


def _message_id(what: str, user: User, numbers: list[int]) -> str:
    seal = _seal(what, f"{user.pk}/{','.join(map(str, sorted(numbers)))}")
    return f"<{what}-{max(numbers)}.{seal}@{_domain()}>"


def _seal(what: str, value: str) -> str:
    return salted_hmac(f"letters.id.{what}", value, algorithm="sha256").hexdigest()[:20]


def _domain() -> str:
    smtp = settings.SMTP
    return smtp.domain.lower() if smtp else "localhost"


def _whole(path: str) -> str:
    return f"{settings.TABLICA_URL}{path}"


def _ways_out(user: User, reason: str) -> dict[str, str]:
    url = _whole(f"/letters/leave/{token_for(user, Key.Purpose.LEAVE, reason=reason)}")
    found = {"List-Unsubscribe": f"<{url}>"}
    if url.startswith("https://"):  # without it mail programs must not use it (RFC 8058)
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def _frame(user: User, headers: dict[str, str], **more: object) -> dict[str, object]:
    """What every letter is laid into."""
    rtl = (get_language() or "en").split("-")[0] == "fa"
    return {
        "language": user.language,
        "direction": "rtl" if rtl else "ltr",
        "start": "right" if rtl else "left",
        "home": settings.TABLICA_URL,
        "choices_url": _whole(CHOICES),
        "leave_url": headers.get("List-Unsubscribe", "").strip("<>"),
        **more,
    }


def _cards_of(user: User, talks: list[Discussion]) -> Cards:
    """The records that these texts name by number, as far as `user` may see them."""
    said = [talk.entry.body for talk in talks]
    said += [n.notice.comment.body for talk in talks for n in talk.news if n.notice.comment]
    return cards_in(user, said)


def _item(news: News, longest: int, cards: Cards) -> Item:
    notice, row = news.notice, news.row
    of = notice.comment or notice.entry
    body = cards.text(of.body) if row.type.written or notice.comment else ""
    cut = len(body) > longest
    shown = f"{body[:longest].rsplit(' ', 1)[0]} …" if cut else body
    place = f"/e/{notice.entry_id}"
    return Item(
        who=_who(notice),
        what=_what(notice, row.type.sentence),
        at=in_digits(said(timezone.localtime(notice.at))),
        text=kept_together(shown if longest == LONGEST else _one(shown), of.html),
        html=_for_mail(of.html, cards) if body and not cut and longest == LONGEST else "",
        changes=tuple(
            (str(line.label), line.before, line.after)
            for line in (() if notice.comment else row.changes)
        ),
        url=_whole(f"{place}?comment={notice.comment_id}" if notice.comment_id else place),
        reason=str(Notice.Reason(notice.reason).label),
        is_cut=cut,
    )


def _who(notice: Notice) -> str:
    return notice.by.name if notice.by else notice.entry.source or "Tablica"


def _what(notice: Notice, sentence: object) -> str:
    if notice.reason == "like":
        return _("likes what you wrote")
    return _("commented") if notice.comment_id else str(sentence)


def _one(text: str) -> str:
    return " ".join(markdown.preview(text).split())


def _for_mail(html: str, cards: Cards) -> str:
    """Cleaned HTML whose links into Tablica are whole, with records by their titles."""
    drawn = _CARD.sub(lambda found: _card(int(found[1]), cards), html)
    drawn = drawn.replace('href="/', f'href="{settings.TABLICA_URL}/')
    return drawn.replace("<a ", '<a style="color:#1f6b4f" ')


def _card(number: int, cards: Cards) -> str:
    title = cards.text(f"[[{number}]]")
    if number not in cards.links:
        return format_html("<i>{}</i>", title)
    return format_html('<a href="/r/{}"><bdi>{}</bdi></a>', str(number), title)


def _part(talk: Discussion, cards: Cards) -> tuple[str, str, list[Item]]:
    """A discussion of a digest: where it is, what it is about when only answers came, its news."""
    items = [_item(news, LONGEST_IN_DIGEST, cards) for news in talk.news]
    answers = all(n.notice.comment_id is not None for n in talk.news)
    about = kept_together(_beginning(talk, cards), talk.entry.html) if answers else ""
    return _whole(talk.row.url), about, items


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


def _subject(talk: Discussion, cards: Cards) -> str:
    """The wall and how the entry begins: the same for all letters of a discussion."""
    return one_line(f"{talk.row.home.title}: {_beginning(talk, cards)}")


def _beginning(talk: Discussion, cards: Cards) -> str:
    text = (
        cards.text(_one(talk.entry.body)) if talk.row.type.written else str(talk.row.type.sentence)
    )
    return _cut(text or str(talk.row.type.label), BEGINNING)


def _quote(talk: Discussion, cards: Cards) -> str:
    """Who wrote what is answered and how it begins; nothing when the letter has it anyway."""
    entry = talk.entry
    if not talk.row.type.written or any(news.notice.comment_id is None for news in talk.news):
        return ""
    text = _cut(cards.text(_one(entry.body)), QUOTED)
    who = entry.author.name if entry.author else entry.source
    return f"{isolated(who)}: {kept_together(text, entry.html)}" if text else ""


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"


def _sender(people: Iterable[str]) -> str:
    names = set(people)
    name = settings.SMTP.name if settings.SMTP else "Tablica"
    return f"{names.pop()} ({name})" if len(names) == 1 else name


def _quoted(title: str) -> str:
    return one_line(title).replace("\\", "").replace('"', "'")[:80]


def _lines_of(item: Item) -> Iterator[str]:
    yield f"{isolated(item.who)} {item.what} · {item.at}"
    for label, before, after in item.changes:
        yield f"  {label}: {isolated(before)} → {isolated(after)}"
    if item.text:
        yield ""
        yield item.text
    if item.is_cut:
        yield _("(cut here)")


def _text_of_talk(wall: str, quote: str, items: list[Item], frame: dict[str, object]) -> str:
    lines = [wall, "", *([f"> {quote}", ""] if quote else [])]
    for number, item in enumerate(items):
        lines += [RULE, ""] if number else []
        lines += [*_lines_of(item), "", item.url, ""]
    lines += _lines_of_more(frame)
    reason = _("You get this letter because %(reason)s.") % {"reason": frame["reason"]}
    return _closed(lines, reason, frame)


def _text_of_digest(
    walls: list[tuple[Wall, str, list[tuple[str, str, list[Item]]]]], frame: dict[str, object]
) -> str:
    lines = [str(frame["title"]), str(frame["day"]), ""]
    for wall, url, parts in walls:
        lines += [RULE, wall.link.title, url, ""]
        for talk_url, about, items in parts:
            lines += [_("About: %(beginning)s") % {"beginning": about}] if about else []
            for item in items:
                lines += [*_lines_of(item), ""]
            lines += [talk_url, ""]
    lines += _lines_of_more(frame)
    sentence = _digest_reason(str(frame["often"]))
    return _closed(lines, sentence, frame)


def _lines_of_more(frame: dict[str, object]) -> list[str]:
    """How many news are left out, and where they are; nothing when none is."""
    count = int(str(frame["more"]))
    if not count:
        return []
    sentence = ngettext("and %(n)s more", "and %(n)s more", count)
    return [sentence % {"n": in_digits(str(count))}, str(frame["more_url"]), ""]


def _digest_reason(often: str) -> str:
    if often == "weekly":
        return _("You get this letter because you chose a weekly digest.")
    return _("You get this letter because you chose a daily digest.")


def _closed(lines: list[str], reason: str, frame: dict[str, object]) -> str:
    """The lines of a letter with what stands below every one."""
    lines += ["-- ", reason]
    if frame.get("answers"):
        lines.append(_("Answer this letter to comment. Its address is yours alone."))
    lines.append(_("Choose what you get") + f": {frame['choices_url']}")
    lines.append(_("No more letters like this") + f": {frame['leave_url']}")
    return "\n".join(lines) + "\n"
