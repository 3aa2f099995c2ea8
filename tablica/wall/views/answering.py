"""What the views of a wall share: reading the request, and answering with the right partial."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.looking import tell_opened
from tablica.shared.errors import Hidden, Stale
from tablica.shared.text.differences import GONE, NEW, compare, folded
from tablica.shared.text.merging import Keep
from tablica.wall.models import Comment, Entry
from tablica.wall.queries import walls


def reader(request: HttpRequest) -> User:
    """The signed-in user; sign-in is required everywhere by the middleware."""
    assert isinstance(request.user, User)
    return request.user


def is_partial(request: HttpRequest) -> bool:
    """Whether a piece of the page is asked for, not the whole."""
    return request.headers.get("HX-Request") == "true"


def asks_for(request: HttpRequest, element: str) -> bool:
    """Whether the piece asked for is the one with this id."""
    return is_partial(request) and request.headers.get("HX-Target", "").endswith(f"#{element}")


def wall_of(request: HttpRequest) -> int | None:
    """The wall on which the entry is shown, from `?on=`; None on the dashboard wall."""
    number = request.GET.get("on", "")
    return int(number) if number.isdecimal() and len(number) < 19 else None


def version_of(request: HttpRequest) -> int | None:
    """The version the writer saw, from the form."""
    return _number(request.POST.get("version", ""))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def the_entry(request: HttpRequest, entry_id: int) -> Entry:
    """The entry, when the reader may see it; else `Hidden`."""
    entry = walls.position_of(reader(request), entry_id)
    if entry is None:
        raise Hidden
    tell_opened(reader(request), entry.record)
    return entry


def the_comment(request: HttpRequest, comment_id: int) -> Comment:
    """The comment, when the reader may see its entry; else `Hidden`."""
    found = (
        Comment.objects.visible_to(reader(request))
        .select_related("author", "entry__record")
        .filter(pk=comment_id)
        .first()
    )
    if found is None:
        raise Hidden
    return found


def entry_answer(
    request: HttpRequest, entry_id: int, *, toast: str = "", undo: str = "", pins: bool = False
) -> HttpResponse:
    """The entry anew for a partial request, else back to the wall; with a toast."""
    on = wall_of(request)
    if not is_partial(request):
        say(request, toast, undo)
        return HttpResponseRedirect(f"/e/{entry_id}")
    user = reader(request)
    row = walls.entry_row(user, entry_id, on=on)
    if row is None:
        raise Hidden
    shown: dict[str, Any] = {"row": row, "on": on, "toast": toast, "undo": undo}
    shown["undo_target"] = entry_id
    if pins and on == row.home.id:
        shown["pinned"] = walls.pinned(user, row.entry.record)
        shown["show_pinned"] = True
    return render(request, "wall/_entry_answer.html", shown)


def gone_answer(
    request: HttpRequest, entry_id: int, *, text: str, toast: str, undo: str, back: str
) -> HttpResponse:
    """A quiet line in place of the entry, and a toast that takes it back."""
    if not is_partial(request):
        say(request, toast, undo)
        return HttpResponseRedirect(back)
    context = {"entry_id": entry_id, "text": text, "toast": toast, "undo": undo}
    return render(request, "wall/_entry_gone.html", context | {"on": wall_of(request)})


def say(request: HttpRequest, toast: str, undo: str = "") -> None:
    """Leave a toast for the next whole page; `undo` is the address that takes it back."""
    if toast:
        messages.success(request, toast, extra_tags=undo)


def errors_of(error: ValidationError) -> dict[str, list[str]]:
    """The sentences of a refusal by field."""
    if hasattr(error, "error_dict"):
        return {name: list(map(str, found)) for name, found in error.message_dict.items()}
    return {"": list(map(str, error.messages))}


def refusal(
    request: HttpRequest, error: ValidationError, *, page: str, **more: Any
) -> HttpResponse:
    """422: the sentences alone for a partial request, else a page with what was typed."""
    errors = errors_of(error)
    sentences = [sentence for found in errors.values() for sentence in found]
    context = {"errors": errors, "sentences": sentences, "typed": request.POST, **more}
    template = "wall/_errors.html" if is_partial(request) else page
    return render(request, template, context, status=422)


def stale(
    request: HttpRequest, error: Stale, *, mine: str, theirs: str, **more: Any
) -> HttpResponse:
    """409: both texts side by side; nothing is lost, and the writer decides."""
    pieces = compare(theirs, mine)
    context = {
        "sentence": str(error),
        "mine": mine,
        "theirs": theirs,
        "their_pieces": folded([p for p in pieces if p.kind != NEW]),
        "my_pieces": folded([p for p in pieces if p.kind != GONE]),
        "seen": version_of(request) or "",
        **more,
    }
    template = "wall/_stale.html" if is_partial(request) else "wall/stale_page.html"
    return render(request, template, context, status=409)


def seen_and_kept(request: HttpRequest) -> tuple[int | None, Keep]:
    """The version that an edit began with, and what to do about others' edits since.

    What lies apart merges; what clashes is shown, and comes back with `keep=both` when both stay.
    """
    if request.POST.get("keep") == "both":
        return _number(request.POST.get("seen", "")) or version_of(request), "both"
    return version_of(request), "apart"


def deleted_sentence() -> str:
    """What a toast says of something thrown away."""
    return _("Moved to the trash. It stays there for 30 days.")
