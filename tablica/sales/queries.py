"""Reading deals: one quiet line each, and the board."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import get_language

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.records.rules import hidden_fields, may
from tablica.sales.models import DEFAULT_CURRENCY, Deal, Stage
from tablica.sales.rules import may_end, may_move_on, sees_way
from tablica.shared.money import format_money

CARDS_PER_COLUMN = 50


def stages() -> list[Stage]:
    """The stages of the pipeline in order."""
    return list(Stage.objects.order_by("position"))


def usual_currency(user: User) -> str:
    """The currency of the deal that `user` added last as its owner; at first euros."""
    own = Deal.objects.visible_to(user).filter(record__owner=user)
    return own.order_by("-pk").values_list("currency", flat=True).first() or DEFAULT_CURRENCY


def describe_deals(ids: Iterable[int], hidden: Collection[str]) -> dict[int, str]:
    """Amount and stage, or how it ended, of each deal."""
    rows = (
        Deal.objects.unguarded(reason="the caller's records are the reader's")
        .filter(pk__in=ids)
        .select_related("stage")
    )
    language = get_language() or "en"
    described = {}
    for deal in rows:
        parts = [_money(deal, language, hidden)]
        if "outcome" not in hidden and not deal.is_open:
            parts.append(deal.get_outcome_display())
        elif not {"outcome", "stage"} & set(hidden):
            parts.append(str(deal.stage))
        described[deal.pk] = " · ".join(filter(None, parts))
    return described


def _money(deal: Deal, language: str, hidden: Collection[str]) -> str:
    """The amount with its currency; nothing where it tells one that is hidden."""
    if deal.amount is None or {"amount", "currency"} & set(hidden):
        return ""
    return format_money(deal.amount, deal.currency, language)


@dataclass(frozen=True)
class Card:
    """A deal on the board. `client` is its company when the reader may see it."""

    id: int
    title: str
    version: int
    amount: str
    client: str
    client_id: int | None
    stage: str
    owner: User | None
    days: int
    stalled: bool
    may_move: bool


@dataclass(frozen=True)
class Column:
    """One stage of the board: how many deals, the sums per currency, and its first cards."""

    stage: Stage
    count: int
    sums: list[str]
    cards: list[Card]

    @property
    def hidden(self) -> int:
        """How many deals have no card here."""
        return self.count - len(self.cards)


def board(user: User, *, mine: bool = False) -> list[Column]:
    """The open deals `user` may see, by stage; the longest untouched first. Six queries at most."""
    heads = columns(user, mine=mine)
    shown = {
        column.stage.pk: list(
            _open(user, mine=mine)
            .filter(stage=column.stage)
            .select_related("record__owner", "stage")
            .order_by("stage_since", "pk")[:CARDS_PER_COLUMN]
        )
        for column in heads
    }
    clients = _client_names(user, [deal for deals in shown.values() for deal in deals])
    now, language = timezone.now(), get_language() or "en"
    return [
        replace(head, cards=[_card(user, d, clients, now, language) for d in shown[head.stage.pk]])
        for head in heads
    ]


def columns(user: User, *, mine: bool = False) -> list[Column]:
    """The columns of the board without their cards: counts and sums. Two queries."""
    deals = _open(user, mine=mine)
    totals = (
        deals.order_by().values("stage", "currency").annotate(n=Count("pk"), total=Sum("amount"))
    )
    language = get_language() or "en"
    summed = not {"amount", "currency"} & hidden_fields(user, "deal")
    counts: dict[int, int] = {}
    sums: dict[int, list[str]] = {}
    for row in totals.order_by("currency"):
        counts[row["stage"]] = counts.get(row["stage"], 0) + row["n"]
        if row["total"] and summed:
            sums.setdefault(row["stage"], []).append(
                format_money(row["total"], row["currency"], language)
            )
    return [
        Column(stage, counts.get(stage.pk, 0), sums.get(stage.pk, []), cards=[])
        for stage in stages()
    ]


def _open(user: User, *, mine: bool) -> QuerySet[Deal]:
    deals = Deal.objects.visible_to(user).filter(outcome=Deal.Outcome.OPEN)
    return deals.filter(record__owner=user) if mine else deals


def card_of(user: User, deal: Deal) -> Card:
    """One card anew, after its deal changed."""
    names = _client_names(user, [deal])
    return _card(user, deal, names, timezone.now(), get_language() or "en")


def _client_names(user: User, deals: list[Deal]) -> dict[int, str]:
    if "company" in hidden_fields(user, "deal"):
        return {}
    wanted = {d.company_id for d in deals if d.company_id}
    return dict(Record.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", "title"))


def _card(user: User, deal: Deal, clients: dict[int, str], now: datetime, language: str) -> Card:
    idle = now - deal.stage_since
    return Card(
        id=deal.pk,
        title=deal.record.title,
        version=deal.record.version,
        amount=_money(deal, language, hidden_fields(user, "deal")),
        client=clients.get(deal.company_id or 0, ""),
        client_id=deal.company_id if deal.company_id in clients else None,
        stage=deal.stage.slug,
        owner=deal.record.owner,
        days=max(idle.days, 0),
        stalled=idle > timedelta(days=deal.stage.days),
        may_move=may_move_on(user) and may(user, "edit", deal.record),
    )


@dataclass(frozen=True)
class Step:
    """One stage on the way of a deal."""

    stage: Stage
    is_past: bool
    is_now: bool


@dataclass(frozen=True)
class Way:
    """How far a deal has come, and how it ended. `days` in the present stage.

    `may_move` and `may_end`: whether the role lets the reader move it on and end it. `reason` is
    why it ended.
    """

    deal: Deal
    steps: list[Step]
    days: int
    may_move: bool
    may_end: bool
    reason: str


def way_of(user: User, deal: Deal) -> Way | None:
    """The way of a deal through the stages, or None when it is not for `user` to know."""
    if not sees_way(user):
        return None
    here = deal.stage.position
    steps = [Step(s, is_past=s.position < here, is_now=s.pk == deal.stage_id) for s in stages()]
    hidden = hidden_fields(user, "deal")
    return Way(
        deal,
        steps,
        max((timezone.now() - deal.stage_since).days, 0),
        may_move=may_move_on(user),
        may_end=may_end(user),
        reason="" if "outcome_reason" in hidden else deal.outcome_reason,
    )


def deal_for(user: User, deal_id: int) -> Deal | None:
    """A deal the reader may see, with its stage and record."""
    deals = Deal.objects.visible_to(user).select_related("record__owner", "stage")
    return deals.filter(pk=deal_id).first()
