"""The trail as an administrator reads it: with the names of today, and none they may not see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.access.words import DETAILS, EVENTS, NUMBERS_OF_OURS
from tablica.accounts.models import Role, Team, User
from tablica.records.kinds import Text, kind_named
from tablica.records.models import Record
from tablica.shared.days import short_date
from tablica.shared.trail.models import Line
from tablica.shared.ui.templatetags.ui import said
from tablica.shared.writing import in_digits, isolated

PAGE = 100
WHO = re.compile(r"\b(user|team) (\d+)\b")
Names = dict[tuple[str, int], tuple[str, str]]
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
        for kind, number in _named_in(line.data):
            numbers[kind].add(number)
        if line.actor is not None:
            numbers["user"].add(line.actor)
    people = User.objects.in_bulk(numbers["user"])
    names: Names = {}
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


def _row(line: Line, people: dict[int, User], names: Names) -> Row:
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
        details=list(_details(line.data, names)),
    )


def _named_in(data: dict[str, Any]) -> Iterable[tuple[str, int]]:
    """The people and teams that a line names by their numbers."""
    for kind, number in WHO.findall(str(data.get("to", ""))):
        yield kind, int(number)
    for part in (data, data.get("was"), data.get("now")):
        parent = part.get("parent") if isinstance(part, dict) else None
        if isinstance(parent, int):
            yield "team", parent


def _details(data: dict[str, Any], names: Names) -> Iterable[str]:
    """What changed, from what to what; and what else is worth knowing."""
    was, now = data.get("was"), data.get("now")
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted({*was, *now}):
            if was.get(name) != now.get(name):
                before, after = (_said(name, part.get(name), names) for part in (was, now))
                yield f"{_called(name)}: {before} → {after}"
    for name, value in data.items():
        if name == "changes" and isinstance(value, dict):
            yield ", ".join(sorted(value))
        elif name not in {"was", "now", *NUMBERS_OF_OURS} and value not in (None, "", False, []):
            yield f"{_called(name)}: {_said(name, value, names)}"


def _called(name: str) -> str:
    return str(DETAILS.get(name, name))


def _said(name: str, value: Any, names: Names) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "parent" and isinstance(value, int):
        return names.get(("team", value), (str(value), ""))[0]
    if isinstance(value, list):
        return ", ".join(_said(name, each, names) for each in value) or "—"
    if isinstance(value, int):
        return in_digits(str(value))
    if value in (None, ""):
        return "—"
    if name in {"since", "until"}:
        return _moment(str(value))
    if name == "to":
        return WHO.sub(lambda found: _who(found, names), str(value))
    return str(value)


def _who(found: re.Match[str], names: Names) -> str:
    name, _url = names.get((found[1], int(found[2])), (found[0], ""))
    return isolated(name)


def _moment(written: str) -> str:
    """A day or a moment as it was noted down, in the reader's words."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return written
    if len(written) == len("2026-01-31"):
        return in_digits(short_date(at.date()))
    return in_digits(said(timezone.localtime(at)))
