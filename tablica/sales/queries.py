"""Reading deals: one quiet line each, and the board."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Sum
from django.utils import timezone
from django.utils.translation import get_language

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.sales.models import Deal, Stage
from tablica.shared.money import format_money

CARDS_PER_COLUMN = 50


def stages() -> list[Stage]:
    """The stages of the pipeline in order."""
    return list(Stage.objects.order_by("position"))


def describe_deals(ids: Iterable[int]) -> dict[int, str]:
    """Amount and stage, or how it ended, of each deal."""
    rows = (
        Deal.objects.unguarded(reason="the caller's records are the reader's")
        .filter(pk__in=ids)
        .select_related("stage")
    )
    language = get_language() or "en"
    described = {}
    for deal in rows:
        state = deal.stage.name if deal.is_open else deal.get_outcome_display()
        parts = [state]
        if deal.amount is not None:
            parts.insert(0, format_money(deal.amount, deal.currency, language))
        described[deal.pk] = " · ".join(str(p) for p in parts)
    return described


@dataclass(frozen=True)
class Card:
    """A deal on the board. `client` is its company's name when the reader may see it."""

    id: int
    title: str
    version: int
    amount: str
    client: str
    owner: User | None
    days: int
    stalled: bool


@dataclass(frozen=True)
class Column:
    """One stage of the board: its first cards, how many deals, and the sums per currency."""

    stage: Stage
    cards: list[Card]
    count: int
    sums: list[str]


def board(user: User, *, mine: bool = False) -> list[Column]:
    """The open deals `user` may see, by stage; the longest untouched first. Six queries at most."""
    deals = Deal.objects.visible_to(user).filter(outcome=Deal.Outcome.OPEN)
    if mine:
        deals = deals.filter(record__owner=user)
    totals = (
        deals.order_by().values("stage", "currency").annotate(n=Count("pk"), total=Sum("amount"))
    )
    language = get_language() or "en"
    counts: dict[int, int] = {}
    sums: dict[int, list[str]] = {}
    for row in totals.order_by("currency"):
        counts[row["stage"]] = counts.get(row["stage"], 0) + row["n"]
        if row["total"]:
            sums.setdefault(row["stage"], []).append(
                format_money(row["total"], row["currency"], language)
            )
    columns = []
    for stage in stages():
        shown = list(
            deals.filter(stage=stage)
            .select_related("record__owner", "stage")
            .order_by("stage_since", "pk")[:CARDS_PER_COLUMN]
        )
        columns.append((stage, shown))
    clients = _client_names(user, [d for _stage, shown in columns for d in shown])
    now = timezone.now()
    return [
        Column(
            stage=stage,
            cards=[_card(d, clients, now, language) for d in shown],
            count=counts.get(stage.pk, 0),
            sums=sums.get(stage.pk, []),
        )
        for stage, shown in columns
    ]


def card_of(user: User, deal: Deal) -> Card:
    """One card anew, after its deal changed."""
    return _card(deal, _client_names(user, [deal]), timezone.now(), get_language() or "en")


def _client_names(user: User, deals: list[Deal]) -> dict[int, str]:
    wanted = {d.company_id for d in deals if d.company_id}
    return dict(Record.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", "title"))


def _card(deal: Deal, clients: dict[int, str], now: datetime, language: str) -> Card:
    idle = now - deal.stage_since
    return Card(
        id=deal.pk,
        title=deal.record.title,
        version=deal.record.version,
        amount="" if deal.amount is None else format_money(deal.amount, deal.currency, language),
        client=clients.get(deal.company_id or 0, ""),
        owner=deal.record.owner,
        days=max(idle.days, 0),
        stalled=idle > timedelta(days=deal.stage.days),
    )
