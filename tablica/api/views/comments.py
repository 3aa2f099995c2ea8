"""Comments, and the signs people put on entries and comments."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from ninja import Router

from tablica.accounts.models import User
from tablica.api.answers import answer, listing, nothing
from tablica.api.problems import only_parameters
from tablica.api.queries.entries import (
    comment_shapes,
    comments_page,
    history_page,
    one_comment,
    reaction_counts,
    text_shapes,
    visible_comment,
    visible_entry,
)
from tablica.api.reading import ApiRequest, cursor_in, limit_in, place_in, version_in
from tablica.api.shapes import CommentList, CommentShape, CommentText, Reactions, TextList
from tablica.wall.commands import comments, reactions
from tablica.wall.models import Reaction

router = Router(tags=["Comments"])


def shown(request: ApiRequest, comment_id: int, status: int = 200) -> HttpResponse:
    """One comment with its version."""
    shape = one_comment(request.reader, comment_id)
    location = f"/comments/{comment_id}" if status == 201 else ""
    return answer(shape, status=status, version=shape.version, location=location)


@router.get("/entries/{id:entry_id}/comments", response=CommentList, operation_id="list_comments")
def list_comments(request: ApiRequest, entry_id: int) -> HttpResponse:
    """The comments to an entry, the oldest first."""
    only_parameters(request.GET, ("limit", "cursor"))
    visible_entry(request.reader, entry_id)
    page, after = comments_page(
        request.reader, entry_id, after=cursor_in(request), limit=limit_in(request)
    )
    return listing(comment_shapes(request.reader, page), after.encode() if after else None)


@router.post(
    "/entries/{id:entry_id}/comments", response={201: CommentShape}, operation_id="write_comment"
)
def write_comment(request: ApiRequest, entry_id: int, sent: CommentText) -> HttpResponse:
    """Answer an entry that you may read."""
    comment = comments.write_comment(entry_id, by=request.reader, text=sent.text)
    return shown(request, comment.pk, 201)


@router.get("/comments/{id:comment_id}", response=CommentShape, operation_id="get_comment")
def get_comment(request: ApiRequest, comment_id: int) -> HttpResponse:
    """One comment."""
    return shown(request, comment_id)


@router.patch("/comments/{id:comment_id}", response=CommentShape, operation_id="change_comment")
def change_comment(request: ApiRequest, comment_id: int, sent: CommentText) -> HttpResponse:
    """Change a comment that you wrote."""
    version = version_in(request)
    comments.edit_comment(comment_id, by=request.reader, version=version, text=sent.text)
    return shown(request, comment_id)


@router.delete("/comments/{id:comment_id}", response={204: None}, operation_id="trash_comment")
def trash_comment(request: ApiRequest, comment_id: int) -> HttpResponse:
    """Move a comment to the trash, where it stays for 30 days."""
    comments.trash_comment(comment_id, by=request.reader, version=version_in(request))
    return nothing()


@router.post(
    "/comments/{id:comment_id}/restore", response=CommentShape, operation_id="restore_comment"
)
def restore_comment(request: ApiRequest, comment_id: int) -> HttpResponse:
    """Take a comment out of the trash."""
    comments.restore_comment(comment_id, by=request.reader)
    return shown(request, comment_id)


@router.get(
    "/comments/{id:comment_id}/history", response=TextList, operation_id="get_comment_history"
)
def get_comment_history(request: ApiRequest, comment_id: int) -> HttpResponse:
    """The versions of a comment, the newest first, as far back as they were for you."""
    only_parameters(request.GET, ("limit", "cursor"))
    comment = visible_comment(request.reader, comment_id)
    page, following = history_page(
        request.reader, comment, before=place_in(request), limit=limit_in(request)
    )
    return listing(text_shapes(request.reader, page), str(following) if following else None)


@router.put(
    "/entries/{id:entry_id}/reactions/{emoji}", response=Reactions, operation_id="react_to_entry"
)
def react_to_entry(request: ApiRequest, entry_id: int, emoji: str) -> HttpResponse:
    """Put a sign on an entry; the emoji is URL-encoded."""
    reactions.react_to_entry(entry_id, by=request.reader, emoji=emoji)
    return _reactions(request.reader, "entry", entry_id)


@router.delete(
    "/entries/{id:entry_id}/reactions/{emoji}", response=Reactions, operation_id="unreact_to_entry"
)
def unreact_to_entry(request: ApiRequest, entry_id: int, emoji: str) -> HttpResponse:
    """Take your sign away again."""
    reactions.unreact_to_entry(entry_id, by=request.reader, emoji=emoji)
    return _reactions(request.reader, "entry", entry_id)


@router.put(
    "/comments/{id:comment_id}/reactions/{emoji}",
    response=Reactions,
    operation_id="react_to_comment",
)
def react_to_comment(request: ApiRequest, comment_id: int, emoji: str) -> HttpResponse:
    """Put a sign on a comment; the emoji is URL-encoded."""
    reactions.react_to_comment(comment_id, by=request.reader, emoji=emoji)
    return _reactions(request.reader, "comment", comment_id)


@router.delete(
    "/comments/{id:comment_id}/reactions/{emoji}",
    response=Reactions,
    operation_id="unreact_to_comment",
)
def unreact_to_comment(request: ApiRequest, comment_id: int, emoji: str) -> HttpResponse:
    """Take your sign away again."""
    reactions.unreact_to_comment(comment_id, by=request.reader, emoji=emoji)
    return _reactions(request.reader, "comment", comment_id)


def _reactions(user: User, target: Literal["entry", "comment"], number: int) -> HttpResponse:
    mine = Reaction.objects.filter(**{target: number}, user=user).order_by("emoji")
    counts = reaction_counts(target, [number])
    return answer(
        Reactions(reactions=counts[number], mine=list(mine.values_list("emoji", flat=True)))
    )
