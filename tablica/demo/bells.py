"""What the people of the demo company have been told lately, by the rules that hold for all."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from tablica.demo.filler import REASON
from tablica.notices.commands import tell_of
from tablica.notices.models import Notice
from tablica.wall.models import Comment, Entry
from tablica.wall.signals import quiet

LATELY = timedelta(days=14)
NOT_YET_READ = timedelta(days=2)
MOST = 200


def ring(now: datetime) -> None:
    """Give the notices of the last two weeks; those of the last two days are not read yet."""
    with quiet():  # nobody gets letters of it
        _ring(now)


def _ring(now: datetime) -> None:
    since = now - LATELY
    entries = Entry.objects.unguarded(reason=REASON).filter(created_at__gte=since)
    for entry in entries.order_by("-created_at", "-pk")[:MOST]:
        tell_of(entry.pk, by=entry.author_id)
    comments = Comment.objects.unguarded(reason=REASON).filter(created_at__gte=since)
    for comment in comments.order_by("-created_at", "-pk")[:MOST]:
        tell_of(comment.entry_id, comment=comment.pk, by=comment.author_id)
    Notice.objects.unguarded(reason=REASON).filter(at__lt=now - NOT_YET_READ).update(
        read_at=F("at")
    )
