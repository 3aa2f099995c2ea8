"""How a beat of the plan becomes an entry with its comments, likes, files and tags."""

from __future__ import annotations

from tablica.demo.story.arcs import Arc
from tablica.demo.story.beats import TAG_NAMES, TELLINGS, Telling
from tablica.demo.story.clock import moment
from tablica.demo.story.papers import make_paper
from tablica.demo.story.phrases import Remark, Said
from tablica.demo.story.shapes import (
    CommentShape,
    DealShape,
    EntryShape,
    MoveShape,
    PlacementShape,
    ReactionShape,
    RecordShape,
)
from tablica.demo.story.state import ClientState

_CHEERS = ("👍", "🎉", "👏", "❤️")


class Voice(ClientState):
    """Writes what people and tools have to say."""

    def say(self, seconds: int, what: str, arc: Arc) -> None:
        """Tell the subject `what` at a moment, seconds since 1970."""
        telling = TELLINGS[what]
        said = self._draw(what)
        tool = telling.role.startswith("tool:")
        author = None if tool else int(getattr(self.cast, telling.role))
        facts = self._facts_at(seconds, telling, arc)
        gender = self.teller.crew.by_key[author or self.cast.seller].gender
        facts["a_gender"] = facts["w_gender"] = gender
        home = self._home(telling, arc)
        entry = EntryShape(
            key=self.teller.entry_key(),
            record=home.key,
            type=telling.type,
            author=author,
            happened_at=moment(seconds),
            language=self.region.language,
            text=said.phrase.say(facts, self.rng),
            source=telling.role[5:] if tool else "",
        )
        for tag in telling.tags:
            entry.tags.append(TAG_NAMES[tag][self.region.language])
        self._add_data(entry, what, arc)
        self.touch(home, entry.happened_at)
        self.chapter.entries.append(entry)
        if arc.opening is None:
            arc.opening = entry
        if self.rng.random() < telling.talk * self.teller.talk:
            self._discuss(entry, seconds, facts, self.pack.thread(what, said, self.rng))
        if self.rng.random() < self.teller.talk:
            self._decorate(entry, what, seconds, home)
        if telling.file and self.teller.may_file() and self.rng.random() < telling.file_chance:
            seed = int(self.rng.random() * 2**31)
            entry.files.append(
                make_paper(
                    telling.file,
                    arc,
                    self.firm,
                    self.region.currency,
                    self.lead.title,
                    entry.happened_at.date(),
                    seed,
                )
            )

    def _draw(self, what: str) -> Said:
        """A text that this client's walls do not have yet, as long as there is one."""
        said = self.pack.draw(what, self.rng)
        for _ in range(4):
            if said.phrase not in self.used:
                break
            said = self.pack.draw(what, self.rng)
        self.used.add(said.phrase)
        return said

    def _facts_at(self, seconds: int, telling: Telling, arc: Arc) -> dict[str, str]:
        rng, words = self.rng, self.words
        today = self.clock.day_of(seconds)
        day = arc.days.get(telling.refers, 0)
        if day <= today:
            day = self.clock.workday(today + 1, 1 + int(rng.random() * 5))
        facts = self.facts | arc.facts
        facts["d"] = words.date(day)
        facts["wd"] = words.weekday(day)
        facts["t"] = words.time(9 * 60 + 30 * int(rng.random() * 13))
        facts["k"] = words.number(2 + int(rng.random() * 5))
        facts["m"] = words.number(12 + int(rng.random() * 70))
        return facts

    def _home(self, telling: Telling, arc: Arc) -> RecordShape:
        if telling.wall == "deal" and arc.deal is not None:
            return arc.deal
        if telling.wall == "person" and self.lead_is_ours:
            return self.lead
        return self.company

    def _add_data(self, entry: EntryShape, what: str, arc: Arc) -> None:
        rng = self.rng
        if entry.type == "call":
            heard = what.startswith(("enquiry", "complaint", "returning", "again", "service"))
            minutes = 2 + int(rng.random() * 24)
            entry.data = {"direction": "in" if heard else "out", "minutes": minutes}
        elif entry.type == "meeting":
            entry.data = {"place": self.firm.city.name, "minutes": 30 + 15 * int(rng.random() * 6)}
        elif what in ("shop_order", "basket"):
            entry.data = {"total": str(arc.amount), "currency": self.region.currency}
            if what == "shop_order":
                entry.data["order"] = arc.facts["order"]
        elif entry.source == "invoices":
            entry.data = {"invoice": arc.facts["inv"]}

    def _discuss(
        self, entry: EntryShape, seconds: int, facts: dict[str, str], thread: list[Remark]
    ) -> None:
        rng = self.rng
        writer = entry.author or self.cast.seller
        at = seconds
        for remark in thread:
            at = self.clock.later(at, 3 + int(rng.random() ** 2 * 240))
            if at > self.now:
                return
            author = self.cast.speaker(remark.role, writer, by_tool=entry.author is None)
            facts["a_gender"] = self.teller.crew.by_key[author].gender
            likes = [writer] if author != writer and rng.random() < 0.15 else []
            text = remark.phrase.say(facts, rng)
            entry.comments.append(CommentShape(author, moment(at), text, likes))

    def _decorate(self, entry: EntryShape, what: str, seconds: int, home: RecordShape) -> None:
        rng = self.rng
        if what == "won":
            self._cheer(entry, seconds, 2 + int(rng.random() * 4))
        elif rng.random() < 0.16:
            self._cheer(entry, seconds, 1)
        if entry.author is None:
            return
        roll = rng.random()
        if what in ("tip", "handover", "need") and roll < 0.2:
            entry.pinned_by = entry.author
        elif what in ("tip", "discount") and roll > 0.72:
            entry.audience = "me" if what == "tip" else "team"
        elif what == "pay_call" and self.chapter.deals and roll < 0.3:
            self._show_on(entry, self.chapter.deals[0].key, seconds + 900)
        elif what == "referral":
            client = self.teller.client_titled(self.region.language, self.facts["ref"])
            if client is not None and client.audience == "everyone":
                self._show_on(entry, client.key, seconds + 600)
        elif isinstance(home, DealShape) and roll > 0.94:
            at = self.clock.later(seconds, 20 + int(rng.random() * 600))
            if at <= self.now:
                entry.moved = MoveShape(self.company.key, entry.author, moment(at))
                trace = self.note(self.company, "moved", entry.author, moment(at))
                trace.data = {"entry": entry.key, "record": home.key, "unpinned": False}

    def _show_on(self, entry: EntryShape, record: int, seconds: int) -> None:
        if entry.author is not None:
            at = moment(min(seconds, self.now))
            entry.placements.append(PlacementShape(record, entry.author, at))

    def _cheer(self, entry: EntryShape, seconds: int, count: int) -> None:
        cast = self.cast
        fans = [cast.boss, cast.chief, cast.svc, cast.prj, cast.seller]
        done: set[int] = set()
        for fan in fans[:count]:
            at = self.clock.later(seconds, 2 + int(self.rng.random() * 300))
            if fan not in done and fan != entry.author and at <= self.now:
                done.add(fan)
                emoji = _CHEERS[int(self.rng.random() ** 2 * len(_CHEERS))]
                entry.reactions.append(ReactionShape(fan, emoji, moment(at)))
