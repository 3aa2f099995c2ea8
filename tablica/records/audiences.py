"""Interning circles of people: the same circle is always the same row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db import transaction

from tablica.accounts.models import Team, User
from tablica.records.models import Audience


def audience(type_: str, *, people: Iterable[User] = (), teams: Iterable[Team] = ()) -> Audience:
    """The audience row for this circle, made when it is new. Nobody named means: everyone refused.

    Raises `ValueError` for a named circle without people and teams.
    """
    if type_ != Audience.Type.NAMED:
        return Audience.objects.get(key=type_)
    people_ids = sorted({p.pk for p in people})
    team_ids = sorted({t.pk for t in teams})
    if not people_ids and not team_ids:
        raise ValueError("a named audience needs somebody")
    key = ",".join(map(str, people_ids)) + "|" + ",".join(map(str, team_ids))
    with transaction.atomic():
        found, fresh = Audience.objects.get_or_create(
            key=_short(key), defaults={"type": Audience.Type.NAMED}
        )
        if fresh:
            found.people.set(people_ids)
            found.teams.set(team_ids)
    return found


def _short(key: str) -> str:
    return key if len(key) <= 64 else "#" + hashlib.sha256(key.encode()).hexdigest()[:63]
