"""Who reads one record, told in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tablica.accounts.models import Team, User
from tablica.records.models import Audience, Looked, LookIn, Record

MOST = 100


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
