"""Records named in a text as `[[12]]`: drawn when it is read, as far as its reader may see them.

A text keeps the number alone. Whoever may not see the record meets the same words whether it is
hidden, thrown away or never was.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.records.rules import hidden_fields
from tablica.records.showing import Link
from tablica.records.templatetags.records import kind_icon
from tablica.shared.html import TrustedHtml, trusted
from tablica.shared.ui.templatetags.ui import icon

MOST = 1_000
"""Records whose cards one page draws; those beyond are drawn like hidden ones."""

_PLACE = re.compile(r'<span class="record">\[\[([0-9]+)\]\]</span>')
_NUMBER = re.compile(r"\[\[([0-9]{1,15})\]\]")


@dataclass(frozen=True)
class Cards:
    """The records named on a page that the reader may see, and what one line says about each."""

    links: dict[int, Link] = field(default_factory=dict)
    facts: dict[int, str] = field(default_factory=dict)

    def html(self, stored: str) -> TrustedHtml:
        """Cleaned HTML of an entry or comment, with the cards in their places."""
        if '<span class="record">' not in stored:
            return trusted(stored)
        return trusted(_PLACE.sub(lambda found: self.drawn(int(found[1])), stored))

    def text(self, plain: str) -> str:
        """A text without Markdown, with the titles of the records in the places of numbers."""
        return _NUMBER.sub(lambda found: self._title(int(found[1])), plain)

    def drawn(self, number: int) -> SafeString:
        """One card: a link to the record with its title, or the words for all that is not seen."""
        link = self.links.get(number)
        if link is None:
            return format_html(
                '<span class="record closed">{}{}</span>',
                icon("lock"),
                _("a record you cannot see"),
            )
        fact = self.facts.get(number, "")
        return format_html(
            '<a class="record" href="/r/{}">{}<bdi>{}</bdi>{}</a>',
            str(number),
            kind_icon(link.kind),
            link.title,
            format_html(' <small dir="auto">{}</small>', fact) if fact else "",
        )

    def _title(self, number: int) -> str:
        link = self.links.get(number)
        return link.title if link else _("a record you cannot see")


def numbers_in(texts: Iterable[str]) -> list[int]:
    """The numbers of the records named in these texts, or in HTML of them: the first `MOST`."""
    found = (int(match[1]) for text in texts if "[[" in text for match in _NUMBER.finditer(text))
    return list(islice(_each_once(found), MOST))


def _each_once(numbers: Iterable[int]) -> Iterator[int]:
    met: set[int] = set()
    for number in numbers:
        if number not in met:
            met.add(number)
            yield number


def cards_in(user: User, texts: Iterable[str]) -> Cards:
    """The cards of these texts for `user`: none without asking; else a query and one a kind."""
    return cards_of(user, numbers_in(texts))


def cards_of(user: User, numbers: Iterable[int]) -> Cards:
    """The cards of these records for `user`."""
    wanted = list(islice(_each_once(numbers), MOST))
    if not wanted:
        return Cards()
    seen = Record.objects.visible_to(user).filter(pk__in=wanted)
    links = {
        pk: Link(pk, kind, title, kind_named(kind).url_of(pk))
        for pk, kind, title in seen.values_list("pk", "kind", "title")
    }
    Record.note_read(links)
    by_kind: dict[str, list[int]] = defaultdict(list)
    for link in links.values():
        by_kind[link.kind].append(link.id)
    facts: dict[int, str] = {}
    for kind in sorted(by_kind):
        facts |= kind_named(kind).describe(by_kind[kind], hidden_fields(user, kind))
    return Cards(links, facts)
