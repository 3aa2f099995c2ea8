"""Voting, closing, deciding about ideas, accepting answers."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tablica.spaces.commands import ideas, polls, questions
from tablica.wall.views.answering import entry_answer, reader, refusal, the_entry


@require_POST
def vote(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Give one's vote in a poll, or to an idea."""
    by = reader(request)
    if the_entry(request, entry_id).type == "idea":
        ideas.support(entry_id, by=by)
        return entry_answer(request, entry_id)
    chosen = [int(n) for n in request.POST.getlist("choice") if n.isdecimal() and len(n) < 19]
    try:
        polls.vote(entry_id, by=by, choices=chosen)
    except ValidationError as error:
        return _refused(request, error, entry_id)
    return entry_answer(request, entry_id)


@require_POST
def unvote(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take one's vote back."""
    by = reader(request)
    if the_entry(request, entry_id).type == "idea":
        ideas.unsupport(entry_id, by=by)
    else:
        polls.unvote(entry_id, by=by)
    return entry_answer(request, entry_id)


@require_POST
def close(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Close a poll."""
    poll = polls.close_poll(entry_id, by=reader(request))
    undo = "" if poll.secret else f"/e/{entry_id}/closing/undo"
    return entry_answer(request, entry_id, toast=_("The poll is closed."), undo=undo)


@require_POST
def reopen(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Open a poll again."""
    polls.reopen_poll(entry_id, by=reader(request))
    return entry_answer(request, entry_id)


@require_POST
def decide(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Say what becomes of an idea."""
    try:
        ideas.set_status(entry_id, by=reader(request), status=request.POST.get("status", ""))
    except ValidationError as error:
        return _refused(request, error, entry_id)
    return entry_answer(request, entry_id)


@require_POST
def accept(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Say which comment answers the question."""
    number = request.POST.get("comment", "")
    chosen = int(number) if number.isdecimal() and len(number) < 19 else 0
    try:
        questions.accept_answer(entry_id, by=reader(request), comment=chosen)
    except ValidationError as error:
        return _refused(request, error, entry_id)
    return entry_answer(request, entry_id)


@require_POST
def take_back(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Say that nothing answers the question yet."""
    questions.take_answer_back(entry_id, by=reader(request))
    return entry_answer(request, entry_id)


def _refused(request: HttpRequest, error: ValidationError, entry_id: int) -> HttpResponse:
    return refusal(request, error, page="wall/refused_page.html", back=f"/e/{entry_id}")
