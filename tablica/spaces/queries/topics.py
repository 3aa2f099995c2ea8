"""The questions and the ideas of a space as lists of their own."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.spaces.models import Idea, Question
from tablica.wall.models import Comment, Entry
from tablica.wall.queries.rows import EntryRow, rows_of

PAGE = 30


@dataclass(frozen=True)
class Page:
    """Entries of one topic, and the place after which the next page begins."""

    rows: list[EntryRow]
    next: tuple[int, int] | None


def ideas_in(
    user: User, record: Record, *, status: str = "", after: tuple[int, int] | None = None
) -> Page:
    """Ideas on this wall by their votes, the most first; `after` is (votes, number of the last)."""
    entries = _entries(user, record, "idea").annotate(n=Count("idea__supports"))
    if status in Idea.Status.values:
        entries = entries.filter(idea__status=status)
    if after is not None:
        votes, number = after
        entries = entries.filter(Q(n__lt=votes) | Q(n=votes, pk__lt=number))
    found = list(entries.order_by("-n", "-pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    following = (last.n, last.pk) if last else None
    return Page(rows_of(user, found[:PAGE], on=record.pk), following)


def questions_in(
    user: User, record: Record, *, show: str = "", after: tuple[int, int] | None = None
) -> Page:
    """Questions on this wall, the newest first: all, those `open`, or those `answered`."""
    entries = _entries(user, record, "question")
    there = Comment.objects.unguarded(reason="whether it is there still, nothing of it").filter(
        pk=OuterRef("answer"), trashed_at=None
    )
    answered = Question.objects.filter(Exists(there)).values("entry")
    if show == "open":
        entries = entries.exclude(pk__in=answered)
    elif show == "answered":
        entries = entries.filter(pk__in=answered)
    if after is not None:
        entries = entries.filter(pk__lt=after[1])
    found = list(entries.order_by("-pk")[: PAGE + 1])
    following = (0, found[PAGE - 1].pk) if len(found) > PAGE else None
    return Page(rows_of(user, found[:PAGE], on=record.pk), following)


def _entries(user: User, record: Record, type_: str) -> QuerySet[Entry]:
    entries = Entry.objects.visible_to(user).select_related("record", "author")
    return entries.filter(record=record, type=type_)
