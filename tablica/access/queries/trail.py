"""The trail as an administrator reads it: with the names of today, and none they may not see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

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
    numbers: dict[str, set[int]] = {"user": set(), "team": set(), "role": set(), "record": set()}
    for line in found:
        kind, number = _about(line)
        numbers.setdefault(kind, set()).add(number)
        if line.actor is not None:
            numbers["user"].add(line.actor)
    people = User.objects.in_bulk(numbers["user"])
    names: dict[tuple[str, int], tuple[str, str]] = {}
    for number, user in people.items():
        names["user", number] = user.name, HOW["user"].format(number)
    for team in Team.objects.filter(pk__in=numbers["team"]):
        names["team", team.pk] = team.name, f"/settings/teams/{team.pk}"
    for role in Role.objects.filter(pk__in=numbers["role"]):
        names["role", role.pk] = str(role), HOW["role"].format(role.pk)
    for record in Record.objects.visible_to(reader).filter(pk__in=numbers["record"]):
        url = kind_named(record.kind).url_of(record.pk)
        names["record", record.pk] = record.title, url
    return [_row(line, people, names) for line in found]


def _about(line: Line) -> tuple[str, int]:
    kind, _space, number = line.about.partition(" ")
    return kind, int(number) if number.isdecimal() else 0


def _row(line: Line, people: dict[int, User], names: dict[tuple[str, int], tuple[str, str]]) -> Row:
    about, url = names.get(_about(line), ("", ""))
    who = people.get(line.actor) if line.actor is not None else None
    if who is not None and _about(line) == ("user", who.pk):
        about = url = ""
    return Row(
        number=line.number,
        at=line.at,
        who=who,
        what=EVENTS.get(line.event, line.event),
        about=about,
        url=url,
        place=line.place,
        details=list(_details(line.data)),
    )


def _details(data: dict[str, Any]) -> Iterable[str]:
    """What changed, from what to what, as it was written."""
    was, now = data.get("was"), data.get("now")
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted({*was, *now}):
            if was.get(name) != now.get(name):
                yield f"{name}: {_said(was.get(name))} → {_said(now.get(name))}"
    for name, value in data.items():
        if name == "changes" and isinstance(value, dict):
            yield ", ".join(sorted(value))
        elif name not in {"was", "now"}:
            yield f"{name}: {_said(value)}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    return "—" if value in (None, "") else str(value)
