"""Walls: reading them, writing on them, the dashboard wall, following."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from tablica.api.answers import answer, listing
from tablica.api.forms import circle_of
from tablica.api.problems import invalid, only_parameters
from tablica.api.queries.entries import entry_shapes, one_entry
from tablica.api.queries.records import visible_record
from tablica.api.reading import ApiRequest, cursor_in, is_set, limit_in
from tablica.api.shapes import EntryList, EntryNew, EntryShape, Following, FollowMode
from tablica.records.opening import tell_given
from tablica.wall.commands.entries import write_entry
from tablica.wall.commands.follows import follow, unfollow
from tablica.wall.models import Follow
from tablica.wall.queries import walls
from tablica.wall.queries.context import context_ids, related_to
from tablica.wall.queries.filters import Filters

router = Router(tags=["Walls"])

FILTERS = ("type", "tag", "author", "since", "until", "has_file", "q", "talk")
PAGING = ("limit", "cursor")
LARGEST_DATA = 64 * 2**10
"""Bytes of JSON that an entry may keep beside its text."""


def filters_in(request: ApiRequest) -> Filters:
    """The filters of a wall in the address. Raises `BadFilter`."""
    is_set(request, "has_file"), is_set(request, "talk")
    return Filters.of(request.GET)


@router.get("/records/{id:record_id}/wall", response=EntryList, operation_id="read_wall")
def read_wall(request: ApiRequest, record_id: int) -> HttpResponse:
    """The wall of a record, newest first; `context=1` mixes in the walls of related records."""
    only_parameters(request.GET, (*FILTERS, *PAGING, "context"))
    record = visible_record(request.reader, record_id)
    tell_given(request.reader, [record_id])
    related = related_to(request.reader, record) if is_set(request, "context") else []
    page = walls.wall(
        request.reader,
        record,
        filters=filters_in(request),
        context=context_ids(related),
        before=cursor_in(request),
        limit=limit_in(request),
    )
    return _page(page)


@router.get("/feed", response=EntryList, operation_id="read_feed")
def read_feed(request: ApiRequest) -> HttpResponse:
    """The dashboard wall: all you may see, or with `followed=1` only what you follow."""
    only_parameters(request.GET, (*FILTERS, *PAGING, "followed"))
    page = walls.feed(
        request.reader,
        filters=filters_in(request),
        followed=is_set(request, "followed"),
        before=cursor_in(request),
        limit=limit_in(request),
    )
    return _page(page)


def _page(page: walls.Page) -> HttpResponse:
    return listing(entry_shapes(page.rows), page.next.encode() if page.next else None)


@router.post("/records/{id:record_id}/wall", response={201: EntryShape}, operation_id="write_entry")
def write(request: ApiRequest, record_id: int, sent: EntryNew) -> HttpResponse:
    """Write on the wall of a record that you may see."""
    if len(json.dumps(sent.data, ensure_ascii=False).encode()) > LARGEST_DATA:
        raise invalid([("data", _("At most 64 kB may be kept beside the text."))])
    visible_record(request.reader, record_id)
    entry = write_entry(
        record_id,
        by=request.reader,
        type_=sent.type,
        text=sent.text,
        tags=sent.tags,
        files=sent.files,
        happened_at=sent.happened_at,
        audience=circle_of(sent.audience),
        source=sent.source,
        data=sent.data,
    )
    shape = one_entry(request.reader, entry.pk)
    return answer(shape, status=201, version=shape.version, location=f"/entries/{entry.pk}")


@router.get("/records/{id:record_id}/follow", response=Following, operation_id="get_follow")
def get_follow(request: ApiRequest, record_id: int) -> HttpResponse:
    """How you follow a record."""
    visible_record(request.reader, record_id)
    kept = Follow.objects.filter(user=request.reader, record=record_id).first()
    return answer(Following(mode=kept.mode if kept else None))  # type: ignore[arg-type]


@router.put("/records/{id:record_id}/follow", response=Following, operation_id="follow_record")
def put_follow(request: ApiRequest, record_id: int, sent: FollowMode | None = None) -> HttpResponse:
    """Follow a record that you may see, or change how."""
    mode = sent.mode if sent else "all"
    follow(record_id, by=request.reader, mode=mode)
    return answer(Following(mode=mode))


@router.delete("/records/{id:record_id}/follow", response=Following, operation_id="unfollow_record")
def delete_follow(request: ApiRequest, record_id: int) -> HttpResponse:
    """Follow a record no longer."""
    unfollow(record_id, by=request.reader)
    return answer(Following(mode=None))
