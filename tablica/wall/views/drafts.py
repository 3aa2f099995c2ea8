"""What one is writing: kept while one writes, listed, thrown away."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.wall.commands import drafts as commands
from tablica.wall.commands.drafts import Ended, Typed
from tablica.wall.models import Draft
from tablica.wall.queries.drafts import drafts_at, own_drafts, said, where
from tablica.wall.views.answering import errors_of, reader, say

JSON = "application/json"
LARGEST = 2**31


def draft_key(request: HttpRequest) -> uuid.UUID | None:
    """The number of the draft whose words this form posts, if its page kept one."""
    return _uuid(request.POST.get("draft", ""))


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def numbers(said: list[str]) -> list[int]:
    """The whole numbers among what a form sent under one name."""
    return [int(n) for n in said if n.isdecimal() and len(n) < 19]


def at_place(place: Draft.Place, name: str) -> Callable[..., HttpResponse]:
    """The address of the drafts at one sort of place, whose number is called `name`.

    GET: one's drafts there, the latest first. POST: keep one, after each pause of writing.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: HttpRequest, **at: int) -> HttpResponse:
        number = at[name]
        if request.method == "POST":
            return _save(request, place, number)
        where(reader(request), place, number)
        return _drafts(request, place, number)

    return view


of_wall = at_place(Draft.Place.WALL, "record_id")
of_comment = at_place(Draft.Place.COMMENT, "entry_id")
of_entry = at_place(Draft.Place.ENTRY, "entry_id")
of_comment_edit = at_place(Draft.Place.COMMENT_EDIT, "comment_id")


def _drafts(request: HttpRequest, place: Draft.Place, number: int) -> HttpResponse:
    found = drafts_at(reader(request), place, number)
    return JsonResponse({"drafts": [said(draft) for draft in found]})


def _save(request: HttpRequest, place: Draft.Place, number: int) -> HttpResponse:
    """200 with what is kept now and what else is; 410 when it was posted or thrown away."""
    user = reader(request)
    typed = _typed(request)
    if typed is None:
        where(user, place, number)
        return _no(422, _("This draft was sent without its number."))
    try:
        draft = commands.save_draft(place, number, typed, by=user)
    except Ended:
        return _no(410, _("This was posted or discarded elsewhere."))
    except ValidationError as error:
        return _no(422, " ".join(s for found in errors_of(error).values() for s in found))
    others = [said(one) for one in drafts_at(user, place, number) if draft is None or one != draft]
    kept = None
    if draft is not None:
        kept = {
            "id": draft.pk,
            "key": str(draft.key),
            "version": draft.version,
            "saved": draft.saved_at.isoformat(),
        }
    return JsonResponse({"draft": kept, "others": others})


def _no(status: int, sentence: str) -> HttpResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def _typed(request: HttpRequest) -> Typed | None:
    sent = request.POST
    key, hand = _uuid(sent.get("key", "")), _uuid(sent.get("hand", ""))
    if key is None or hand is None:
        return None
    version, turn = (_count(sent.get(name, "")) for name in ("version", "turn"))
    chosen: dict[str, Any] = {name: sent.get(name, "") for name in commands.CHOSEN}
    chosen["readers"] = numbers(sent.getlist("readers"))
    return Typed(
        key,
        version,
        hand,
        turn,
        text=sent.get("text", ""),
        chosen=chosen,
        files=numbers(sent.getlist("files")),
        uploads=[found for one in sent.getlist("uploads") if (found := _uuid(one))],
    )


def _count(text: str) -> int:
    return min(int(text), LARGEST - 1) if text.isdecimal() and len(text) < 11 else 0


@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """Everything one is writing, also at places one does not see any more."""
    rows = own_drafts(reader(request))
    return render(request, "wall/drafts_page.html", {"rows": rows, "current": "drafts"})


@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a draft away, with undo at hand."""
    commands.discard_draft(number, by=reader(request))
    return _done(request, _("Draft discarded."), f"/drafts/{number}/discard/undo")


@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take a draft back that was thrown away."""
    draft = commands.take_back_draft(number, by=reader(request))
    return _done(request, _("The draft is back."), draft=draft)


def _done(
    request: HttpRequest, toast: str, undo: str = "", draft: Draft | None = None
) -> HttpResponse:
    """Back to the list; for a script the draft as it is now."""
    if JSON in request.headers.get("Accept", ""):
        return JsonResponse({"draft": said(draft) if draft else None})
    say(request, toast, undo)
    return HttpResponseRedirect("/drafts")
