"""Everything that hangs on a colleague, counted: the same few queries for any amount."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from tablica.accounts.factors.models import CodeApp, Passkey
from tablica.accounts.models import Identity, OneTimeLink, Team, User
from tablica.accounts.queries import sign_ins_of, tokens_of
from tablica.leaving.queries.staying import REASON, Staying, closed_entries, staying_without
from tablica.notices.models import Notice
from tablica.records.kinds import Kind, all_kinds
from tablica.records.models import Absence, Audience, LookIn, Share
from tablica.wall.models import Draft, Follow


@dataclass(frozen=True)
class Held:
    """Records of one kind: all, those nobody else may read, those that lie in the trash."""

    kind: Kind
    count: int
    closed: int
    thrown: int


@dataclass(frozen=True)
class Inventory:
    """What hangs on somebody. `circles`: named circles in which they are the last.

    `shared_with` and `shared_by`: records opened to them, and by them; `places`: absences of others
    in which they are the deputy; `look_ins`: of theirs, going on.
    """

    records: list[Held]
    entries: int
    drafts: int
    circles: int
    follows: int
    unread: int
    mentions: int
    tokens: int
    sign_ins: int
    links: int
    shared_with: int
    shared_by: int
    absences: int
    places: int
    factors: int
    identities: int
    look_ins: int
    teams: list[Team]
    is_last_administrator: bool

    @property
    def count(self) -> int:
        """How many records there are in all."""
        return sum(held.count for held in self.records)

    @property
    def closed(self) -> int:
        """How many of them nobody else may read."""
        return sum(held.closed for held in self.records)

    @property
    def doors(self) -> int:
        """How many ways in end at once."""
        return self.tokens + self.sign_ins + self.links


def inventory_of(user: User, staying: Staying | None = None) -> Inventory:
    """What hangs on `user` now."""
    staying = staying or staying_without(user)
    told = Notice.objects.unguarded(reason=REASON).filter(user=user, read_at=None)
    unread = told.aggregate(all=Count("pk"), named=Count("pk", filter=Q(reason="mention")))
    links = OneTimeLink.objects.filter(user=user, used_at=None, expires_at__gt=timezone.now())
    return Inventory(
        records=_records(staying),
        entries=len(closed_entries(staying)),
        drafts=Draft.objects.unguarded(reason=REASON).open().filter(author=user).count(),
        circles=_circles(staying),
        follows=Follow.objects.filter(user=user).exclude(mode=Follow.Mode.MUTED).count(),
        unread=unread["all"],
        mentions=unread["named"],
        tokens=tokens_of(user).count(),
        sign_ins=len(sign_ins_of(user)),
        links=links.count(),
        **_lent_and_shown(user),
        teams=list(user.teams.all()),
        is_last_administrator=user.role.administers
        and not any(other.role.administers for other in staying.people.values()),
    )


def _lent_and_shown(user: User) -> dict[str, int]:
    """What is lent to them and what they lent, as far as its time is not over, and by what they
    come in beside the password; in one query."""
    now = timezone.now()
    shares = Share.objects.filter(Q(until=None) | Q(until__gt=now))
    absences = Absence.objects.filter(ends_at__gt=now)
    found: dict[str, int] = (
        User.objects.filter(pk=user.pk)
        .annotate(
            shared_with=_how_many(shares, "user"),
            shared_by=_how_many(shares, "made_by"),
            absences_ahead=_how_many(absences, "person"),
            places=_how_many(absences.filter(withdrawn_at=None), "deputy"),
            look_ins=_how_many(LookIn.objects.filter(ends_at__gt=now), "by"),
            factors=_how_many(CodeApp.objects.all(), "user")
            + _how_many(Passkey.objects.all(), "user"),
            links_to_it=_how_many(Identity.objects.all(), "user"),
        )
        .values(*LENT, "absences_ahead", "links_to_it")
        .get()
    )
    found["absences"], found["identities"] = found.pop("absences_ahead"), found.pop("links_to_it")
    return found


LENT = ("shared_with", "shared_by", "places", "look_ins", "factors")


def _how_many(rows: QuerySet[Any, Any], of: str) -> Coalesce:
    counted = rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def _records(staying: Staying) -> list[Held]:
    counted = (
        staying.records()
        .order_by()
        .values_list("kind")
        .annotate(
            n=Count("pk"),
            closed=Count("pk", filter=staying.closed_q()),
            thrown=Count("pk", filter=Q(trashed_at__isnull=False)),
        )
    )
    by_kind = {kind: numbers for kind, *numbers in counted}
    return [Held(kind, *by_kind[kind.name]) for kind in all_kinds() if kind.name in by_kind]


def _circles(staying: Staying) -> int:
    """How many named circles hold them, and nobody who stays."""
    through = Audience.people.through._default_manager
    return through.filter(user=staying.leaver, audience__in=sorted(staying.alone)).count()
