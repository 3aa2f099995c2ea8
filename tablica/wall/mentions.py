"""People and teams named in a text with @: `@Anna Nowak`, `@anna@example.org`, `@Sales`."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html import unescape
from unicodedata import bidirectional

from tablica.accounts.models import Team, User
from tablica.shared import markdown
from tablica.shared.html import TrustedHtml
from tablica.shared.text.folding import fold
from tablica.shared.writing import FROM_RIGHT, ISOLATED

_AT = re.compile(r"(?<![\w/@.])@(?=\w)")
MOST_WORDS = 6
MOST_SIGNS = 50
_DRAWN = re.compile(r'<span class="mention"[^>]*>@([^<]*)</span>')
_AROUND = ".,;:!?…)]}'\"»”"


@dataclass
class Mentioned:
    """Who is named in a text, and how each of them is written there."""

    people: set[int] = field(default_factory=set)
    teams: set[int] = field(default_factory=set)
    names: list[str] = field(default_factory=list)


@dataclass
class _Known:
    people: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    teams: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


def mentioned_in(text: str) -> Mentioned:
    """The active colleagues and teams that a text names, by name or e-mail, however it is spelt.

    Two of one name are both meant: write their e-mail address to mean one of them.
    """
    found = Mentioned()
    places = [match.end() for match in _AT.finditer(text)][:MOST_SIGNS]
    if not places:
        return found
    known = _known()
    for at in places:
        _match(text[at : at + 200], known, found)
    return found


def drawn(text: str) -> TrustedHtml:
    """The text as safe HTML, with the names of those mentioned in it set apart."""
    return markdown.render(text, names=mentioned_in(text).names)


def kept_together(text: str, html: str) -> str:
    """A plain text in which each @ stays with its name, whichever way either of them runs.

    `html` is the drawn form of the text: it says what was a mention.
    """
    names = sorted({unescape(name) for name in _DRAWN.findall(html)}, key=len, reverse=True)
    if not names or not any(bidirectional(sign) in FROM_RIGHT for sign in text):
        return text
    mention = re.compile(rf"@(?:{'|'.join(map(re.escape, names))})(?!\w)")
    return mention.sub(lambda found: ISOLATED % found[0], text)


def _known() -> _Known:
    known = _Known()
    active = User.objects.filter(deactivated_at=None).values_list("pk", "name", "email")
    for pk, name, email in active:
        known.people[fold(name)].add(pk)
        known.people[fold(email)].add(pk)
    for pk, name in Team.objects.values_list("pk", "name"):
        known.teams[fold(name)].add(pk)
    return known


def _match(rest: str, known: _Known, found: Mentioned) -> None:
    """Take the longest name with which `rest` begins."""
    words = list(re.finditer(r"\S+", rest.split("\n", 1)[0]))[:MOST_WORDS]
    for word in reversed(words):
        typed = rest[: word.end()].rstrip(_AROUND)
        key = fold(typed)
        people, teams = known.people.get(key), known.teams.get(key)
        if people or teams:
            found.people |= people or set()
            found.teams |= teams or set()
            found.names.append(typed)
            return
