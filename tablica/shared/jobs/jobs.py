"""Regular work on the jobs themselves, and on the database that keeps them."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.shared import planner
from tablica.shared.jobs import commands
from tablica.shared.jobs.regular import every


@every("40 2 * * *")
@task(atomic=False, label=_("Forget jobs that ended long ago"))
def purge_old_jobs() -> None:
    """Forget jobs that ended long ago."""
    commands.purge(timezone.now())


@every("5 3 * * *")
@task(atomic=False, label=_("Let the database learn how it grew"))
def learn_sizes() -> None:
    """Let the planner see how the tables grew: SQLite never looks by itself."""
    planner.learn_sizes()
