"""Saying raw values to a reader: names for numbers, and nothing of what they may not see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tablica.accounts.models import Team, User
from tablica.records.forms import AudienceField, RecordChoice, choices_of
from tablica.records.kinds import Text, kind_named
from tablica.records.models import Record
from tablica.records.values import Raw
from tablica.shared.days import short_date
from tablica.shared.money import format_amount
from tablica.shared.validators import format_phone
from tablica.shared.writing import in_digits

NOTHING = "—"
LONGEST_SHOWN = 120


class HiddenValue(Exception):
    """The value names a record the reader may not see."""


@dataclass(frozen=True)
class Link:
    """A record as a reader meets it in a text: its name and where it is."""

    id: int
    kind: str
    title: str
    url: str


@dataclass
class Names:
    """The names a page needs, fetched together: visible records, colleagues and teams."""

    records: dict[int, Link] = field(default_factory=dict)
    people: dict[int, User] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)
    _choices: dict[int, dict[str, Text]] = field(default_factory=dict)

    def choice(self, of: forms.ChoiceField) -> dict[str, Text]:
        """The labels of a choice by value, read once for all who ask."""
        if id(of) not in self._choices:
            self._choices[id(of)] = dict(choices_of(of))
        return self._choices[id(of)]


def names_for(
    user: User,
    known: Names | None = None,
    /,
    *,
    records: Iterable[int] = (),
    people: Iterable[int] = (),
    teams: Iterable[int] = (),
) -> Names:
    """Fetch the names of these numbers: at most three queries, of records only what `user` sees.

    People and teams that are in `known` are not asked for again.
    """
    names = known or Names()
    if wanted := set(records):
        for pk, kind, title in (
            Record.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", "kind", "title")
        ):
            names.records[pk] = Link(pk, kind, title, kind_named(kind).url_of(pk))
    if wanted := set(people) - names.people.keys():
        names.people |= User.objects.in_bulk(wanted)
    if wanted := set(teams) - names.teams.keys():
        names.teams |= dict(Team.objects.filter(pk__in=wanted).values_list("pk", "name"))
    return names


@lru_cache(maxsize=256)
def field_of(kind: str, name: str) -> forms.Field | None:
    """The form field of this name in a kind, or None when it is no field of its any more."""
    found: forms.Field | None = kind_named(kind).form_class().base_fields.get(name)
    return found


def label_of(kind: str, name: str) -> Text:
    """What the field is called on screen."""
    found = field_of(kind, name)
    return (found.label if found is not None else None) or name


def numbers_in(kind: str, name: str, value: Raw) -> dict[str, list[int]]:
    """Which records, people and teams this raw value of a field names."""
    found = field_of(kind, name)
    if isinstance(found, RecordChoice):
        return {"records": _as_numbers(value)}
    if name == "owner":
        return {"people": _as_numbers(value)}
    if name == "team":
        return {"teams": _as_numbers(value)}
    if isinstance(found, AudienceField) and isinstance(value, dict):
        return {"people": value.get("people", []), "teams": value.get("teams", [])}
    return {}


def seen(kind: str, name: str, value: Raw, names: Names) -> Raw:
    """The raw value of a field without the records that the reader may not see."""
    if not isinstance(field_of(kind, name), RecordChoice):
        return value
    left = [number for number in _as_numbers(value) if number in names.records]
    if isinstance(value, list):
        return left
    return left[0] if left else None


def _as_numbers(value: Raw) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [v for v in values if isinstance(v, int) and not isinstance(v, bool)]


def show(kind: str, name: str, value: Raw, names: Names) -> str:
    """One raw value in words. Raises `HiddenValue` when it names only what may not be seen."""
    if value in (None, "", []):
        return NOTHING
    found = field_of(kind, name)
    if isinstance(found, RecordChoice):
        seen = [names.records[n].title for n in _as_numbers(value) if n in names.records]
        if not seen:
            raise HiddenValue
        return ", ".join(seen)
    if name == "owner":
        person = names.people.get(_as_numbers(value)[0])
        return person.name if person else NOTHING
    if name == "team":
        return names.teams.get(_as_numbers(value)[0], NOTHING)
    if isinstance(found, AudienceField):
        return show_audience(value, names)
    return _plain(found, value, names)


def show_audience(value: Raw, names: Names) -> str:
    """Who may read, in words."""
    if isinstance(value, dict):
        people = [names.people[n].name for n in value.get("people", []) if n in names.people]
        return ", ".join(
            people + [names.teams[n] for n in value.get("teams", []) if n in names.teams]
        )
    words: Mapping[Any, str] = {"team": _("The team"), "me": _("Only me")}
    return words.get(value, _("Everyone"))


def _plain(found: forms.Field | None, value: Raw, names: Names) -> str:
    if isinstance(found, forms.ChoiceField):
        return str(names.choice(found).get(str(value), value))
    if isinstance(found, forms.DateField) and isinstance(value, str):
        return in_digits(short_date(date.fromisoformat(value)))
    if getattr(found, "api_type", "") == "decimal" and isinstance(value, str):
        return format_amount(Decimal(value), get_language() or "en")
    if getattr(found, "api_type", "") == "phone":
        return format_phone(str(value))
    text = str(value)
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN].rstrip() + "…"
