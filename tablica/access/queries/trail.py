"""The trail as an administrator reads it: with the names of today, and none they may not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tablica.access.queries.details import details, named_in, numbers
from tablica.access.words import EVENTS
from tablica.accounts.models import Role, Team, User
from tablica.records.kinds import Text, kind_named
from tablica.records.models import Record
from tablica.shared.trail.models import Line

PAGE = 100
HOW: dict[str, str] = {"user": "/settings/people/{}", "role": "/settings/roles/{}"}


@dataclass(frozen=True)
class Row:
    """One line: who did what, when and from where; `about` is a name and an address, or nothing."""

    number: int
    at: datetime
    who: User | None
    what: Text
    about: str
    url: str
    place: str
    details: list[str]


def rows(lines: Iterable[Line], *, reader: User) -> list[Row]:
    """These lines with their names, in a few queries however many they are."""
    found = list(lines)
    wanted = {(kind, str(number)) for kind, number in map(_about, found)}
    wanted |= {("user", str(line.actor)) for line in found if line.actor is not None}
    wanted |= {named for line in found for named in named_in(line.data)}
    people = User.objects.in_bulk(numbers(wanted, "user"))
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for number, user in people.items():
        names["user", str(number)] = user.name, HOW["user"].format(number)
    for team in Team.objects.filter(pk__in=numbers(wanted, "team")):
        names["team", str(team.pk)] = team.name, f"/settings/teams/{team.pk}"
    slugs = {name for kind, name in wanted if kind == "role"}
    for role in Role.objects.filter(Q(pk__in=numbers(wanted, "role")) | Q(slug__in=slugs)):
        for name in (str(role.pk), role.slug):
            names["role", name] = str(role), HOW["role"].format(role.pk)
    for record in Record.objects.visible_to(reader).filter(pk__in=numbers(wanted, "record")):
        url = kind_named(record.kind).url_of(record.pk)
        names["record", str(record.pk)] = record.title, url
    return [_row(line, people, names) for line in found]


def _about(line: Line) -> tuple[str, int]:
    kind, _space, number = line.about.partition(" ")
    return kind, int(number) if number.isdecimal() else 0


def _row(line: Line, people: dict[int, User], names: dict[tuple[str, str], tuple[str, str]]) -> Row:
    kind, number = _about(line)
    about, url = names.get((kind, str(number)), ("", ""))
    who = people.get(line.actor) if line.actor is not None else None
    if who is not None and (kind, number) == ("user", who.pk):
        about = url = ""
    return Row(
        number=line.number,
        at=line.at,
        who=who,
        what=EVENTS.get(line.event, line.event),
        about=about,
        url=url,
        place=line.place,
        details=list(details(line.data, {of: said for of, (said, _url) in names.items()})),
    )
