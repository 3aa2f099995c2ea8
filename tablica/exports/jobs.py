"""Making long lists into files, and letting them go, in the background."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.shared.jobs.regular import every


@task(atomic=False, label=_("Make a list into a file"))
def make_list_file(number: int) -> None:
    """Make the file that somebody asked for."""
    from tablica.exports.commands import make_file

    make_file(number)


@every("25 * * * *")
@task(atomic=False, label=_("Let exported files go after a day"))
def let_list_files_go() -> None:
    """Let go of the files whose time is over."""
    from tablica.exports.commands import let_old_files_go

    let_old_files_go()
