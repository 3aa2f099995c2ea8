"""Entries: read, change, throw away, restore, history, move, pin."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from ninja import Router

from tablica.api.answers import answer, listing, nothing
from tablica.api.forms import circle_of
from tablica.api.problems import only_parameters
from tablica.api.queries.entries import history_page, one_entry, version_shapes, visible_entry
from tablica.api.reading import ApiRequest, limit_in, place_in, version_in
from tablica.api.shapes import EntryChange, EntryShape, Move, VersionList
from tablica.wall.commands import entries, pins, placing

router = Router(tags=["Entries"])


def shown(request: ApiRequest, entry_id: int) -> HttpResponse:
    """One entry with its version."""
    shape = one_entry(request.reader, entry_id)
    return answer(shape, version=shape.version)


@router.get("/entries/{id:entry_id}", response=EntryShape, operation_id="get_entry")
def get_entry(request: ApiRequest, entry_id: int) -> HttpResponse:
    """One entry."""
    return shown(request, entry_id)


@router.patch("/entries/{id:entry_id}", response=EntryShape, operation_id="change_entry")
def change_entry(request: ApiRequest, entry_id: int, sent: EntryChange) -> HttpResponse:
    """Change an entry that you wrote; its earlier text stays in its history."""
    version = version_in(request)
    visible_entry(request.reader, entry_id)
    values: dict[str, Any] = {name: getattr(sent, name) for name in sent.model_fields_set}
    if "audience" in values:
        values["audience"] = circle_of(sent.audience)
    entries.edit_entry(entry_id, by=request.reader, version=version, values=values)
    return shown(request, entry_id)


@router.delete("/entries/{id:entry_id}", response={204: None}, operation_id="trash_entry")
def trash_entry(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Move an entry to the trash, where it stays for 30 days."""
    entries.trash_entry(entry_id, by=request.reader, version=version_in(request))
    return nothing()


@router.post("/entries/{id:entry_id}/restore", response=EntryShape, operation_id="restore_entry")
def restore_entry(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Take an entry out of the trash."""
    entries.restore_entry(entry_id, by=request.reader)
    return shown(request, entry_id)


@router.get("/entries/{id:entry_id}/history", response=VersionList, operation_id="get_history")
def get_history(request: ApiRequest, entry_id: int) -> HttpResponse:
    """The versions of an entry, the newest first, as far back as they were for you."""
    only_parameters(request.GET, ("limit", "cursor"))
    entry = visible_entry(request.reader, entry_id)
    page, following = history_page(
        request.reader, entry, before=place_in(request), limit=limit_in(request)
    )
    return listing(version_shapes(request.reader, page), str(following) if following else None)


@router.post("/entries/{id:entry_id}/move", response=EntryShape, operation_id="move_entry")
def move_entry(request: ApiRequest, entry_id: int, sent: Move) -> HttpResponse:
    """Move an entry to another wall; with `keep`, also show it there instead."""
    placing.move_entry(entry_id, to=sent.to, by=request.reader, keep=sent.keep)
    return shown(request, entry_id)


@router.post("/entries/{id:entry_id}/move/undo", response=EntryShape, operation_id="undo_move")
def undo_move(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Take the last move, or the last showing elsewhere, back."""
    placing.undo_move(entry_id, by=request.reader)
    return shown(request, entry_id)


@router.put("/entries/{id:entry_id}/pin", response=EntryShape, operation_id="pin_entry")
def pin_entry(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Keep an entry on top of its home wall."""
    pins.pin_entry(entry_id, by=request.reader)
    return shown(request, entry_id)


@router.delete("/entries/{id:entry_id}/pin", response=EntryShape, operation_id="unpin_entry")
def unpin_entry(request: ApiRequest, entry_id: int) -> HttpResponse:
    """Take the pin out."""
    pins.unpin_entry(entry_id, by=request.reader)
    return shown(request, entry_id)
