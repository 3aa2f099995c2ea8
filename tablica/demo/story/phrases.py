"""Sentences with holes: a tiny template language, and decks that do not repeat themselves.

- `{slot}` takes a fact; `{a:em/am}` depends on the gender of who speaks, `{w:…}` on that of
  who wrote the entry, `{p:…}` and `{q:…}` on the two contacts': the masculine form first.
- `<one|another>` picks one; parts may hold slots.
- `\\n` breaks the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Generic, NamedTuple, TypeVar

Card = TypeVar("Card")

ROLES = frozenset({"seller", "boss", "chief", "svc", "prj", "author"})

TEXTS = Path(__file__).parent / "texts"

_TOKEN = re.compile(r"\{([^{}:]+)(?::([^{}/]*)/([^{}]*))?\}|<([^<>]*)>")
_GENDER_SLOT = {"a": "a_gender", "w": "w_gender", "p": "p_gender", "q": "q_gender"}


class Literal:
    """Text that never changes."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def say(self, facts: Mapping[str, str], rng: Random) -> str:
        return self.text


class Slot:
    """A fact."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def say(self, facts: Mapping[str, str], rng: Random) -> str:
        return facts[self.name]


class Gendered:
    """A masculine and a feminine form, chosen by a fact that is `m` or `f`."""

    __slots__ = ("feminine", "masculine", "name")

    def __init__(self, name: str, masculine: str, feminine: str) -> None:
        self.name, self.masculine, self.feminine = name, masculine, feminine

    def say(self, facts: Mapping[str, str], rng: Random) -> str:
        return self.feminine if facts[self.name] == "f" else self.masculine


class Choice:
    """One of several ways to say it."""

    __slots__ = ("options",)

    def __init__(self, options: list[Phrase]) -> None:
        self.options = options

    def say(self, facts: Mapping[str, str], rng: Random) -> str:
        return self.options[int(rng.random() * len(self.options))].say(facts, rng)


class Phrase:
    """A compiled template."""

    __slots__ = ("parts",)

    def __init__(self, source: str) -> None:
        self.parts: list[Literal | Slot | Gendered | Choice] = []
        source = source.replace("\\n", "\n")
        end = 0
        for found in _TOKEN.finditer(source):
            if found.start() > end:
                self.parts.append(Literal(source[end : found.start()]))
            end = found.end()
            name, masculine, feminine, options = found.groups()
            if options is not None:
                self.parts.append(Choice([Phrase(option) for option in options.split("|")]))
            elif masculine is not None:
                self.parts.append(Gendered(_GENDER_SLOT[name], masculine, feminine))
            else:
                self.parts.append(Slot(name))
        if end < len(source):
            self.parts.append(Literal(source[end:]))

    def say(self, facts: Mapping[str, str], rng: Random) -> str:
        """The sentence with its holes filled; a slot without a fact raises KeyError."""
        return "".join([part.say(facts, rng) for part in self.parts])


class Deck(Generic[Card]):
    """Gives its cards in a shuffled order and shuffles again only when all were used."""

    __slots__ = ("cards", "next")

    def __init__(self, cards: list[Card]) -> None:
        self.cards = list(cards)
        self.next = len(self.cards)

    def draw(self, rng: Random) -> Card:
        if self.next >= len(self.cards):
            rng.shuffle(self.cards)
            self.next = 0
        self.next += 1
        return self.cards[self.next - 1]


class Remark(NamedTuple):
    """One comment of a thread. `role` says who speaks: see `crew.Cast.speaker`."""

    role: str
    phrase: Phrase


class Said(NamedTuple):
    """An entry's text and the threads that answer exactly this text."""

    phrase: Phrase
    threads: Deck[list[Remark]] | None


class Pack:
    """All that is said in one language, by subject.

    A text file holds `[subject]` headings; below each `- ` begins a text, `> ` a thread of
    comments that answers the text above it, `* ` a thread that answers any text of the subject.
    The comments of a thread are parted by `||` and may begin with `role:`.
    """

    def __init__(self, language: str) -> None:
        self.subjects: dict[str, Deck[Said]] = {}
        self.general: dict[str, Deck[list[Remark]]] = {}
        self._read((TEXTS / f"{language}.txt").read_text(encoding="utf-8"))

    def _read(self, source: str) -> None:
        texts: dict[str, list[tuple[Phrase, list[list[Remark]]]]] = {}
        general: dict[str, list[list[Remark]]] = {}
        subject = ""
        for line in source.splitlines():
            mark, rest = line[:2], line[2:].strip()
            if line.startswith("["):
                subject = line.strip("[] ")
            elif mark == "- ":
                texts.setdefault(subject, []).append((Phrase(rest), []))
            elif mark == "> ":
                texts[subject][-1][1].append(_thread(rest))
            elif mark == "* ":
                general.setdefault(subject, []).append(_thread(rest))
            elif line.strip() and not line.startswith("#"):
                raise ValueError(f"neither a heading nor a text: {line!r}")
        for name, said in texts.items():
            cards = [Said(phrase, Deck(threads) if threads else None) for phrase, threads in said]
            self.subjects[name] = Deck(cards)
        self.general = {name: Deck(threads) for name, threads in general.items()}

    def draw(self, subject: str, rng: Random) -> Said:
        """The next text about the subject; KeyError when the language has none."""
        return self.subjects[subject].draw(rng)

    def thread(self, subject: str, said: Said, rng: Random) -> list[Remark]:
        """Comments that fit what was said; empty when nobody has anything to add."""
        deck = said.threads
        if deck is None or (subject in self.general and rng.random() < 0.3):
            deck = self.general.get(subject)
        return deck.draw(rng) if deck else []


def _thread(source: str) -> list[Remark]:
    remarks = []
    for part in source.split("||"):
        role, colon, text = part.strip().partition(": ")
        if not colon or role not in ROLES:
            role, text = "", part.strip()
        remarks.append(Remark(role, Phrase(text)))
    return remarks
