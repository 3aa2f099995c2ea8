"""Handing over in the background."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django_tasks import task


@task(atomic=False, label=_("Hand over what somebody had who leaves"))
def continue_handover(handover: int) -> None:
    """Do what is ahead of a handover: propose, pass on, or take back."""
    from tablica.leaving.commands.passing import run

    run(handover)
