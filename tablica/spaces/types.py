"""What polls, ideas and questions have beside their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.spaces.commands.polls import begin_poll
from tablica.spaces.models import Choice, Idea, Question
from tablica.spaces.queries.shown import (
    IdeaRow,
    PollRow,
    QuestionRow,
    ideas_of,
    polls_of,
    questions_of,
)
from tablica.wall.models import Entry
from tablica.wall.queries.rows import EntryRow
from tablica.wall.types import Extra


class PollExtra(Extra):
    """Choices and their votes."""

    def read(self, form: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "choices": form.get("choices", "").splitlines(),
            "several": form.get("several") == "1",
            "secret": form.get("secret") == "1",
            "closes_at": form.get("closes_on", ""),
        }

    def begin(self, entry: Entry, data: Mapping[str, Any], *, by: User) -> None:
        begin_poll(entry, data)

    def shown(self, user: User, rows: Sequence[EntryRow]) -> Mapping[int, PollRow]:
        return polls_of(user, rows)

    def texts(self, entry: Entry) -> Iterable[str]:
        return Choice.objects.filter(poll=entry.pk).values_list("text", flat=True)


class IdeaExtra(Extra):
    """Votes, and what became of it."""

    def begin(self, entry: Entry, data: Mapping[str, Any], *, by: User) -> None:
        _nothing(data)
        Idea.objects.create(entry=entry)

    def shown(self, user: User, rows: Sequence[EntryRow]) -> Mapping[int, IdeaRow]:
        return ideas_of(user, rows)


class QuestionExtra(Extra):
    """The accepted answer."""

    def begin(self, entry: Entry, data: Mapping[str, Any], *, by: User) -> None:
        _nothing(data)
        Question.objects.create(entry=entry)

    def shown(self, user: User, rows: Sequence[EntryRow]) -> Mapping[int, QuestionRow]:
        return questions_of(user, rows)


def _nothing(data: Mapping[str, Any]) -> None:
    if data:
        raise ValidationError({"data": _("This type of entry takes no data.")})
