"""Filling an empty database with the demo company: in bulk, all of it or nothing."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import Role, Team, User
from tablica.demo.filler import REASON, TABLES, Filler
from tablica.demo.story import Story, tell
from tablica.demo.story.shapes import PersonOfTeam
from tablica.records.models import Record, Tag
from tablica.shared.errors import Refused


class Filled(NamedTuple):
    """Who works at the demo company now, and how much there is of everything."""

    people: list[PersonOfTeam]
    counts: dict[str, int]


def fill(
    size: str,
    *,
    seed: int,
    password: str,
    now: datetime | None = None,
    progress: Callable[[int, int], None] = lambda told, total: None,
) -> Filled:
    """Fill the database with the story of `size` and `seed` up to `now`.

    `progress` is called with the entries written so far and about how many there will be. Everybody
    signs in with `password`. Raises `Refused` when there is anything in the database already, and
    `ValueError` for a size that is none.
    """
    story = tell(size, seed, now or timezone.now())
    with transaction.atomic(), _rare_collections():
        _require_empty()
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Else each row waits in memory for its check at the end.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _add_people(story, password)
        filler = Filler()
        for chapter in story.chapters:
            filler.add(chapter)
            if filler.is_full:
                filler.write()
                progress(filler.counts["entries"], story.entries)
        filler.write()
        filler.touch_again()
        _go_on_counting((Team, User, *TABLES))
    _learn_the_sizes()
    return Filled(story.people, filler.counts)


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for garbage seldom: millions of rows pass through, and hardly any refer in circles."""
    usual = gc.get_threshold()
    gc.set_threshold(usual[0] * 100, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _require_empty() -> None:
    records = Record.objects.unguarded(reason=REASON)
    if records.exists() or any(table._default_manager.exists() for table in (User, Team, Tag)):
        raise Refused(
            _("There is something in this database already: the demo needs an empty one.")
        )


def _add_people(story: Story, password: str) -> None:
    Team.objects.bulk_create(
        Team(pk=team.key, name=team.name, parent_id=team.parent) for team in story.teams
    )
    roles = {role.slug: role for role in Role.objects.all()}
    # Hashed once: a slow hash for each of many colleagues would only cost time.
    hashed = make_password(password)
    User.objects.bulk_create(
        User(
            pk=person.key,
            email=person.email,
            name=person.name,
            role=roles[person.role],
            language=person.language,
            timezone=person.zone,
            password=hashed,
        )
        for person in story.people
    )
    membership = User.teams.through
    membership._default_manager.bulk_create(
        membership(user_id=person.key, team_id=team)
        for person in story.people
        for team in person.teams
    )


def _go_on_counting(tables: Sequence[type[models.Model]]) -> None:
    """Let the engine number new rows from behind those numbered here."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables)):
            cursor.execute(statement)


def _learn_the_sizes() -> None:
    """Tell the engine's planner what it is dealing with now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
