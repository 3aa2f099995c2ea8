"""The life of one client, told in order: what is planned for it, and what changes on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from tablica.demo.story.arcs import Arc, Plan
from tablica.demo.story.beats import EARLY_FILLERS, FILLERS, TELLINGS
from tablica.demo.story.clients import Firm
from tablica.demo.story.clock import moment
from tablica.demo.story.crew import Cast
from tablica.demo.story.goods import BASKETS, COLOURS, PRODUCTS, Product
from tablica.demo.story.names import make_name
from tablica.demo.story.regions import Region, dial
from tablica.demo.story.shapes import (
    Chapter,
    DealShape,
    EntryShape,
    FollowShape,
    JobShape,
    PlacementShape,
)
from tablica.demo.story.state import Alumnus, Changes
from tablica.demo.story.titles import title_facts
from tablica.demo.story.voice import Voice

if TYPE_CHECKING:
    from tablica.demo.story.tell import Teller

_FILLER_LINE = [what for what, n in FILLERS for _ in range(n)]
_EARLY_LINE = [what for what, n in EARLY_FILLERS for _ in range(n)]
_STAGE_OF = {"to_qualified": "qualified", "to_offer": "offer", "to_negotiation": "negotiation"}
_OPENINGS = ("enquiry_web", "enquiry_web", "enquiry_call", "enquiry_call", "fair", "referral")


def rounded(amount: float) -> int:
    """Three figures that count, as people round prices."""
    step = 1
    while amount >= step * 1000:
        step *= 10
    return max(1, round(amount / step)) * step


class Life(Voice):
    """One client from the first contact until now.

    `budget` is about how many entries there are about it, `own` how many its own wall has at least.
    """

    def __init__(
        self,
        teller: Teller,
        region: Region,
        firm: Firm,
        cast: Cast,
        start: int,
        budget: int,
        own: int = 0,
    ) -> None:
        self.alumnus = teller.alumnus(region.language, start)
        super().__init__(teller, region, firm, cast, start, self.alumnus)
        self.budget, self.own = budget, own
        self._planned = self._counted = 0
        self.handlers: dict[str, Callable[[int, Arc], None]] = {
            "deal_created": self._deal_created,
            "amount_reduced": self._amount_reduced,
            "win": self._win,
            "lost": self._lost,
            "successor": self._successor,
            "owner_changed": self._owner_changed,
            "change_company": self._change_company,
            "change_person": self._change_person,
        }

    def tell(self) -> Chapter:
        """The whole chapter, its entries in order of time."""
        plan = Plan(self.clock, self.now, self.rng)
        self._plan(plan)
        plan.beats.sort(key=lambda beat: (beat.at, beat.order))
        for at, _order, what, arc in plan.beats:
            if at > self.now:
                break
            if what in _STAGE_OF:
                self._stage(at, arc, _STAGE_OF[what])
            elif what in self.handlers:
                self.handlers[what](at, arc)
            else:
                self.say(at, what, arc)
                if what == "chase" and arc.deal is not None and self.rng.random() < 0.35:
                    self._put_off(at + 90, arc.deal)
        self._follow()
        self.chapter.entries.sort(key=_when)
        self.teller.remember_client(self.region.language, self.company)
        return self.chapter

    # The plan.

    def _plan(self, plan: Plan) -> None:
        rng, start, age = self.rng, self.start, self.age
        opening = "returning" if self.alumnus else self._opening()
        if self.alumnus:
            self._return(self.alumnus)
        bought = [start] if self.is_old_client else []
        deals = self.teller.deals_of_client(self.budget)
        for number in range(deals):
            day = start
            if number or (self.is_old_client and rng.random() < 0.5):
                # Half of them are young, so that there is always something in the pipeline.
                back = rng.random() ** 2 * 100 if rng.random() < 0.75 else rng.random() * age
                day += age - int(min(back, age))
            arc = self._sale_arc(day)
            if plan.sale(arc, "again" if number else opening):
                self._plan_invoices(plan, arc)
                bought.append(arc.days["installed"] + 15)
        if not deals:
            plan.step(self._arc(start), "checkin" if self.is_old_client else "prospect", 0, 2)
        self.client_from = min(bought, default=start + age + 1)
        self._plan_changes(plan)
        missing = self.budget - len(self.chapter.entries)
        if self.client_from > start + age:
            # With a prospect there is less to write about; others make up for it.
            missing = int(missing * 0.6)
        while plan.told < missing or self._is_wall_short(plan):
            self._fill(plan, start + 1 + int(rng.random() * age))

    def _is_wall_short(self, plan: Plan) -> bool:
        """Whether the client's own wall, not those of its deals and persons, needs more."""
        told = (beat.what for beat in plan.beats[self._counted :] if beat.at <= plan.now)
        self._planned += sum(what in TELLINGS and TELLINGS[what].wall == "company" for what in told)
        self._counted = len(plan.beats)
        return self._planned < self.own

    def _plan_changes(self, plan: Plan) -> None:
        """What may happen once in a long acquaintance."""
        rng, since = self.rng, self.client_from
        span = self.start + self.age - since
        if span > 220 and rng.random() < 0.4:
            plan.renewal(self._renewal_arc(since + 180 + int(rng.random() * (span - 180))))
        if span > 120 and rng.random() < 0.35:
            plan.leave(self._leave_arc(since + 60 + int(rng.random() * (span - 60))))
        heir_is_free = self.cast.next_seller not in (self.cast.svc, self.cast.prj)
        if span > 150 and heir_is_free and rng.random() < 0.25:
            plan.handover(self._arc(since + 90 + int(rng.random() * (span - 90))))

    def _opening(self) -> str:
        if self.is_old_client:
            return "again"
        opening = _OPENINGS[int(self.rng.random() * len(_OPENINGS))]
        if opening == "referral":
            client = self.teller.known_client(self.region.language, self.start)
            if client is None:
                return "enquiry_call"
            self.facts |= title_facts("ref", client.title)
        return opening

    def _return(self, alumnus: Alumnus) -> None:
        """The old acquaintance works here now; their own wall says so."""
        self.facts |= title_facts("ref", alumnus.company)
        self.chapter.jobs.append(JobShape(alumnus.shape.key, self.company.key))
        changes: Changes = [("companies", [], [self.company.key])]
        at = self.clock.at(self.start, 8 * 60 + 9)
        self.change(alumnus.shape, self.cast.seller, at, changes)

    def _plan_invoices(self, plan: Plan, sale: Arc) -> None:
        whole, parts = ((1.0, "installed"),), ((0.4, "won"), (0.6, "installed"))
        for share, after in parts if self.rng.random() < 0.6 else whole:
            arc = Arc(sale.days[after] + 1, dict(sale.facts), product=sale.product)
            total = rounded((sale.reduced if "revised" in sale.days else sale.amount) * share)
            arc.facts["sum"] = self.words.money(total, self.region.currency)
            arc.facts["inv"] = self.teller.number("FV", arc.day)
            plan.invoice(arc, 0.22)

    def _fill(self, plan: Plan, day: int) -> None:
        line = _FILLER_LINE if day >= self.client_from else _EARLY_LINE
        what = line[int(self.rng.random() * len(line))]
        arc = self._arc(day)
        if what == "complaint":
            plan.complaint(arc)
        elif what == "service":
            plan.service(arc)
        elif what in ("shop_order", "basket", "newsletter"):
            self._add_shopping(arc, what)
            plan.by_machine(arc, what, day)
        else:
            plan.step(arc, what, 0, 0)

    # Facts of an arc.

    def _arc(self, day: int) -> Arc:
        product = self._product()
        one, many = product.names[self.region.language]
        colours = COLOURS[self.region.language]
        facts = {
            "prod": one,
            "Prod": one[0].upper() + one[1:],
            "prodG": many,
            "prodN": many,
            "colour": colours[int(self.rng.random() * len(colours))],
            "disc": self.words.number(3 + int(self.rng.random() * 9)),
        }
        return Arc(self.clock.workday(day), facts, product=product)

    def _product(self) -> Product:
        basket = BASKETS[self.firm.trade]
        return PRODUCTS[basket[int(self.rng.random() ** 1.4 * len(basket))]]

    def _sale_arc(self, day: int) -> Arc:
        rng, words, region = self.rng, self.words, self.region
        arc = self._arc(day)
        assert arc.product is not None
        low, high = arc.product.batch
        arc.quantity = low + int(rng.random() * (high - low + 1))
        price = arc.product.price * arc.quantity * (0.95 + rng.random() * 0.3) + 400
        arc.amount = rounded(price * region.rate)
        discount = 3 + int(rng.random() * 7)
        arc.reduced = rounded(arc.amount * (100 - discount) / 100)
        arc.facts |= {
            "qty": words.number(arc.quantity),
            "amount": words.money(arc.amount, region.currency),
            "amount2": words.money(arc.reduced, region.currency),
            "disc": words.number(discount),
            "weeks": words.number(3 + int(rng.random() * 6)),
            "dims": words.length(90 + 10 * int(rng.random() * 40)),
            "offer": self.teller.number("OF", arc.day),
        }
        return arc

    def _renewal_arc(self, day: int) -> Arc:
        arc = self._arc(day)
        arc.amount = arc.reduced = rounded((250 + self.rng.random() * 900) * self.region.rate)
        arc.facts["amount"] = self.words.money(arc.amount, self.region.currency)
        arc.facts["year"] = self.words.year(arc.day)
        arc.is_renewal = True
        return arc

    def _leave_arc(self, day: int) -> Arc:
        arc = self._arc(day)
        arc.newcomer = make_name(self.region.code, self.region.language, self.rng)
        arc.facts["s"] = arc.newcomer.forms[0]
        return arc

    def _add_shopping(self, arc: Arc, what: str) -> None:
        rng, words = self.rng, self.words
        if what == "newsletter":
            arc.facts["issue"] = self.word("issue")
            arc.facts["k2"] = words.number(1 + int(rng.random() * 9))
            return
        lines = []
        for _ in range(1 + int(rng.random() * 3)):
            count = 1 + int(rng.random() * 6)
            arc.amount += count * rounded((6 + rng.random() * 60) * self.region.rate)
            lines.append(f"- {words.number(count)} × {self.word('part')}")
        arc.facts["items"] = "\n".join(lines)
        arc.facts["sum"] = words.money(arc.amount, self.region.currency)
        arc.facts["order"] = self.teller.number("ZS", arc.day)

    # What changes on the way.

    def _deal_created(self, seconds: int, arc: Arc) -> None:
        at, seller = moment(seconds), self.cast.seller
        subject = "title_renewal" if arc.is_renewal else "title_deal"
        facts = self.facts | arc.facts
        deal = DealShape(
            key=self.teller.record_key(),
            title=self.pack.draw(subject, self.rng).phrase.say(facts, self.rng),
            owner=seller,
            team=self.cast.team,
            created_at=at,
            created_by=seller,
            touched_at=at,
            language=self.region.language,
            audience=self.company.audience,
            company=self.company.key,
            people=[self.lead.key],
            amount=Decimal(arc.amount),
            currency=self.region.currency,
            stage_since=at,
            expected_close=date.fromordinal(self.clock.workday(arc.days["deal_created"] + 45)),
        )
        if self.rng.random() < 0.3:
            deal.people.append(self.second.key)
        arc.deal = deal
        self.chapter.deals.append(deal)
        self.open_deals.append(deal)
        self.note(deal, "created", seller, at)
        if arc.opening is not None:
            arc.opening.placements.append(PlacementShape(deal.key, seller, at))

    def _stage(self, seconds: int, arc: Arc, stage: str) -> None:
        assert arc.deal is not None
        changes = [("stage", arc.deal.stage, stage)]
        self.change(arc.deal, self.cast.seller, seconds, changes, "stage")
        arc.deal.stage, arc.deal.stage_since = stage, moment(seconds)

    def _amount_reduced(self, seconds: int, arc: Arc) -> None:
        assert arc.deal is not None
        changes = [("amount", f"{arc.deal.amount}.00", f"{arc.reduced}.00")]
        self.change(arc.deal, self.cast.seller, seconds, changes)
        arc.deal.amount = Decimal(arc.reduced)
        arc.facts["amount"] = arc.facts["amount2"]

    def _put_off(self, seconds: int, deal: DealShape) -> None:
        """The expected close moves two or three weeks on."""
        before = deal.expected_close
        if before is None or seconds > self.now:
            return
        after = max(before, moment(seconds).date()) + timedelta(
            days=14 + int(self.rng.random() * 8)
        )
        changes = [("expected_close", before.isoformat(), after.isoformat())]
        self.change(deal, self.cast.seller, seconds, changes)
        deal.expected_close = after

    def _win(self, seconds: int, arc: Arc) -> None:
        deal, seller = arc.deal, self.cast.seller
        assert deal is not None
        self.change(deal, seller, seconds, [("outcome", "open", "won")], "won")
        deal.outcome, deal.closed_at = "won", moment(seconds)
        self.open_deals.remove(deal)
        changes = [("relationship", self.company.relationship, "client")]
        self.change(self.company, seller, min(seconds + 40, self.now), changes)
        self.company.relationship = "client"

    def _lost(self, seconds: int, arc: Arc) -> None:
        deal = arc.deal
        assert deal is not None
        reasons = ("silent", "postponed", "price", "competitor", "renewal")
        why = next(
            (name for name in reasons if f"lost_{name}" in arc.days),
            "renewal",
        )
        reason = self.word(f"reason_{why}")
        changes = [("outcome", "open", "lost"), ("outcome_reason", "", reason)]
        self.change(deal, self.cast.seller, seconds, changes, "lost")
        deal.outcome, deal.outcome_reason, deal.closed_at = "lost", reason, moment(seconds)
        self.open_deals.remove(deal)

    def _successor(self, seconds: int, arc: Arc) -> None:
        """The contact's job here ends; somebody new is the one to talk to."""
        gone, key = self.lead, self.company.key
        self.chapter.jobs = [
            job for job in self.chapter.jobs if (job.person, job.company) != (gone.key, key)
        ]
        changes: list[tuple[str, object, object]] = [("companies", [key], [])]
        if self.lead_is_ours:
            changes.append(("email", gone.email, ""))
            gone.email = ""
            day = self.clock.day_of(seconds)
            known = Alumnus(gone, self.lead_name, day, self.company.title)
            self.teller.remember_alumnus(self.region.language, known)
        self.change(gone, self.cast.seller, seconds, changes)
        self.lead_name, self.lead = self.meet("lead", moment(seconds), arc.newcomer)
        self.facts |= self.lead_name.facts("p")

    def _owner_changed(self, seconds: int, arc: Arc) -> None:
        before, after = self.cast.seller, self.cast.next_seller
        for record in (self.company, *self.open_deals):
            self.change(record, self.cast.boss, seconds, [("owner", before, after)])
            record.owner = after
        self.cast = self.cast._replace(seller=after, next_seller=before)
        self.facts["seller"] = self.teller.crew.by_key[after].name.split()[0]

    def _change_company(self, seconds: int, arc: Arc) -> None:
        company, roll = self.company, self.rng.random()
        changes: list[tuple[str, object, object]] = []
        if roll < 0.45:
            phone = dial(self.region.phone, self.rng)
            changes.append(("phone", company.phone, phone))
            company.phone = phone
        if 0.35 < roll < 0.8:
            address = self.new_address()
            changes.append(("address", company.address, address))
            company.address = address
        if roll >= 0.8:
            about = self.word("about")
            changes.append(("about", company.about, about))
            company.about = about
        self.change(company, self.cast.seller, seconds, changes)

    def _change_person(self, seconds: int, arc: Arc) -> None:
        person = self.second
        if self.rng.random() < 0.6:
            mobile = dial(self.region.mobile, self.rng)
            self.change(person, self.cast.seller, seconds, [("mobile", person.mobile, mobile)])
            person.mobile = mobile
        else:
            phone = dial(self.region.phone, self.rng)
            self.change(person, self.cast.seller, seconds, [("phone", person.phone, phone)])
            person.phone = phone

    def _follow(self) -> None:
        rng = self.rng
        for record in (self.company, *self.chapter.persons, *self.chapter.deals):
            wanted = {record.owner: "all"}
            if record is self.company and rng.random() < 0.4:
                wanted.setdefault(self.cast.boss, "talk")
            if record is self.company and rng.random() < 0.12:
                wanted.setdefault(self.cast.chief, "all")
            if isinstance(record, DealShape) and rng.random() < 0.3:
                wanted.setdefault(self.cast.prj, "mentions")
            record.follows = [FollowShape(person, mode) for person, mode in wanted.items()]


def _when(entry: EntryShape) -> tuple[object, int]:
    return entry.happened_at, entry.key
