"""Regular work on the trail."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.shared.jobs.regular import every
from tablica.shared.trail.heads import write_head


@every("10 1 * * *")
@task(atomic=False, label=_("Write down where the trail ends"))
def write_where_the_trail_ends() -> None:
    """Keep today's end of the trail outside the database."""
    write_head()
