"""Reads about letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from tablica.shared.mail.models import Letter, Line

FARTHEST = timedelta(hours=2)
"""Nothing is put off for longer: a time beyond that was set by a clock that was wrong."""
SHOWN = 50


def due(now: datetime) -> QuerySet[Letter]:
    """The letters that may be sent now and that nobody is sending."""
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=now + FARTHEST)
    ready = Q(not_before__lte=now) | Q(not_before__gt=now + FARTHEST)
    return Letter.objects.filter(free, ready, state=Letter.State.WAITING)


def rests(now: datetime) -> bool:
    """Whether the server is left alone for now, after it did not answer."""
    return Line.objects.filter(next_try__gt=now, next_try__lte=now + FARTHEST).exists()


@dataclass(frozen=True, slots=True)
class MailOverview:
    """How mail stands: for the administrator's page and the doctor."""

    is_set_up: bool
    waiting: int
    oldest: datetime | None
    failed: list[Letter]
    """The newest that were given up; who they were to and why, never what they say."""
    line: Line | None
    """What is wrong with the mail server; None when nothing is."""


def overview() -> MailOverview:
    """Look at the outbox as it is now."""
    waiting = Letter.objects.filter(state=Letter.State.WAITING)
    failed = Letter.objects.filter(state=Letter.State.FAILED).order_by("-ended_at", "-pk")
    return MailOverview(
        is_set_up=settings.SMTP is not None,
        waiting=waiting.count(),
        oldest=waiting.aggregate(at=Min("created_at"))["at"],
        failed=list(failed.only("to", "kind", "ended_at", "last_error", "state")[:SHOWN]),
        line=Line.objects.filter(failures__gt=0).first(),
    )


def failed_lately(days: int = 7) -> int:
    """How many letters were given up in the last days."""
    since = timezone.now() - timedelta(days=days)
    return Letter.objects.filter(state=Letter.State.FAILED, ended_at__gte=since).count()
