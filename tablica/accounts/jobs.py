"""Regular work on what was needed to come in."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.accounts.commands.purging import purge
from tablica.shared.jobs.regular import every


@every("25 2 * * *")
@task(atomic=False, label=_("Forget old links and keys"))
def purge_what_let_people_in() -> None:
    """Forget old guesses, ended sessions and links that open nothing any more."""
    purge(timezone.now())
