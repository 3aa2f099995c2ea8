"""Doing the jobs of telling and mailing as workers would, with the clock turned forward."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from tablica.accounts.models import User
from tablica.letters.models import Choice
from tablica.shared.jobs.testing import run_jobs
from tests.cast import again


def work(**later: float) -> None:
    """Run what is due now, and what will be `later`."""
    run_jobs()
    if later:
        with time_machine.travel(timezone.now() + timedelta(**later)):
            run_jobs()


def wants(user: User, at: datetime | None = None, **often: str) -> None:
    """Let somebody have chosen long ago how often they want letters for a reason."""
    for reason, when in often.items():
        Choice.objects.update_or_create(
            user=user,
            reason=reason,
            defaults={"often": when, "changed_at": at or timezone.now() - timedelta(days=99)},
        )


def text_of(mail: Any) -> str:
    """The plain text of a letter."""
    return str(mail.get_body(("plain",)).get_content())


def subject(mail: Any) -> str:
    """The subject, unfolded as mail programs show it."""
    return " ".join(str(mail["Subject"]).split())


def html_of(mail: Any) -> str:
    """The HTML of a letter."""
    return str(mail.get_body(("html",)).get_content())


def anew(user: User, **values: Any) -> User:
    """Change somebody directly."""
    User.objects.filter(pk=user.pk).update(**values)
    return again(user)
