"""Who works here, and what the reader may do."""

from __future__ import annotations

from tablica.api.shapes.base import Listing, Named, Shape


class Rights(Shape):
    """What the reader may do: for each kind, how far each verb reaches (none, own, team, all).

    `abilities` are what the role allows beside records: invite, import, tags, running.
    """

    administers: bool
    curates_tags: bool
    abilities: list[str]
    kinds: dict[str, dict[str, str]]


class Me(Shape):
    """Who the token belongs to."""

    id: int
    name: str
    email: str
    role: str
    teams: list[Named]
    language: str
    timezone: str
    scope: str
    rights: Rights


class Colleague(Shape):
    """Somebody who works here."""

    id: int
    name: str
    email: str


class ColleagueList(Listing):
    """Colleagues, by name."""

    items: list[Colleague]


class TeamList(Listing):
    """Teams, by name."""

    items: list[Named]
