"""What a letter says of each piece of news, as far as its reader may know it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.letters.queries import Discussion, News
from tablica.letters.writing.heads import whole
from tablica.notices.models import Notice
from tablica.shared import markdown
from tablica.shared.mail.commands import one_line
from tablica.shared.ui.templatetags.ui import said
from tablica.shared.writing import in_digits, isolated
from tablica.wall.mentions import kept_together
from tablica.wall.queries.cards import Cards, cards_in

BEGINNING = 60
"""Characters of an entry in a subject."""
QUOTED = 120
"""Characters of the entry that is answered, above the answers."""
LONGEST = 4_000
"""Characters of a text in a letter about one discussion; the rest is read on its page."""
LONGEST_IN_DIGEST = 280
_CARD = re.compile(r'<span class="record">\[\[([0-9]{1,15})\]\]</span>')


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


def cards_of(user: User, talks: list[Discussion]) -> Cards:
    """The records that these texts name by number, as far as `user` may see them."""
    texts = [talk.entry.body for talk in talks]
    texts += [n.notice.comment.body for talk in talks for n in talk.news if n.notice.comment]
    return cards_in(user, texts)


def item_of(news: News, longest: int, cards: Cards) -> Item:
    """One piece of news, its text cut to `longest` characters."""
    notice, row = news.notice, news.row
    of = notice.comment or notice.entry
    body = cards.text(of.body) if row.type.written or notice.comment else ""
    cut = len(body) > longest
    shown = _cut(body, longest)
    place = f"/e/{notice.entry_id}"
    return Item(
        who=who_of(notice),
        what=_what(notice, row.type.sentence),
        at=in_digits(said(timezone.localtime(notice.at))),
        text=kept_together(shown if longest == LONGEST else _in_one_line(shown), of.html),
        html=_for_mail(of.html, cards) if body and not cut and longest == LONGEST else "",
        changes=tuple(
            (str(line.label), line.before, line.after)
            for line in (() if notice.comment else row.changes)
        ),
        url=whole(f"{place}?comment={notice.comment_id}" if notice.comment_id else place),
        reason=str(Notice.Reason(notice.reason).label),
        is_cut=cut,
    )


def who_of(notice: Notice) -> str:
    """The name of who did it, or of where it came from."""
    return notice.by.name if notice.by else notice.entry.source or "Tablica"


def _what(notice: Notice, sentence: object) -> str:
    if notice.reason == "like":
        return _("likes what you wrote")
    return _("commented") if notice.comment_id else str(sentence)


def _in_one_line(text: str) -> str:
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


def part_of(talk: Discussion, cards: Cards) -> tuple[str, str, list[Item]]:
    """A discussion of a digest: where it is, what it is about when only answers came, its news."""
    items = [item_of(news, LONGEST_IN_DIGEST, cards) for news in talk.news]
    answers = all(n.notice.comment_id is not None for n in talk.news)
    about = kept_together(_beginning(talk, cards), talk.entry.html) if answers else ""
    return whole(talk.row.url), about, items


def subject_of(talk: Discussion, cards: Cards) -> str:
    """The wall and how the entry begins: the same for all letters of a discussion."""
    return one_line(f"{talk.row.home.title}: {_beginning(talk, cards)}")


def _beginning(talk: Discussion, cards: Cards) -> str:
    text = (
        cards.text(_in_one_line(talk.entry.body))
        if talk.row.type.written
        else str(talk.row.type.sentence)
    )
    return _cut(text or str(talk.row.type.label), BEGINNING)


def quote_of(talk: Discussion, cards: Cards) -> str:
    """Who wrote what is answered and how it begins; nothing when the letter has it anyway."""
    entry = talk.entry
    if not talk.row.type.written or any(news.notice.comment_id is None for news in talk.news):
        return ""
    text = _cut(cards.text(_in_one_line(entry.body)), QUOTED)
    who = entry.author.name if entry.author else entry.source
    return f"{isolated(who)}: {kept_together(text, entry.html)}" if text else ""


def _cut(text: str, most: int) -> str:
    """At most so many characters, whole words where there are some, and a sign of the rest."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
