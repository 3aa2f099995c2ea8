"""Regular work on the jobs themselves."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from tablica.shared.jobs import commands
from tablica.shared.jobs.regular import every


@every("40 2 * * *")
@task(atomic=False)
def purge_old_jobs() -> None:
    """Forget jobs that ended long ago."""
    commands.purge(timezone.now())
