"""Who reads one record, told in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tablica.access.words import page_said
from tablica.accounts.models import Team, User
from tablica.records.models import Audience, Glimpse, Looked, LookIn, Record
from tablica.shared.writing import in_digits
from tablica.wall.models import Entry

MOST = 100
AT_ONCE = 5
"""So many names a lock tells; the page behind it tells all."""
MOST_ENTRIES = 20  # named of one look; the others are counted


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
    entries: list[Entry] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)
    """What a page is called, and how much it showed that would have been closed."""


def looks_into(person: User) -> list[Look]:
    """Who looked into what is of `person`, the latest first; of what was opened what they see."""
    found = list(LookIn.objects.filter(person=person).select_related("by").order_by("-pk")[:MOST])
    pairs = Looked.objects.filter(look_in__in=found).order_by("pk").values_list("look_in", "record")
    seen = Record.objects.visible_to(person).in_bulk([record for _look, record in pairs])
    opened: dict[int, list[Record]] = {}
    for look, record in pairs:
        if record in seen:
            opened.setdefault(look, []).append(seen[record])
    pages, entries = _pages_of(found), _entries_of(found, person)
    return [
        Look(
            by=one.by,
            reason=one.reason,
            began_at=one.began_at,
            ends_at=one.ends_at,
            opened=opened.get(one.pk, []),
            entries=entries.get(one.pk, []),
            pages=pages.get(one.pk, []),
        )
        for one in found
    ]


def _pages_of(looks: Collection[LookIn]) -> dict[int, list[tuple[str, str]]]:
    """By look, what each sort of page showed, counted."""
    rows = Glimpse.objects.filter(look_in__in=looks).order_by("look_in", "page", "what")
    counted: dict[int, dict[str, Counter[str]]] = {}
    for look, page, what, n in rows.values_list("look_in", "page", "what").annotate(n=Count("pk")):
        counted.setdefault(look, {}).setdefault(page_said(page), Counter())[what] += n
    return {
        look: [(said, _amount(of)) for said, of in pages.items()] for look, pages in counted.items()
    }


def _amount(of: Counter[str]) -> str:
    said = {
        "record": ngettext("%(n)s record", "%(n)s records", of["record"]),
        "entry": ngettext("%(n)s entry", "%(n)s entries", of["entry"]),
        "file": ngettext("%(n)s file", "%(n)s files", of["file"]),
    }
    return ", ".join(said[what] % {"n": in_digits(str(n))} for what, n in of.items())


def _entries_of(looks: Collection[LookIn], person: User) -> dict[int, list[Entry]]:
    """By look, the entries that were read, as far as `person` reads them."""
    rows = Glimpse.objects.filter(look_in__in=looks, what="entry").order_by("pk")
    numbers: dict[int, list[int]] = {}
    for look, number in rows.values_list("look_in", "number"):
        few = numbers.setdefault(look, [])
        if len(few) < MOST_ENTRIES and number not in few:
            few.append(number)
    wanted = {number for few in numbers.values() for number in few}
    seen = Entry.objects.visible_to(person).select_related("record").in_bulk(wanted)
    return {look: [seen[n] for n in few if n in seen] for look, few in numbers.items()}
