"""Everybody who stays, and what would be closed to all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from tablica.accounts.models import User
from tablica.accounts.rules import access_of, know_access_of
from tablica.records.models import Audience, Record
from tablica.records.rules import may, may_create
from tablica.records.visibility import circles_of, know_circles_of
from tablica.wall.models import Entry

WALL = ("record__kind", "record__owner", "record__team", "record__audience")
"""What of a wall decides who reads it."""
REASON = "what would be closed to everybody, for who administers; only counted"


@dataclass
class Staying:
    """Everybody active but `leaver`, with their rights, read in a few queries for all."""

    leaver: User
    people: dict[int, User]
    _owners: dict[str, frozenset[int]] = field(default_factory=dict)
    _alone: frozenset[int] | None = None

    @property
    def teams(self) -> frozenset[int]:
        """The teams that at least one of them reaches."""
        return frozenset[int]().union(*(access_of(user).team_ids for user in self.people.values()))

    def may_own(self, kind: str) -> frozenset[int]:
        """Those whose role lets them see and change what they own of this kind."""
        if kind not in self._owners:
            able = (number for number, user in self.people.items() if may_create(user, kind))
            self._owners[kind] = frozenset(able)
        return self._owners[kind]

    @property
    def alone(self) -> frozenset[int]:
        """The named circles with nobody in them who stays."""
        if self._alone is None:
            circles = Audience.objects.filter(type=Audience.Type.NAMED)
            people = Audience.people.through._default_manager.filter(user__deactivated_at=None)
            people = people.exclude(user=self.leaver)
            teams = Audience.teams.through._default_manager.filter(team__in=self.teams)
            empty = circles.exclude(pk__in=people.values("audience"))
            empty = empty.exclude(pk__in=teams.values("audience"))
            self._alone = frozenset(empty.values_list("pk", flat=True))
        return self._alone

    def closed_q(self) -> Q:
        """The records whose audience holds nobody who stays; their owner may still be one."""
        return Q(audience__in=[Audience.ME, *sorted(self.alone)])

    def records(self, *, closed: bool = True) -> QuerySet[Record]:
        """What is to be handed over, in the trash as well: what they own, and what is nobody's and
        none of the others reads. Without `closed` only what others may read."""
        rows = Record.objects.unguarded(reason=REASON)
        nobodys = Q(owner=None) | Q(owner__deactivated_at__isnull=False)
        unread = Q(audience__in=sorted(self.alone)) | (
            Q(audience=Audience.TEAM) & ~Q(team__in=self.teams)
        )
        mine = Q(owner=self.leaver) | (nobodys & unread & self._theirs())
        found = rows.filter(mine)
        return found if closed else found.exclude(self.closed_q())

    def _theirs(self) -> Q:
        """What names the one who leaves, or a team of theirs, among its readers."""
        circles = know_circles_of([self.leaver])[self.leaver.pk]
        teams = access_of(self.leaver).team_ids
        return Q(audience__in=circles) | Q(audience=Audience.TEAM, team__in=teams)


def staying_without(leaver: User, *, among: Collection[int] | None = None) -> Staying:
    """Everybody who stays when `leaver` goes, or those of them who are `among` these."""
    found = User.objects.select_related("role").filter(deactivated_at=None).exclude(pk=leaver.pk)
    if among is not None:
        found = found.filter(pk__in=among)
    people = {user.pk: user for user in found.order_by("name", "pk")}
    know_access_of(list(people.values()))
    return Staying(leaver, people)


def closed_entries(staying: Staying) -> list[int]:
    """The entries that `leaver` reads, and none of those who stay does on its wall.

    What is on a record of the leaver's counts as closed to whoever gets the record.
    """
    teams = Q(audience=Audience.TEAM, record__team__in=access_of(staying.leaver).team_ids)
    named = Q(audience__in=know_circles_of([staying.leaver])[staying.leaver.pk])
    rows = (
        Entry.objects.unguarded(reason=REASON)
        .filter(Q(author=staying.leaver) | named | teams, trashed_at=None)
        .exclude(audience=None)
        .exclude(audience=Audience.EVERYONE)
        .values_list("pk", "author", "audience", *WALL)
    )
    readers = _Readers(staying)
    return sorted(row[0] for row in rows.iterator() if not readers.any(*row[1:]))


class _Readers:
    """Who of those who stay may read entries for themselves, named people or a team."""

    def __init__(self, staying: Staying) -> None:
        self.staying = staying
        know_circles_of(list(staying.people.values()))
        self._known: dict[tuple[object, ...], bool] = {}
        self._members: dict[int, set[int]] = {}
        self._circles: dict[int, set[int]] = {}
        for user in staying.people.values():
            for team in access_of(user).team_ids:
                self._members.setdefault(team, set()).add(user.pk)
            for circle in circles_of(user):
                self._circles.setdefault(circle, set()).add(user.pk)

    def any(
        self,
        author: int | None,
        circle: int,
        kind: str,
        owner: int | None,
        team: int | None,
        readers: int,
    ) -> bool:
        """Whether one of them reads an entry of `author` for `circle` on such a wall."""
        key = (author, circle, kind, owner, team, readers)
        if key not in self._known:
            wall = Record(kind=kind, owner_id=owner, team_id=team, audience_id=readers)
            meant = {author} | self._meant(circle, team)
            there = (self.staying.people[n] for n in meant if n in self.staying.people)
            self._known[key] = any(may(user, "view", wall) for user in there)
        return self._known[key]

    def _meant(self, circle: int, team: int | None) -> set[int]:
        if circle == Audience.TEAM:
            return self._members.get(team or 0, set())
        return self._circles.get(circle, set())
