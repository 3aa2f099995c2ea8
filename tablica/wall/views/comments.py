"""Comments: answering, editing, throwing away."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tablica.shared.errors import Hidden, Stale
from tablica.wall.commands import comments
from tablica.wall.commands.drafts import end_draft
from tablica.wall.rules import may_change_comment
from tablica.wall.views.answering import (
    deleted_sentence,
    entry_answer,
    is_partial,
    reader,
    refusal,
    seen_and_kept,
    stale,
    the_comment,
    the_entry,
    version_of,
    wall_of,
)
from tablica.wall.views.drafts import draft_key
from tablica.wall.views.history import merged_sentence


@require_POST
def write(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Answer an entry."""
    typed = request.POST.get("text", "")
    try:
        with transaction.atomic():
            end_draft(draft_key(request), by=reader(request))
            comments.write_comment(entry_id, by=reader(request), text=typed)
    except ValidationError as error:
        entry = the_entry(request, entry_id)
        action = f"/e/{entry_id}/comments"
        return refusal(
            request, error, page="wall/comment_page.html", entry=entry, text=typed, action=action
        )
    return entry_answer(request, entry_id)


@require_safe
def edit_form(request: HttpRequest, comment_id: int) -> HttpResponse:
    """The comment as a form, for who wrote it."""
    comment = the_comment(request, comment_id)
    if not may_change_comment(reader(request), comment):
        raise Hidden
    context = {
        "comment": comment,
        "entry": comment.entry,
        "text": comment.body,
        "action": f"/comments/{comment_id}",
        "on": wall_of(request),
    }
    template = "wall/_comment_edit.html" if is_partial(request) else "wall/comment_page.html"
    return render(request, template, context)


@require_POST
def edit(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Save one's edit, merged with others since; where they clash, show both texts."""
    typed = request.POST.get("text", "")
    seen, keep = seen_and_kept(request)
    try:
        with transaction.atomic():
            end_draft(draft_key(request), by=reader(request))
            comment = comments.edit_comment(
                comment_id, by=reader(request), version=seen, text=typed, keep=keep
            )
    except ValidationError as error:
        found = the_comment(request, comment_id)
        return refusal(
            request,
            error,
            page="wall/comment_page.html",
            entry=found.entry,
            comment=found,
            text=typed,
            action=f"/comments/{comment_id}",
        )
    except Stale as error:
        found = the_comment(request, comment_id)
        return stale(
            request,
            error,
            mine=typed,
            theirs=found.body,
            address=f"/comments/{comment_id}",
            version=found.version,
            target=f"#entry-{found.entry_id}",
            on=wall_of(request),
        )
    return entry_answer(request, comment.entry_id, toast=merged_sentence(comment, seen))


@require_POST
def trash(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Throw the comment away, with undo at hand."""
    comment = comments.trash_comment(comment_id, by=reader(request), version=version_of(request))
    undo = f"/comments/{comment_id}/trash/undo"
    return entry_answer(request, comment.entry_id, toast=deleted_sentence(), undo=undo)


@require_POST
def untrash(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Take the comment out of the trash."""
    comment = comments.restore_comment(comment_id, by=reader(request))
    return entry_answer(request, comment.entry_id, toast=_("Restored."))
