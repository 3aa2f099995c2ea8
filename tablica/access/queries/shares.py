"""Who reads one record, told in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import Team, User
from tablica.records.models import Audience, Looked, LookIn, Record

MOST = 100
AT_ONCE = 5
"""So many names a lock tells; the page behind it tells all."""


@dataclass(frozen=True)
class Readers:
    """The circle that may read a record: a sentence, and the names in it."""

    said: str
    people: list[User]
    teams: list[Team]


def readers_of(record: Record) -> Readers:
    """Who is in the audience of `record`; their roles may still show them less."""
    circle = record.audience
    if circle.type == Audience.Type.EVERYONE:
        return Readers(_("Everyone whose role shows it."), [], [])
    if circle.type == Audience.Type.TEAM:
        return Readers(
            _("The team, and its owner."), _owner(record), [record.team] if record.team else []
        )
    if circle.type == Audience.Type.ME:
        return Readers(_("Its owner alone."), _owner(record), [])
    people = {person.pk: person for person in [*_owner(record), *circle.people.all()]}
    return Readers(_("Those named here."), list(people.values()), list(circle.teams.all()))


@dataclass(frozen=True)
class Name:
    """One who reads: a person or a team; `lent` when it is opened to them besides."""

    person: User | None = None
    team: Team | None = None
    lent: bool = False


@dataclass(frozen=True)
class Names:
    """What a lock tells: whom the circle means, the first of them, and how many more there are."""

    said: str
    first: list[Name]
    more: int


def names_behind(record: Record) -> Names:
    """Who reads `record` and still works here: the owner, those it is opened to, the circle.

    A share that is over counts no more.
    """
    circle = readers_of(record)
    here = [person for person in circle.people if person.is_active]
    open_ = Q(until=None) | Q(until__gt=timezone.now())
    shares = record.shares.filter(open_, user__deactivated_at=None).exclude(user__in=here)
    owner = [person for person in here if person.pk == record.owner_id]
    names = [Name(person) for person in owner]
    lent = shares.select_related("user").order_by("user__name", "pk")
    names += [Name(share.user, lent=True) for share in lent]
    names += [Name(team=team) for team in circle.teams]
    names += [Name(person) for person in here if person not in owner]
    return Names(circle.said, names[:AT_ONCE], len(names[AT_ONCE:]))


def _owner(record: Record) -> list[User]:
    return [record.owner] if record.owner else []


@dataclass(frozen=True)
class Look:
    """That an administrator looked into what is somebody's, and the records they opened."""

    by: User
    reason: str
    began_at: datetime
    ends_at: datetime
    opened: list[Record]


def looks_into(person: User) -> list[Look]:
    """Who looked into what is of `person`, the latest first; of what was opened what they see."""
    found = list(LookIn.objects.filter(person=person).select_related("by").order_by("-pk")[:MOST])
    pairs = Looked.objects.filter(look_in__in=found).order_by("pk").values_list("look_in", "record")
    seen = Record.objects.visible_to(person).in_bulk([record for _look, record in pairs])
    opened: dict[int, list[Record]] = {}
    for look, record in pairs:
        if record in seen:
            opened.setdefault(look, []).append(seen[record])
    return [
        Look(one.by, one.reason, one.began_at, one.ends_at, opened.get(one.pk, [])) for one in found
    ]
