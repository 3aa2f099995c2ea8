"""Regular work on what hangs on walls."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.shared.jobs.regular import every
from tablica.wall.commands import purging
from tablica.wall.commands.drafts import forget_drafts
from tablica.wall.commands.tags import forget_merges
from tablica.wall.commands.uploads import forget_uploads
from tablica.wall.queries.trash import KEPT


@every("10 2 * * *")
@task(atomic=False, label=_("Empty the trash"))
def empty_the_trash() -> None:
    """Remove for good what lay in the trash for 30 days, and what undoes merges as old."""
    now = timezone.now()
    purging.purge_trash(now)
    forget_merges(now - KEPT)


@every("40 * * * *")
@task(atomic=False, label=_("Remove files that hang on nothing"))
def forget_loose_files() -> None:
    """Remove files that nobody attached within a day."""
    purging.purge_loose_files(timezone.now())


@every("25 * * * *")
@task(atomic=False, label=_("Remove old drafts and broken uploads"))
def forget_drafts_and_uploads() -> None:
    """Remove drafts that ended a day ago, and uploads that nobody goes on with."""
    now = timezone.now()
    forget_drafts(now)
    forget_uploads(now)


@every("50 3 * * *")
@task(atomic=False, label=_("Sweep up stored bytes"))
def sweep_files() -> None:
    """Remove the bytes of files that nothing names any more."""
    purging.sweep_blobs()
