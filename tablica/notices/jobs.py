"""Telling people, apart from the request in which it happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from tablica.accounts.models import User
from tablica.notices import commands
from tablica.notices.commands import KEPT
from tablica.notices.models import Notice
from tablica.notices.signals import say_changed
from tablica.shared.jobs.regular import every
from tablica.wall.models import Comment, Entry
from tablica.wall.signals import is_quiet


def hear(sender: object, *, entry: Entry, comment: Comment | None, **more: Any) -> None:
    """Something came onto a wall: keep the job that tells of it, in the same transaction."""
    by: User | None = more["by"]
    tell_of.enqueue(
        entry.pk, comment.pk if comment else None, by.pk if by else None, edited=more["edited"]
    )


def hear_likes(
    sender: object, *, entry: Entry, comment: Comment | None, by: User, added: bool, **more: Any
) -> None:
    """Somebody likes what another wrote, or no longer does."""
    author = comment.author_id if comment else entry.author_id
    if author is not None and author != by.pk:
        tell_of_likes.enqueue(entry.pk, comment.pk if comment else None, added=added)


def hear_gone(
    sender: object, *, entries: Iterable[int] = (), comments: Iterable[int] = (), **more: Any
) -> None:
    """Something may be thrown away or back: bells count anew where it is not read yet."""
    these, answers = list(entries), list(comments)
    if is_quiet() or not (these or answers):
        return
    told = Notice.objects.unguarded(reason="whose bells; each of them counts as that person")
    unread = told.filter(Q(entry__in=these) | Q(comment__in=answers), read_at=None)
    say_changed(unread.values_list("user_id", flat=True))


def hear_put_off(sender: object, *, person: int, until: datetime, **more: Any) -> None:
    """Somebody put something off: keep the job that says when it is up again."""
    come_up.using(run_after=until).enqueue(person)


@every("55 2 * * *")
@task(atomic=False, label=_("Forget notices read long ago"))
def forget_old() -> None:
    """Remove what was read long ago."""
    commands.forget_read(timezone.now() - KEPT)


@task(atomic=False, label=_("Tell people of news"))
def tell_of(entry: int, comment: int | None, by: int | None, *, edited: bool = False) -> None:
    """Give everybody who is to hear of it their one notice."""
    commands.tell_of(entry, comment=comment, by=by, edited=edited)


@task(atomic=False, label=_("Tell people of likes"))
def tell_of_likes(entry: int, comment: int | None, *, added: bool) -> None:
    """Let who wrote it know that others like it."""
    commands.tell_of_likes(entry, comment=comment, added=added)


@task(label=_("Bring back what was put off"))
def come_up(user: int) -> None:
    """What somebody put off is up again."""
    say_changed([user])
