"""Regular work on submissions."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.shared.jobs.regular import every
from tablica.shared.once import commands


@every("17 * * * *")
@task(atomic=False, label=_("Forget forms that were sent long ago"))
def purge_old_submissions() -> None:
    """Forget the answers that nobody will ask for again."""
    commands.purge(timezone.now())
