"""Keeping what open pages are to hear of, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.utils import timezone

from tablica.accounts.models import User
from tablica.live.models import News
from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.wall.models import Entry


def entry_came(entry: int, *, by: int | None) -> None:
    """An entry was written, or a wall noted something."""
    _keep([News(what=News.What.NEW, entry=entry, by=by, at=timezone.now())])


def entries_changed(entries: Iterable[int]) -> None:
    """These look different now, or are gone."""
    now = timezone.now()
    _keep([News(what=News.What.CHANGED, entry=entry, at=now) for entry in entries])


def notices_changed(people: Iterable[int]) -> None:
    """What is behind the bells of these people is different now."""
    _keep([News(what=News.What.BELL, people=sorted(people), at=timezone.now())])


def writes(user: User, *, record: int | None = None, entry: int | None = None) -> None:
    """`user` is writing on the wall of a record, or an answer to an entry, which they may see."""
    walls = Record.objects.visible_to(user).filter(pk=record or 0, trashed_at=None)
    entries = Entry.objects.visible_to(user).filter(pk=entry or 0)
    if not (walls.exists() if record is not None else entries.exists()):
        raise Hidden
    now = timezone.now()
    _keep([News(what=News.What.WRITING, record=record, entry=entry, by=user.pk, at=now)])


def forget(before: datetime) -> int:
    """Remove what is older: whoever was away that long reads the page anew. How many it were."""
    return News.objects.filter(at__lt=before).delete()[0]


def _keep(news: list[News]) -> None:
    if not news:
        return
    News.objects.bulk_create(news)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("NOTIFY tablica_live")  # sent at the commit, once for all of it
