"""The files that hang on entries."""

from __future__ import annotations

from datetime import date

from tablica.demo.story import files
from tablica.demo.story.arcs import Arc
from tablica.demo.story.clients import Firm
from tablica.demo.story.shapes import FileShape


def make_paper(
    kind: str, arc: Arc, firm: Firm, currency: str, person: str, day: date, seed: int
) -> FileShape:
    """A file of the kind offer, revised, plan, photo, lines or report."""
    stem = firm.domain.removesuffix(".example")
    if kind in ("offer", "revised"):
        return _offer(kind, arc, stem, currency, day)
    if kind == "plan":
        units = arc.quantity
        return FileShape(f"plan-{stem}.png", "image/png", lambda: files.floor_plan(seed, units))
    if kind == "photo":
        name = f"{day.isoformat()}-{stem}.png"
        return FileShape(name, "image/png", lambda: files.photo(seed))
    if kind == "lines":
        rows = [line[2:].split(" × ", 1) for line in arc.facts["items"].split("\n")]
        name = f"{arc.facts['order'].replace('/', '-')}.csv"
        return FileShape(name, "text/csv", lambda: files.table(("quantity", "item"), rows))
    lines = [firm.title, firm.city.name, day.isoformat(), arc.facts["prod"], person]
    name = f"report-{day.isoformat()}-{stem}.txt"
    return FileShape(name, "text/plain", lambda: files.text(lines))


def _offer(kind: str, arc: Arc, stem: str, currency: str, day: date) -> FileShape:
    number = arc.facts["offer"]
    total = arc.amount if kind == "offer" else arc.reduced
    goods = arc.product.names["en"][0] if arc.product else "service"
    lines = [
        f"Client: {stem.replace('-', ' ').title()}",
        f"Date: {day.isoformat()}",
        "",
        f"{arc.quantity} x {goods}",
        f"Total: {total:,} {currency}",
        "",
        "The price includes delivery, carrying in and fitting.",
        "Guarantee 24 months. This offer is valid for 30 days.",
        "",
        "Zielony Regał sp. z o.o., Poznań",
    ]
    name = f"{number.replace('/', '-')}{'-v2' if kind == 'revised' else ''}.pdf"
    return FileShape(name, "application/pdf", lambda: files.pdf(f"Offer {number}", lines))
