"""Polls, ideas and questions: voting, closing, deciding, accepting an answer."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from tablica.api.queries.entries import visible_entry
from tablica.api.reading import ApiRequest
from tablica.api.shapes import Answer, Ballot, EntryShape, IdeaStatus
from tablica.api.views.entries import shown
from tablica.spaces.commands import ideas, polls, questions

router = Router(tags=["Polls, ideas, questions"])


@router.put("/entries/{id:entry_id}/vote", response=EntryShape, operation_id="vote")
def vote(request: ApiRequest, entry_id: int, sent: Ballot | None = None) -> HttpResponse:
    """Vote in a poll (name the `choices`, in place of earlier ones), or for an idea (no body)."""
    if visible_entry(request.reader, entry_id).type == "idea":
        ideas.support(entry_id, by=request.reader)
    else:
        polls.vote(entry_id, by=request.reader, choices=sent.choices if sent else ())
    return shown(request, entry_id)


@router.delete("/entries/{id:entry_id}/vote", response=EntryShape, operation_id="unvote")
def unvote(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Take your vote back."""
    if visible_entry(request.reader, entry_id).type == "idea":
        ideas.unsupport(entry_id, by=request.reader)
    else:
        polls.unvote(entry_id, by=request.reader)
    return shown(request, entry_id)


@router.put("/entries/{id:entry_id}/closing", response=EntryShape, operation_id="close_poll")
def close_poll(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Close a poll that you asked, or whose wall you look after."""
    polls.close_poll(entry_id, by=request.reader)
    return shown(request, entry_id)


@router.delete("/entries/{id:entry_id}/closing", response=EntryShape, operation_id="reopen_poll")
def reopen_poll(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Open a poll again; a secret one stays closed."""
    polls.reopen_poll(entry_id, by=request.reader)
    return shown(request, entry_id)


@router.put("/entries/{id:entry_id}/status", response=EntryShape, operation_id="decide_idea")
def decide_idea(request: ApiRequest, entry_id: int, sent: IdeaStatus) -> HttpResponse:
    """Say what becomes of an idea on a wall that you look after."""
    ideas.set_status(entry_id, by=request.reader, status=sent.status)
    return shown(request, entry_id)


@router.put("/entries/{id:entry_id}/answer", response=EntryShape, operation_id="accept_answer")
def accept_answer(request: ApiRequest, entry_id: int, sent: Answer) -> HttpResponse:
    """Say which comment answers a question that you asked, or in a space that you may edit."""
    questions.accept_answer(entry_id, by=request.reader, comment=sent.comment)
    return shown(request, entry_id)


@router.delete("/entries/{id:entry_id}/answer", response=EntryShape, operation_id="reopen_question")
def reopen_question(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Say that nothing answers the question yet."""
    questions.take_answer_back(entry_id, by=request.reader)
    return shown(request, entry_id)
