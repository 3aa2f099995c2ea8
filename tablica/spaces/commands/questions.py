"""Questions: which comment is the answer."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.errors import Hidden, Refused
from tablica.spaces.models import Question
from tablica.spaces.rules import may_accept
from tablica.wall.commands.entries import lock_entry
from tablica.wall.commands.reactions import react_to_comment, unreact_to_comment
from tablica.wall.models import Comment, Entry
from tablica.wall.signals import say_redrawn

ACCEPTED = "✅"
"""The sign that who accepts an answer puts on it: so its author hears of it, as of any other."""


@transaction.atomic
def accept_answer(entry_id: int, *, by: User, comment: int) -> Question:
    """Say that a comment on this entry answers it, in place of another one.

    Raises `Hidden`, `Refused`, or `ValidationError` when it is no comment on this entry.
    """
    question = _question(lock_entry(entry_id, by=by), by)
    comments = Comment.objects.unguarded(reason="of an entry that was locked and checked")
    found = comments.filter(pk=comment, entry=entry_id, trashed_at=None).first()
    if found is None:
        raise ValidationError({"comment": _("Choose one of the comments here.")})
    if question.answer_id == found.pk:
        return question
    _unmark(question, by)
    question.answer, question.accepted_at, question.accepted_by = found, timezone.now(), by
    question.save()
    if found.author_id != by.pk:
        react_to_comment(found.pk, by=by, emoji=ACCEPTED)
    say_redrawn(question.pk)
    return question


@transaction.atomic
def take_answer_back(entry_id: int, *, by: User) -> Question:
    """Say that the question is open again."""
    question = _question(lock_entry(entry_id, by=by), by)
    if question.answer_id is not None:
        _unmark(question, by)
        question.answer = question.accepted_at = question.accepted_by = None
        question.save()
        say_redrawn(question.pk)
    return question


def _unmark(question: Question, by: User) -> None:
    """Take the sign off an answer that is one no more, as far as it is one's own."""
    answer = question.answer
    if answer is not None and answer.trashed_at is None and question.accepted_by_id == by.pk:
        unreact_to_comment(answer.pk, by=by, emoji=ACCEPTED)


def _question(entry: Entry, by: User) -> Question:
    question = Question.objects.select_related("answer").filter(entry=entry).first()
    if question is None:
        raise Hidden
    if not may_accept(by, entry):
        raise Refused(_("Only who asked, or may edit this space, may say what answers it."))
    question.entry = entry
    return question
