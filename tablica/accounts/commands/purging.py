"""Forgetting what let people in and no longer does."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session

from tablica.accounts.commands.sign_ins import forget_sign_ins
from tablica.accounts.models import KnownNet, OneTimeLink, SignInFailure, ToldEnd
from tablica.shared.jobs.commands import purge_in_batches

KEPT = timedelta(days=30)
KNOWN = timedelta(days=180)


def purge(now: datetime) -> int:
    """Forget what let people in and no longer does; how many rows.

    Guesses and links older than 30 days, networks not come from for half a year, ended sessions.
    """
    old = now - KEPT
    return (
        purge_in_batches(SignInFailure.objects.filter(at__lt=old))
        + purge_in_batches(OneTimeLink.objects.filter(expires_at__lt=old))
        + purge_in_batches(ToldEnd.objects.filter(at__lt=old))
        + purge_in_batches(KnownNet.objects.filter(at__lt=now - KNOWN))
        + forget_sign_ins()
        + purge_in_batches(Session.objects.filter(expire_date__lt=now))
    )
