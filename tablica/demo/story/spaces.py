"""The internal topics of the demo company: written by hand, only their days are counted back."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from tablica.demo.story import files
from tablica.demo.story.clock import WorkClock, moment
from tablica.demo.story.crew import FOUNDERS, SALES
from tablica.demo.story.phrases import TEXTS
from tablica.demo.story.regions import REGIONS
from tablica.demo.story.shapes import (
    Chapter,
    CommentShape,
    EntryShape,
    FileShape,
    FollowShape,
    ReactionShape,
    SpaceShape,
    VoteShape,
)

if TYPE_CHECKING:
    from tablica.demo.story.tell import Teller


class _Spaces:
    """Reads the text file: `=` begins a space, `-` an entry so many days ago, `>` its comments.

    A type may say what became of it (`idea:done`, `question:answered`); the choices of a poll stand
    behind its words, between bars.
    """

    def __init__(self, teller: Teller) -> None:
        self.teller, self.rng, self.now = teller, teller.rng, teller.now
        self.clock: WorkClock = teller.clock(REGIONS[0][0])
        self.handles = {p.name.split()[0].lower(): p.key for p in teller.crew.people}
        self.handles |= {p.email.split("@")[0]: p.key for p in teller.crew.people}
        self.dice = self.rng
        self.chapter = Chapter()
        self.last = 0

    def read(self) -> Chapter:
        year = self.teller.today.year
        source = (TEXTS / "spaces.txt").read_text(encoding="utf-8")
        for line in (
            source.replace("{year}", str(year)).replace("{next}", str(year + 1)).split("\n")
        ):
            mark, rest = line[:2], line[2:]
            if mark == "= ":
                self._space(*[part.strip() for part in rest.split("|")])
            elif mark == "- ":
                self._entry(rest)
            elif mark == "> ":
                self._comments(rest)
        return self.chapter

    def _space(self, title: str, language: str, owner: str, about: str) -> None:
        key = self.handles[owner]
        at = self.teller.today - timedelta(days=700)
        created = moment(self.clock.in_hours(self.clock.workday(at.toordinal()), self.rng))
        space = SpaceShape(
            key=self.teller.record_key(),
            title=title,
            owner=key,
            team=SALES,
            created_at=created,
            created_by=key,
            touched_at=created,
            language=language,
            about=about,
        )
        people = [p.key for p in self.teller.crew.people[:FOUNDERS]]
        space.follows = [
            FollowShape(person, "all" if person == key else "talk")
            for person in people
            if person == key or self.rng.random() < 0.4
        ]
        self.chapter.spaces.append(space)
        self._add(EntryShape(self.teller.entry_key(), space.key, "created", key, created, language))

    def _entry(self, source: str) -> None:
        space = self.chapter.spaces[-1]
        head, text = source.split(": ", 1)
        days, handle, said, *tags = head.split()
        kind, _colon, status = said.partition(":")
        text, *choices = text.split(" | ")
        author = self.handles[handle]
        # What came into the text later has dice of its own, so that all else is told as before.
        late = kind in ("poll", "question")
        self.dice = Random(len(self.chapter.entries)) if late else self.rng
        day = self.clock.workday(self.teller.today.toordinal() - int(days))
        self.last = min(self.clock.in_hours(day, self.dice), self.now)
        entry = EntryShape(
            key=self.teller.entry_key(),
            record=space.key,
            type=kind,
            author=author,
            happened_at=moment(self.last),
            language=self.teller.crew.by_key[author].language,
            text=text,
            tags=tags,
            choices=choices,
            status=status,
        )
        if kind in ("poll", "idea"):
            entry.votes = self._votes(entry)
        if kind == "file":
            entry.files.append(self._file(text, len(self.chapter.entries)))
        elif kind == "meeting":
            entry.data = {"place": "Poznań", "minutes": 60}
        for fan in self.teller.crew.people[:FOUNDERS]:
            if fan.key != author and self.dice.random() < 0.08:
                at = moment(min(self.last + int(self.dice.random() * 9_000), self.now))
                entry.reactions.append(ReactionShape(fan.key, "👍", at))
        if len(self.chapter.entries) > 1 and self.chapter.entries[-1].type == "created":
            entry.pinned_by = author
        space.touched_at = max(space.touched_at, entry.happened_at)
        self._add(entry)

    def _votes(self, entry: EntryShape) -> list[VoteShape]:
        """Most of the founders vote, for the first choices rather than for the last."""
        votes = []
        for number, fan in enumerate(self.teller.crew.people[:FOUNDERS]):
            if (number * 7 + entry.key) % 5:
                at = moment(min(self.last + 1800 * (number + 1), self.now))
                place = (number * number + entry.key) % max(len(entry.choices), 1)
                votes.append(VoteShape(fan.key, place, at))
        return votes

    def _comments(self, source: str) -> None:
        entry = self.chapter.entries[-1]
        at = self.last
        for part in source.split("||"):
            handle, text = part.strip().split(": ", 1)
            at = self.clock.later(at, 5 + int(self.dice.random() * 200))
            if at <= self.now:
                author = self.handles[handle]
                entry.comments.append(CommentShape(author, moment(at), text, []))

    def _add(self, entry: EntryShape) -> None:
        self.chapter.entries.append(entry)

    def _file(self, text: str, seed: int) -> FileShape:
        title = self.chapter.spaces[-1].title
        if "stoiska" in text or "stoi!" in text:
            return FileShape(f"stoisko-{seed}.png", "image/png", lambda: files.floor_plan(seed, 14))
        lines = [title, "", text]
        return FileShape(f"notes-{seed}.txt", "text/plain", lambda: files.text(lines))


def tell_spaces(teller: Teller) -> Chapter:
    """All internal topics as one chapter."""
    return _Spaces(teller).read()
