"""Bring the database up to date.

Making backups before upgrades stays the administrator's habit: a step back is made from those.
"""

from __future__ import annotations

import fcntl
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tablica.cli.errors import CommandError
from tablica.cli.output import tell
from tablica.cli.registry import Need

NEEDS: Need = "settings"
# Any number will do that nothing else locks in the same PostgreSQL database.
ADVISORY_LOCK = 72_010_726


def add_arguments(parser: ArgumentParser) -> None:
    """There is nothing to choose."""


def run(args: Namespace) -> int:
    """Apply what is not applied yet. Started twice at once, the second waits and finds it done."""
    applied = bring_up_to_date()
    sentence = f"The database is up to date ({len(applied)} steps taken)."
    tell(args, {"applied": applied}, sentence)
    return 0


def bring_up_to_date() -> list[str]:
    """Apply what is not applied yet and return the steps' names, in their order."""
    from django.core.management import call_command

    from tablica.shared.planner import learn_sizes

    with _alone():
        steps = pending()
        if steps:
            call_command("migrate", interactive=False, verbosity=0)
            learn_sizes()
        return steps


def be_ready() -> None:
    """Make the tables of an empty database; refuse one that another version of Tablica made."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    applied, known = set(loader.applied_migrations), set(loader.disk_migrations)
    ours = {config.label for config in apps.get_app_configs()}
    if not applied:
        bring_up_to_date()
    elif any(app in ours for app, _name in applied - known - set(loader.graph.nodes)):
        raise CommandError("A newer Tablica made this database: update the program first.")
    elif pending():
        raise CommandError("The database is older than the program: run “tablica migrate” first.")


def pending() -> list[str]:
    """The steps not taken yet, as `app.name`, in their order."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the one lock under which tables change, waiting for another holder to finish."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])
        return
    with (Path(settings.TABLICA_DATA) / "migrate.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
