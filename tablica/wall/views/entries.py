"""Entries: reading one at its place, writing, editing, pinning, throwing away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.accounts.queries import colleagues
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.shared.errors import Hidden, Stale
from tablica.wall.commands import entries, files, pins
from tablica.wall.commands.drafts import end_draft
from tablica.wall.forms import read_entry
from tablica.wall.models import LONGEST_MINUTES
from tablica.wall.queries import walls
from tablica.wall.queries.context import sources
from tablica.wall.queries.follows import is_muted
from tablica.wall.rules import may_change_entry
from tablica.wall.types import shown_type
from tablica.wall.views.answering import (
    deleted_sentence,
    entry_answer,
    gone_answer,
    is_partial,
    reader,
    refusal,
    say,
    seen_and_kept,
    stale,
    the_entry,
    version_of,
    wall_of,
)
from tablica.wall.views.drafts import draft_key, numbers
from tablica.wall.views.history import merged_sentence


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """GET: the entry at its place on its wall, or alone as a partial. POST: one's edit of it.

    With `?heard` an open page asks, having heard of a change: it may be gone by now.
    """
    if request.method == "POST":
        return edit(request, entry_id)
    try:
        found = the_entry(request, entry_id)
        if is_partial(request):
            return entry_answer(request, entry_id)
    except Hidden:
        if "heard" in request.GET:
            return HttpResponse(status=204)
        raise
    comment = request.GET.get("comment", "")
    place = f"comment-{comment}" if comment.isdecimal() else f"entry-{entry_id}"
    url = kind_named(found.record.kind).url_of(found.record_id)
    return HttpResponseRedirect(f"{url}?at={entry_id}#{place}")


@require_POST
def write(request: HttpRequest, record_id: int) -> HttpResponse:
    """Write on the wall of a record: the text, its files, all in one transaction."""
    user = reader(request)
    record = Record.objects.visible_to(user).filter(pk=record_id).first()
    if record is None:
        raise Hidden
    try:
        uploads = request.FILES.getlist("files")
        with files.files_to_attach(uploads, by=user) as attached:
            end_draft(draft_key(request), by=user)
            attached += numbers(request.POST.getlist("attached"))
            values = read_entry(request.POST)
            written = entries.write_entry(
                record_id,
                by=user,
                type_=values.get("type", "note"),
                text=values["text"],
                tags=values.get("tags", ()),
                files=attached,
                happened_at=values.get("happened_at"),
                audience=values.get("audience"),
                data=_data(request, values.get("type", "note")),
            )
    except ValidationError as error:
        return refusal(
            request, error, page="wall/write_page.html", record=record, people=colleagues()
        )
    if not is_partial(request):
        return HttpResponseRedirect(f"/e/{written.pk}")
    own_count, _sources = sources(user, record, [])
    context = {
        "record": record,
        "row": walls.entry_row(user, written.pk, on=record_id),
        "own_count": own_count,
        "on": record_id,
        "people": colleagues(),
    }
    return render(request, "wall/_written.html", context)


def _data(request: HttpRequest, type_: str) -> dict[str, Any]:
    """What was chosen for an entry of this type beside its words."""
    extra = shown_type(type_).extra
    return _minutes(request) if extra is None else extra.read(request.POST)


def _minutes(request: HttpRequest) -> dict[str, Any]:
    """How long a call or meeting took, in whole minutes."""
    minutes = request.POST.get("minutes", "").strip()
    if not minutes:
        return {}
    if not minutes.isdecimal() or len(minutes) > 6 or not 0 < int(minutes) <= LONGEST_MINUTES:
        raise ValidationError({"minutes": _("A length is between 1 and 1440 minutes.")})
    return {"minutes": int(minutes)}


def edit(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Save one's edit, merged with others since; where they clash, show both texts."""
    user = reader(request)
    typed = request.POST.get("text", "")
    seen, keep = seen_and_kept(request)
    try:
        values = read_entry(request.POST)
        with transaction.atomic():
            end_draft(draft_key(request), by=user)
            edited = entries.edit_entry(entry_id, by=user, version=seen, values=values, keep=keep)
    except ValidationError as error:
        found = the_entry(request, entry_id)
        return refusal(request, error, page="wall/edit_page.html", entry=found, text=typed, on=None)
    except Stale as error:
        found = the_entry(request, entry_id)
        return stale(
            request,
            error,
            mine=typed,
            theirs=found.body,
            address=f"/e/{entry_id}",
            version=found.version,
            target=f"#entry-{entry_id}",
            on=wall_of(request),
        )
    return entry_answer(request, entry_id, toast=merged_sentence(edited, seen))


@require_safe
def edit_form(request: HttpRequest, entry_id: int) -> HttpResponse:
    """The entry as a form, for who wrote it."""
    found = the_entry(request, entry_id)
    if not may_change_entry(reader(request), found):
        raise Hidden
    picked = " ".join(tag.name for tag in found.tags.all())
    context = {"entry": found, "text": found.body, "tags": picked, "on": wall_of(request)}
    template = "wall/_entry_edit.html" if is_partial(request) else "wall/edit_page.html"
    return render(request, template, context)


@require_safe
def menu(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What this reader may do with the entry."""
    row = walls.entry_row(reader(request), entry_id, on=wall_of(request))
    if row is None:
        raise Hidden
    template = "wall/_entry_menu.html" if is_partial(request) else "wall/menu_page.html"
    muted = is_muted(reader(request), entry_id)
    return render(request, template, {"row": row, "on": wall_of(request), "muted": muted})


@require_POST
def pin(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Keep the entry on top of its wall."""
    pins.pin_entry(entry_id, by=reader(request))
    return entry_answer(
        request, entry_id, toast=_("Pinned."), undo=f"/e/{entry_id}/pin/undo", pins=True
    )


@require_POST
def unpin(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take the pin out."""
    pins.unpin_entry(entry_id, by=reader(request))
    return entry_answer(request, entry_id, toast=_("No longer pinned."), pins=True)


@require_POST
def trash(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Throw the entry away, with undo at hand."""
    thrown = entries.trash_entry(entry_id, by=reader(request), version=version_of(request))
    return gone_answer(
        request,
        entry_id,
        text=_("This entry was deleted."),
        toast=deleted_sentence(),
        undo=f"/e/{entry_id}/trash/undo",
        back=kind_named(thrown.record.kind).url_of(thrown.record_id),
    )


@require_POST
def untrash(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take the entry out of the trash."""
    entries.restore_entry(entry_id, by=reader(request))
    say(request, "" if is_partial(request) else _("Restored."))
    return entry_answer(request, entry_id)
