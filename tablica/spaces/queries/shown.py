"""What a reader sees of polls, ideas and questions; of many entries, fetched together.

The results of a poll are there for who has voted, and for everybody once it is closed. Those of a
secret one are there only when it is closed, and never with anybody's name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from tablica.accounts.models import User
from tablica.shared.html import TrustedHtml
from tablica.spaces.models import Choice, Idea, Poll, Question, Support, Vote
from tablica.spaces.rules import may_accept, may_close, runs
from tablica.wall.models import Comment
from tablica.wall.queries.cards import cards_in
from tablica.wall.queries.rows import EntryRow

FACES = 5
CHECKED = "answers to entries that are the reader's"


@dataclass(frozen=True)
class ChoiceRow:
    """One choice. `votes` and `share` (of a hundred) are None while the results are not there."""

    id: str
    text: str
    mine: bool
    votes: int | None
    share: int | None
    faces: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class PollRow:
    """A poll as its reader sees it."""

    poll: Poll
    choices: list[ChoiceRow]
    voters: int | None
    is_open: bool
    voted: bool
    may_close: bool

    @property
    def may_reopen(self) -> bool:
        return self.may_close and not self.is_open and not self.poll.secret

    @property
    def data(self) -> dict[str, Any]:
        choices = [
            {"id": int(c.id), "text": c.text, "votes": c.votes, "mine": c.mine}
            for c in self.choices
        ]
        return {
            "choices": choices,
            "several": self.poll.several,
            "secret": self.poll.secret,
            "closes_at": _said(self.poll.closes_at),
            "open": self.is_open,
            "voters": self.voters,
        }


@dataclass(frozen=True)
class IdeaRow:
    """An idea as its reader sees it."""

    idea: Idea
    votes: int
    mine: bool
    faces: list[User]
    may_decide: bool
    statuses: list[tuple[str, Any]]

    @property
    def label(self) -> str:
        return str(Idea.Status(self.idea.status).label)

    @property
    def data(self) -> dict[str, Any]:
        return {"status": self.idea.status, "votes": self.votes, "mine": self.mine}


@dataclass(frozen=True)
class QuestionRow:
    """A question as its reader sees it, with its answer once there is one."""

    answer: Comment | None
    html: TrustedHtml | None
    may_accept: bool

    @property
    def answer_id(self) -> str:
        return str(self.answer.pk) if self.answer else ""

    @property
    def data(self) -> dict[str, Any]:
        return {"answer": self.answer.pk if self.answer else None}


def _said(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def polls_of(user: User, rows: Sequence[EntryRow]) -> Mapping[int, PollRow]:
    """The polls of these entries."""
    polls = Poll.objects.in_bulk([row.entry.pk for row in rows])
    choices: dict[int, list[Choice]] = defaultdict(list)
    for choice in Choice.objects.filter(poll__in=polls):
        choices[choice.poll_id].append(choice)
    votes = Vote.objects.filter(poll__in=polls).order_by()
    mine = set(votes.filter(user=user).values_list("choice_id", flat=True))
    counts = dict(votes.values_list("choice").annotate(n=Count("pk")))
    voters = dict(votes.values_list("poll").annotate(n=Count("user", distinct=True)))
    faces = _faces(votes.filter(poll__secret=False), "choice")
    now = timezone.now()
    found = {}
    for row in rows:
        poll = polls.get(row.entry.pk)
        if poll is None:
            continue
        own = choices[poll.pk]
        is_open, voted = poll.is_open(now), any(choice.pk in mine for choice in own)
        told = not is_open or (voted and not poll.secret)
        people = voters.get(poll.pk, 0)
        found[poll.pk] = PollRow(
            poll,
            [
                ChoiceRow(
                    str(c.pk),
                    c.text,
                    c.pk in mine,
                    counts.get(c.pk, 0) if told else None,
                    round(100 * counts.get(c.pk, 0) / people) if told and people else None,
                    faces.get(c.pk, []) if told else [],
                )
                for c in own
            ],
            people if told else None,
            is_open,
            voted,
            may_close(user, row.entry),
        )
    return found


def _faces(votes: Any, by: str) -> dict[int, list[User]]:
    """The first few who voted for each."""
    ranked = votes.annotate(
        rank=Window(RowNumber(), partition_by=F(by), order_by=[F("at").asc(), F("pk").asc()])
    )
    found: dict[int, list[User]] = defaultdict(list)
    first = ranked.filter(rank__lte=FACES).select_related("user").order_by("at", "pk")
    for vote in first:
        found[getattr(vote, f"{by}_id")].append(vote.user)
    return found


def ideas_of(user: User, rows: Sequence[EntryRow]) -> Mapping[int, IdeaRow]:
    """The ideas of these entries."""
    ideas = Idea.objects.in_bulk([row.entry.pk for row in rows])
    supports = Support.objects.filter(idea__in=ideas).order_by()
    counts = dict(supports.values_list("idea").annotate(n=Count("pk")))
    mine = set(supports.filter(user=user).values_list("idea", flat=True))
    faces = _faces(supports, "idea")
    return {
        row.entry.pk: IdeaRow(
            ideas[row.entry.pk],
            counts.get(row.entry.pk, 0),
            row.entry.pk in mine,
            faces.get(row.entry.pk, []),
            runs(user, row.entry),
            Idea.Status.choices,
        )
        for row in rows
        if row.entry.pk in ideas
    }


def questions_of(user: User, rows: Sequence[EntryRow]) -> Mapping[int, QuestionRow]:
    """The questions of these entries."""
    questions = Question.objects.in_bulk([row.entry.pk for row in rows])
    answers = _answers(questions.values())
    cards = cards_in(user, (answer.html for answer in answers.values()))
    found = {}
    for row in rows:
        question = questions.get(row.entry.pk)
        if question is not None:
            answer = answers.get(question.answer_id or 0)
            html = cards.html(answer.html) if answer else None
            found[question.pk] = QuestionRow(answer, html, may_accept(user, row.entry))
    return found


def _answers(questions: Iterable[Question]) -> dict[int, Comment]:
    numbers = [q.answer_id for q in questions if q.answer_id]
    comments = Comment.objects.unguarded(reason=CHECKED).filter(pk__in=numbers, trashed_at=None)
    return {comment.pk: comment for comment in comments.select_related("author")}
