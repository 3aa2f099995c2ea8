"""Who knows a record best: who wrote most there, then who follows it, then its team."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, Count, F, QuerySet, Value

from tablica.accounts.models import User
from tablica.leaving.models import HandoverRow
from tablica.leaving.queries.staying import Staying
from tablica.records.kinds import relations_of
from tablica.records.models import Record
from tablica.wall.models import Comment, Entry, Follow
from tablica.wall.types import all_types

REASON = "numbers of what people wrote for all readers of a wall"
AT_ONCE = 100
"""Records looked at together: their related records are asked for in one statement."""

Why = HandoverRow.Why
Asked = tuple[int, str, int | None]


@dataclass(frozen=True)
class Knower:
    """Who is proposed, why, and how much they wrote."""

    person: int
    why: str
    words: int = 0


def knowers(asked: Sequence[Asked], staying: Staying) -> dict[int, Knower]:
    """For each record, given as number, kind and team, who knows it best and may own it."""
    related = _related(asked)
    walls = {number for number, _kind, _team in asked}.union(*related.values())
    words = _words(walls)
    follows = _follows([number for number, _kind, _team in asked])
    members = _members(staying)
    found = {}
    for number, kind, team in asked:
        able = staying.may_own(kind)
        written: Counter[int] = Counter()
        for wall in {number, *related[number]}:
            written.update({n: c for n, c in words[wall].items() if n in able})
        best = _best(written, [n for n in follows[number] if n in able])
        if best is None:
            teams = [team] if team else _own_teams(staying)
            near = [n for at in teams for n in members[at] if n in able]
            best = Knower(near[0], Why.TEAM) if near else None
        if best is not None:
            found[number] = best
    return found


def _best(written: Counter[int], followers: Iterable[int]) -> Knower | None:
    if written:
        person = min(written, key=lambda number: (-written[number], number))
        return Knower(person, Why.WROTE, written[person])
    first = next(iter(followers), None)
    return Knower(first, Why.FOLLOWS) if first else None


def _related(asked: Sequence[Asked]) -> dict[int, set[int]]:
    """The records in the context of each, whoever may see them; a statement for many of them."""
    found: dict[int, set[int]] = defaultdict(set)
    parts: list[QuerySet[Any, Any]] = []
    for number, kind, _team in asked:
        for relation in relations_of(kind):
            rows = Record.objects.unguarded(reason=REASON).filter(pk__in=relation.ids(number))
            named = rows.order_by().annotate(of=Value(number, BigIntegerField()))
            parts.append(named.values_list("of", "pk"))
    for at in range(0, len(parts), AT_ONCE):
        first, *others = parts[at : at + AT_ONCE]
        for number, other in first.union(*others, all=True):
            found[number].add(other)
    return found


def _words(walls: set[int]) -> dict[int, Counter[int]]:
    """Who wrote how many entries and comments on each wall, of those that all its readers read."""
    found: dict[int, Counter[int]] = defaultdict(Counter)
    written = [one.name for one in all_types() if one.written]
    entries = (
        Entry.objects.unguarded(reason=REASON)
        .filter(record__in=walls, trashed_at=None, audience=None, type__in=written)
        .exclude(author=None)
        .order_by()
        .values_list("record", "author")
    )
    comments = (
        Comment.objects.unguarded(reason=REASON)
        .filter(entry__record__in=walls, trashed_at=None)
        .filter(entry__trashed_at=None, entry__audience=None)
        .exclude(author=None)
        .order_by()
        .annotate(wall=F("entry__record"))
        .values_list("wall", "author")
    )
    for rows in (entries, comments):
        for wall, author, count in rows.annotate(n=Count("pk")):
            found[wall][author] += count
    return found


def _follows(records: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    heard = Follow.objects.filter(record__in=records).exclude(mode=Follow.Mode.MUTED)
    for record, person in heard.order_by("pk").values_list("record_id", "user_id"):
        found[record].append(person)
    return found


def _members(staying: Staying) -> dict[int, list[int]]:
    """Who of those who stay is in each team, by name."""
    found: dict[int, list[int]] = defaultdict(list)
    through = User.teams.through._default_manager.filter(user__deactivated_at=None)
    for team, person in through.order_by("user__name", "user").values_list("team_id", "user_id"):
        if person in staying.people:
            found[team].append(person)
    return found


def _own_teams(staying: Staying) -> list[int]:
    return list(staying.leaver.teams.order_by("pk").values_list("pk", flat=True))
