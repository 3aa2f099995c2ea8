"""One client as it stands at a moment of its story, and what the system itself notes about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tablica.demo.story.beats import TAG_NAMES
from tablica.demo.story.clients import Firm
from tablica.demo.story.clock import moment
from tablica.demo.story.crew import Cast
from tablica.demo.story.goods import RIVALS
from tablica.demo.story.names import Name, make_name
from tablica.demo.story.phrases import Phrase
from tablica.demo.story.regions import Region, dial
from tablica.demo.story.shapes import (
    Chapter,
    CompanyShape,
    DealShape,
    EntryShape,
    JobShape,
    PersonShape,
    RecordShape,
)
from tablica.demo.story.titles import title_facts

if TYPE_CHECKING:
    from tablica.demo.story.tell import Teller

Changes = Sequence[tuple[str, object, object]]


class Alumnus(NamedTuple):
    """Somebody who left a client and may turn up at another. `left` is a day."""

    shape: PersonShape
    name: Name
    left: int
    company: str


class ClientState:
    """The firm, the people we talk to, and the facts that every text about it may use."""

    def __init__(
        self,
        teller: Teller,
        region: Region,
        firm: Firm,
        cast: Cast,
        start: int,
        alumnus: Alumnus | None,
    ) -> None:
        self.teller, self.region, self.firm, self.cast = teller, region, firm, cast
        self.rng: Random = teller.rng
        self.clock = teller.clock(region)
        self.pack = teller.pack(region.language)
        self.words = teller.words(region.language)
        self.now = teller.now
        self.start = self.clock.workday(start)
        self.age = max(self.clock.day_of(self.now) - self.start, 1)
        self.is_old_client = not alumnus and self.age > 200 and self.rng.random() < 0.5
        self.chapter = Chapter()
        self.open_deals: list[DealShape] = []
        self.used: set[Phrase] = set()
        at = moment(self.clock.at(self.start, 8 * 60 + 5, int(self.rng.random() * 60)))
        self.born = at
        self.facts = self._first_facts()
        self.company = self._found(at)
        if alumnus is None:
            self.lead_name, self.lead = self.meet("lead", at + timedelta(minutes=3))
        else:
            self.lead_name, self.lead = alumnus.name, alumnus.shape
        self.second_name, self.second = self.meet("accounts", at + timedelta(minutes=5))
        if self.rng.random() < 0.5:
            self.meet("technical", at + timedelta(minutes=8))
        self.facts |= self.lead_name.facts("p")
        self.facts |= self.second_name.facts("q")

    def _first_facts(self) -> dict[str, str]:
        crew, rivals = self.teller.crew.by_key, RIVALS[self.region.language]
        facts = {
            "city": self.firm.city.name,
            "within": self.firm.city.within,
            "rival": rivals[int(self.rng.random() * len(rivals))],
        }
        facts |= title_facts("comp", self.firm.title)
        for role in ("seller", "svc", "prj"):
            facts[role] = crew[getattr(self.cast, role)].name.split()[0]
        return facts

    def _found(self, at: datetime) -> CompanyShape:
        region, firm, rng = self.region, self.firm, self.rng
        language = region.language
        address = self.new_address()
        company = CompanyShape(
            key=self.teller.record_key(),
            title=firm.title,
            owner=self.cast.seller,
            team=self.cast.team,
            created_at=at,
            created_by=self.cast.seller,
            touched_at=at,
            language=language,
            audience="team" if rng.random() < 0.05 else "everyone",
            relationship="client" if self.is_old_client else "lead",
            industry=self.word(f"industry_{firm.trade}"),
            tax_id=region.tax_id(rng),
            website=f"https://{firm.domain}",
            email=f"{'biuro' if language == 'pl' else 'info'}@{firm.domain}",
            phone=dial(region.phone, rng),
            address=address,
            city=firm.city.name,
            country=region.code,
            about=self.word("about") if rng.random() < 0.6 else "",
        )
        for name, likely in (("vip", 0.1), ("chain", 0.12), ("watch", 0.06)):
            if rng.random() < likely:
                company.tags.append(TAG_NAMES[name][language])
        self.chapter.companies.append(company)
        self.note(company, "created", self.cast.seller, at)
        return company

    def new_address(self) -> str:
        """A street and a number; texts speak of it from now on."""
        region, rng = self.region, self.rng
        street = region.streets[int(rng.random() * len(region.streets))]
        address = region.house.format(street=street, house=1 + int(rng.random() * 140))
        self.facts["addr"] = f"{address}, {self.firm.city.name}"
        return address

    def meet(self, role: str, at: datetime, name: Name | None = None) -> tuple[Name, PersonShape]:
        """Somebody new at the client, in the role lead, accounts or technical."""
        rng, region = self.rng, self.region
        name = name or make_name(region.code, region.language, rng)
        shape = PersonShape(
            key=self.teller.record_key(),
            title=name.full,
            owner=self.cast.seller,
            team=self.cast.team,
            created_at=at,
            created_by=self.cast.seller,
            touched_at=at,
            language=region.language,
            audience=self.company.audience,
            position=self.pack.draw(role, rng).phrase.say(name.facts("p"), rng),
            email=f"{name.latin}@{self.firm.domain}",
            mobile=dial(region.mobile, rng),
            city=self.firm.city.name,
        )
        if rng.random() < 0.35:
            shape.birthday = date(1960, 1, 1) + timedelta(days=int(rng.random() * 14_000))
        self.chapter.persons.append(shape)
        self.chapter.jobs.append(JobShape(shape.key, self.company.key))
        self.note(shape, "created", self.cast.seller, at)
        return name, shape

    def word(self, subject: str) -> str:
        """A text that needs no facts."""
        return self.pack.draw(subject, self.rng).phrase.say({}, self.rng)

    def note(self, record: RecordShape, kind: str, by: int, at: datetime) -> EntryShape:
        """An automatic entry."""
        entry = EntryShape(
            key=self.teller.entry_key(),
            record=record.key,
            type=kind,
            author=by,
            happened_at=at,
            language=self.region.language,
        )
        self.chapter.entries.append(entry)
        self.touch(record, at)
        return entry

    def change(
        self, record: RecordShape, by: int, seconds: int, changes: Changes, kind: str = "changed"
    ) -> None:
        """Note `(field, before, after)` of one save; equal values are no news."""
        told = [change for change in changes if change[1] != change[2]]
        if told:
            entry = self.note(record, kind, by, moment(seconds))
            entry.data = {
                "changes": [{"field": name, "from": old, "to": new} for name, old, new in told]
            }

    def touch(self, record: RecordShape, at: datetime) -> None:
        """Something happened on this wall."""
        if record.created_at < self.born:
            self.chapter.touched[record.key] = at
        record.touched_at = max(record.touched_at, at)

    @property
    def lead_is_ours(self) -> bool:
        """Whether the present contact's record belongs to this chapter."""
        return self.lead.created_at >= self.born
