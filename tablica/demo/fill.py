"""Filling an empty database with the demo company: in bulk, many batches to a transaction."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import Role, Team, User
from tablica.demo.bells import ring
from tablica.demo.filler import REASON, TABLES, Filler
from tablica.demo.models import Filling
from tablica.demo.story import Story, size_named, tell
from tablica.demo.story.shapes import PersonOfTeam
from tablica.records.models import Record, Tag
from tablica.shared.errors import Refused
from tablica.shared.planner import learn_sizes
from tablica.wall.models import Entry

TOGETHER = 5
"""Batches to a transaction: few enough for the log of the engine, many enough to cost no time."""


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

    `progress` is called with the entries told so far and about how many there will be. Everybody
    signs in with `password`. What was stopped in the middle goes on, up to the moment that it was
    begun with. Raises `Refused` when there is anything else in the database, and `ValueError` for a
    size that is none.
    """
    size_named(size)
    filling = _unfinished(size, seed)
    now = filling.now if filling else now or timezone.now()
    story = tell(size, seed, now)
    filler = Filler()
    batches = _batches(filler, story, progress)
    with _rare_collections():
        if filling:
            _catch_up(filling, filler, batches)
            User.objects.update(password=make_password(password))
        is_told = False
        while not is_told:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    with connection.cursor() as cursor:
                        # Else each row waits in memory for its check at the end.
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                if filling is None:
                    filling = _begin(size, seed, story, password, now)
                is_told = not _write_some(filling, filler, batches)
                if is_told:
                    filler.touch_again()
                    _go_on_counting((Team, User, *TABLES))
                    filling.delete()
    learn_sizes()
    ring(now)
    return Filled(story.people, filler.counts)


def _batches(filler: Filler, story: Story, progress: Callable[[int, int], None]) -> Iterator[None]:
    """Let the filler take in chapters; stops whenever it has enough, and at the end."""
    for chapter in story.chapters:
        filler.add(chapter)
        if filler.is_full:
            yield
            progress(filler.counts["entries"], story.entries)
    yield


def _write_some(filling: Filling, filler: Filler, batches: Iterator[None]) -> bool:
    """Write the next batches and how many they were. False when these were the last."""
    before = filling.batches
    for _batch in islice(batches, TOGETHER):
        filler.write()
        filling.batches += 1
    mine = Filling.objects.filter(pk=filling.pk, batches=before)
    if not mine.update(batches=filling.batches):
        raise Refused(_("Another command is filling this database just now."))
    return filling.batches == before + TOGETHER


def _unfinished(size: str, seed: int) -> Filling | None:
    """The filling that was stopped here, to be gone on with; None when none was."""
    filling = Filling.objects.first()
    if filling and (filling.size, filling.seed) != (size, str(seed)):
        raise Refused(
            _(
                "Filling this database was stopped in the middle. Give --size %(size)s "
                "--seed %(seed)s to go on, or begin with an empty database."
            )
            % {"size": filling.size, "seed": filling.seed}
        )
    return filling


def _begin(size: str, seed: int, story: Story, password: str, now: datetime) -> Filling:
    _require_empty()
    _add_people(story, password)
    return Filling.objects.create(size=size, seed=str(seed), now=now)


def _catch_up(filling: Filling, filler: Filler, batches: Iterator[None]) -> None:
    """Tell again, without writing it, what is written already."""
    for _batch in islice(batches, filling.batches):
        filler.forget()
    counts = filler.counts
    told = sum(counts[name] for name in ("companies", "persons", "deals", "spaces"))
    records = Record.objects.unguarded(reason=REASON).count()
    entries = Entry.objects.unguarded(reason=REASON).count()
    if (records, entries) != (told, counts["entries"]):
        raise Refused(
            _(
                "Filling this database was stopped in the middle, and it has been changed since: "
                "begin with an empty one."
            )
        )


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
