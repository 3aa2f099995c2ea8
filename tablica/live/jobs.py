"""Forgetting what no page can still be waiting for."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.live import commands
from tablica.live.queries import KEPT
from tablica.shared.jobs.regular import every


@every("25 * * * *")
@task(label=_("Forget old news of open pages"))
def forget_old_news() -> None:
    """Remove the news of yesterday."""
    commands.forget(timezone.now() - KEPT)
