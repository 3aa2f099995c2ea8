"""Likes and other small signs."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tablica.wall.commands import reactions
from tablica.wall.queries.signs import reactions_to
from tablica.wall.views.answering import entry_answer, reader, refusal, the_entry, wall_of


@require_safe
def moods(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The signs to choose from, and who put which: also where nothing can be pointed at."""
    entry = the_entry(request, entry_id)
    context = {"entry": entry, "offered": reactions.OFFERED, "on": wall_of(request)}
    context["reactions"] = reactions_to(reader(request), entry.pk)
    return render(request, "wall/_moods.html", context)


@require_POST
def react(request: HttpRequest, entry_id: int, emoji: str) -> HttpResponse:
    """Put a sign on an entry."""
    try:
        reactions.react_to_entry(entry_id, by=reader(request), emoji=emoji)
    except ValidationError as error:
        return refusal(request, error, page="wall/refused_page.html", back=f"/e/{entry_id}")
    return entry_answer(request, entry_id)


@require_POST
def unreact(request: HttpRequest, entry_id: int, emoji: str) -> HttpResponse:
    """Take one's sign away."""
    reactions.unreact_to_entry(entry_id, by=reader(request), emoji=emoji)
    return entry_answer(request, entry_id)


@require_POST
def react_to_comment(request: HttpRequest, comment_id: int, emoji: str) -> HttpResponse:
    """Put a sign on a comment."""
    try:
        comment = reactions.react_to_comment(comment_id, by=reader(request), emoji=emoji)
    except ValidationError as error:
        return refusal(request, error, page="wall/refused_page.html", back="/")
    return entry_answer(request, comment.entry_id)


@require_POST
def unreact_to_comment(request: HttpRequest, comment_id: int, emoji: str) -> HttpResponse:
    """Take one's sign away."""
    comment = reactions.unreact_to_comment(comment_id, by=reader(request), emoji=emoji)
    return entry_answer(request, comment.entry_id)
