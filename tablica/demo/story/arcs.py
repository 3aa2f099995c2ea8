"""What happens to one client and when: the plan, before a word of it is written.

An arc is a chain of beats that belong together: a sale, a complaint, an invoice. Beats that would
fall into the future are planned too, so that texts may speak of coming days; they are not told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from tablica.demo.story.clock import WorkClock
from tablica.demo.story.goods import Product
from tablica.demo.story.names import Name
from tablica.demo.story.shapes import DealShape, EntryShape


@dataclass(slots=True)
class Arc:
    """A chain of beats with the facts that stay the same through it.

    `day` and `at` are the plan's last day and moment, `days` the day of each subject.
    """

    day: int
    facts: dict[str, str]
    at: int = 0
    days: dict[str, int] = field(default_factory=dict)
    product: Product | None = None
    quantity: int = 0
    amount: int = 0
    reduced: int = 0
    deal: DealShape | None = None
    opening: EntryShape | None = None
    newcomer: Name | None = None
    is_renewal: bool = False


class Beat(NamedTuple):
    """Something that happens at a moment (seconds since 1970); `order` parts equal moments."""

    at: int
    order: int
    what: str
    arc: Arc


class Plan:
    """Collects the beats of one client."""

    def __init__(self, clock: WorkClock, now: int, rng: Random) -> None:
        self.clock, self.now, self.rng = clock, now, rng
        self.beats: list[Beat] = []
        self.told = 0

    def step(self, arc: Arc, what: str, low: int, high: int) -> None:
        """The next beat, `low` to `high` working days after the last."""
        plus = low + int(self.rng.random() * (high - low + 1))
        day = self.clock.workday(arc.day, plus)
        if day == arc.day and arc.at:
            arc.at = self.clock.later(arc.at, 25 + int(self.rng.random() * 150))
            day = self.clock.day_of(arc.at)
        else:
            arc.at = self.clock.in_hours(day, self.rng)
        arc.day = day
        self._add(arc, what)

    def soon(self, arc: Arc, what: str, minutes: int = 4) -> None:
        """The next beat, a few minutes after the last."""
        arc.at += 60 * minutes + int(self.rng.random() * 240)
        self._add(arc, what)

    def by_machine(self, arc: Arc, what: str, day: int) -> None:
        """A beat of a tool, which keeps no office hours."""
        arc.day = day
        arc.at = self.clock.at(day, int(self.rng.random() * 1440), int(self.rng.random() * 60))
        self._add(arc, what)

    def chance(self, likely: float) -> bool:
        return self.rng.random() < likely

    def _add(self, arc: Arc, what: str) -> None:
        arc.days[what] = arc.day
        if arc.at <= self.now:
            self.told += 1
        self.beats.append(Beat(arc.at, len(self.beats), what, arc))

    def sale(self, arc: Arc, opening: str) -> bool:
        """A sale from the first word to its end. True when it is won, in time or later."""
        chance = self.chance
        self.step(arc, opening, 0, 0)
        self.soon(arc, "deal_created", 3)
        self.step(arc, "first_call", 0, 2)
        if chance(0.5):
            self.step(arc, "need", 1, 3)
        self.step(arc, "visit", 2, 8)
        self.soon(arc, "to_qualified", 20)
        if chance(0.14):
            self.step(arc, "chase", 6, 12)
            self.step(arc, "lost_postponed", 5, 15)
            self.soon(arc, "lost")
            return False
        if chance(0.65):
            self.step(arc, "calc", 1, 3)
        self.step(arc, "offer", 1, 4)
        self.soon(arc, "to_offer")
        if chance(0.35):
            self.step(arc, "offer_question", 1, 3)
        self.step(arc, "offer_call", 2, 5)
        roll = self.rng.random()
        if roll < 0.14:
            return self._fade(arc)
        if roll < 0.3:
            return self._lose(arc)
        self._haggle(arc)
        if chance(0.22):
            return self._lose(arc)
        self.step(arc, "won", 1, 6)
        self.soon(arc, "win")
        self._deliver(arc)
        return True

    def _fade(self, arc: Arc) -> bool:
        for _ in range(2 + int(self.rng.random() * 2)):
            self.step(arc, "chase", 6, 14)
        self.step(arc, "lost_silent", 10, 25)
        self.soon(arc, "lost")
        return False

    def _lose(self, arc: Arc) -> bool:
        if self.chance(0.4):
            self.step(arc, "chase", 4, 9)
        self.step(arc, "lost_price" if self.chance(0.55) else "lost_competitor", 2, 10)
        self.soon(arc, "lost")
        return False

    def _haggle(self, arc: Arc) -> None:
        if self.chance(0.6):
            self.step(arc, "negotiation", 2, 7)
            self.soon(arc, "to_negotiation", 15)
            if self.chance(0.5):
                self.step(arc, "discount", 0, 1)
        if self.chance(0.5):
            self.step(arc, "revised", 1, 3)
            self.soon(arc, "amount_reduced")

    def _deliver(self, arc: Arc) -> None:
        chance = self.chance
        if chance(0.75):
            self.step(arc, "delivery_plan", 4, 12)
        if chance(0.42):
            kind = ("delay", "damage", "wrong")[int(self.rng.random() * 3)]
            self.step(arc, f"trouble_{kind}", 3, 12)
            arc.days["planned"] = self.clock.workday(arc.day, 1 if kind == "delay" else 0)
            self.step(arc, f"solved_{kind}", 3, 9)
            self.step(arc, "installed", 0, 2)
        else:
            self.step(arc, "installed", 5, 16)
            arc.days["planned"] = arc.day
        if chance(0.6):
            self.step(arc, "after", 8, 18)

    def invoice(self, arc: Arc, late: float) -> None:
        """An invoice at the arc's day, and how its payment went."""
        day = arc.day
        arc.days["invoice_due"] = day + 14
        self.by_machine(arc, "invoice", day)
        if not self.chance(late):
            self.by_machine(arc, "invoice_paid", day + 3 + int(self.rng.random() * 11))
            return
        self.by_machine(arc, "invoice_overdue", day + 24 + int(self.rng.random() * 10))
        self.step(arc, "pay_call", 1, 3)
        if self.chance(0.7):
            self.step(arc, "pay_promise", 1, 4)
        if self.chance(0.92):
            self.by_machine(arc, "invoice_paid", arc.day + 2 + int(self.rng.random() * 12))

    def complaint(self, arc: Arc) -> None:
        """Something broke and is mended."""
        kind = arc.product.kind if arc.product else "mech"
        self.step(arc, f"complaint_{kind}", 0, 0)
        self.step(arc, f"fixed_{kind}", 1, 6)

    def service(self, arc: Arc) -> None:
        """A request for service and its end."""
        self.step(arc, "service_request", 0, 0)
        self.step(arc, "service_done", 2, 9)

    def renewal(self, arc: Arc) -> None:
        """The service contract is renewed, or not."""
        renewed = self.chance(0.72)
        self.step(arc, "deal_created", 0, 0)
        self.step(arc, "renewal_call", 0, 2)
        self.soon(arc, "to_offer", 12)
        self.step(arc, "renewal_won" if renewed else "renewal_lost", 4, 14)
        arc.days["renewal_end"] = arc.day
        self.soon(arc, "win" if renewed else "lost")

    def leave(self, arc: Arc) -> None:
        """The one we talked to leaves; somebody else takes over."""
        self.step(arc, "person_left", 0, 0)
        self.soon(arc, "successor", 10)
        self.step(arc, "new_contact", 6, 18)

    def handover(self, arc: Arc) -> None:
        """The client gets another owner among us."""
        self.step(arc, "owner_changed", 0, 0)
        self.step(arc, "handover", 0, 1)
