"""Telling the story: the same size, seed and moment give the same story, chapter by chapter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import NamedTuple

from tablica.demo.story.clients import Namer
from tablica.demo.story.clock import WorkClock, seconds_of
from tablica.demo.story.crew import TEAMS, Crew
from tablica.demo.story.dates import DayWords
from tablica.demo.story.life import Life
from tablica.demo.story.phrases import Deck, Pack
from tablica.demo.story.regions import REGIONS, Region
from tablica.demo.story.shapes import Chapter, CompanyShape, PersonOfTeam, TeamShape
from tablica.demo.story.spaces import tell_spaces
from tablica.demo.story.state import Alumnus

YEARS = 2
DAYS = 730


class Size(NamedTuple):
    """How much is told.

    `talk` scales how often colleagues comment; `hot` is how many entries at least are on the wall
    of the one client with far more than any other, 0 for none; `extra` adds colleagues.
    """

    companies: int
    entries: int
    deals: float
    talk: float
    files: int
    hot: int
    extra: int


SIZES = {
    "small": Size(40, 2_000, 1.45, 1.0, 400, 0, 0),
    "medium": Size(2_000, 50_000, 1.0, 0.6, 1_500, 1_000, 26),
    "large": Size(20_000, 1_000_000, 1.0, 0.5, 2_000, 10_000, 106),
}


def size_named(name: str) -> Size:
    """The size small, medium or large, or about so many entries. Raises ValueError."""
    if name in SIZES:
        return SIZES[name]
    entries = int(name)
    if not 100 <= entries <= 20_000_000:
        raise ValueError("Between 100 and 20000000 entries.")
    companies = max(2, entries // 50)
    hot = entries // 100 if entries >= 50_000 else 0
    return Size(companies, entries, 1.0, 0.3, 2_000, hot, min(106, companies // 80))


class Story(NamedTuple):
    """The people of the company, and the chapters one after another; they can be read once."""

    teams: tuple[TeamShape, ...]
    people: list[PersonOfTeam]
    chapters: Iterator[Chapter]
    entries: int


def tell(size: str | Size, seed: int, today: datetime) -> Story:
    """The story of `size` up to the moment `today`, an aware datetime, for this seed."""
    told = size_named(size) if isinstance(size, str) else size
    teller = Teller(told, seed, today)
    return Story(TEAMS, teller.crew.people, teller.chapters(), told.entries)


class Teller:
    """What all chapters share: counters, clocks, texts, and who has been met before."""

    def __init__(self, size: Size, seed: int, today: datetime) -> None:
        self.size = size
        self.rng = Random(seed)
        self.now = seconds_of(today)
        self.today: date = today.astimezone(UTC).date()
        self.talk = size.talk
        self.crew = Crew(size.extra, self.rng)
        self._files = size.files
        self._record = self._entry = 0
        self._numbers: dict[tuple[str, int], int] = {}
        self._clocks: dict[str, WorkClock] = {}
        self._packs: dict[str, Pack] = {}
        self._words: dict[str, DayWords] = {}
        self._alumni: dict[str, list[Alumnus]] = {}
        self._clients: dict[str, list[CompanyShape]] = {}
        self._namer = Namer()

    def chapters(self) -> Iterator[Chapter]:
        """The internal topics, then client after client."""
        spaces = tell_spaces(self)
        yield spaces
        told = len(spaces.entries)
        regions = Deck([region for region, share in REGIONS for _ in range(share)])
        hot = min(6, self.size.companies - 1) if self.size.hot else -1
        ordinary = self.size.entries - self.size.hot - told
        told = 0
        for number in range(self.size.companies):
            region = regions.draw(self.rng)
            if number == hot:
                chapter = self._client(region, self.size.hot, hot=True)
                # Its deals and persons have entries of their own.
                told += len(chapter.entries) - self.size.hot
            else:
                left = self.size.companies - number - (1 if number < hot else 0)
                mean = max((ordinary - told) / left, 12.0)
                chapter = self._client(region, mean)
                told += len(chapter.entries)
            yield chapter

    def _client(self, region: Region, mean: float, *, hot: bool = False) -> Chapter:
        """A client with about `mean` entries: more where the acquaintance is long."""
        rng = self.rng
        age = 1.0 if hot else min(1.0, 0.08 + rng.random() * 1.1)
        start = self.today.toordinal() - 12 - int(age * (DAYS - 14))
        budget = mean if hot else mean * (0.3 + 1.2 * age) * (0.7 + 0.6 * rng.random())
        own = self.size.hot if hot else 0
        firm = self._namer.firm(region, rng)
        cast = self.crew.cast(region, rng)
        return Life(self, region, firm, cast, start, int(budget), own).tell()

    # What lives ask.

    def record_key(self) -> int:
        """The next number of a record."""
        self._record += 1
        return self._record

    def entry_key(self) -> int:
        """The next number of an entry."""
        self._entry += 1
        return self._entry

    def number(self, series: str, day: int) -> str:
        """The next number of an offer (OF), invoice (FV) or order (ZS) of that day."""
        count = self._numbers.get((series, day), 0) + 1
        self._numbers[series, day] = count
        return f"{series}/{date.fromordinal(day):%Y/%m%d}-{count}"

    def may_file(self) -> bool:
        """Whether there is room for one more file."""
        if self._files <= 0:
            return False
        # Spread what there is over the whole story.
        if self.rng.random() > self.size.files * 12 / self.size.entries:
            return False
        self._files -= 1
        return True

    def clock(self, region: Region) -> WorkClock:
        """The working time of a region."""
        key = f"{region.code} {region.zone}"
        if key not in self._clocks:
            first = self.today - timedelta(days=DAYS + 40)
            last = self.today + timedelta(days=400)
            self._clocks[key] = WorkClock(region.zone, region.days_off, region.closed, first, last)
        return self._clocks[key]

    def pack(self, language: str) -> Pack:
        """The texts of a language."""
        if language not in self._packs:
            self._packs[language] = Pack(language)
        return self._packs[language]

    def words(self, language: str) -> DayWords:
        """Dates and numbers of a language."""
        if language not in self._words:
            self._words[language] = DayWords(language)
        return self._words[language]

    def deals_of_client(self, budget: int) -> int:
        """How many deals a client with so many entries has."""
        if budget > 1_000:
            return 24
        mean = self.size.deals
        floor = int(mean)
        roll = self.rng.random()
        if roll < 0.12:
            return max(0, floor - 1) if mean < 1.3 else 1
        if roll > 0.88:
            return floor + 1 if mean < 1.3 else floor + 2
        return floor + (1 if self.rng.random() < mean - floor else 0)

    def remember_client(self, language: str, company: CompanyShape) -> None:
        """A client who may recommend us; the newest fifty are enough."""
        known = self._clients.setdefault(language, [])
        known.append(company)
        del known[:-50]

    def known_client(self, language: str, day: int) -> CompanyShape | None:
        """A client we had before that day, to recommend us."""
        known = [
            client
            for client in self._clients.get(language, [])
            if client.created_at.toordinal() < day
        ]
        return known[int(self.rng.random() * len(known))] if known else None

    def client_titled(self, language: str, title: str) -> CompanyShape | None:
        """The client of this title among those who may recommend us."""
        return next((c for c in self._clients.get(language, []) if c.title == title), None)

    def remember_alumnus(self, language: str, alumnus: Alumnus) -> None:
        """Somebody who may turn up elsewhere; the newest thirty are enough."""
        known = self._alumni.setdefault(language, [])
        known.append(alumnus)
        del known[:-30]

    def alumnus(self, language: str, day: int) -> Alumnus | None:
        """Somebody who left their firm three weeks before that day or earlier; each but once."""
        known = self._alumni.get(language, [])
        for place, alumnus in enumerate(known):
            if alumnus.left + 21 < day:
                return known.pop(place)
        return None
