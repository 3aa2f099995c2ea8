"""Tags: which there are, and looking after them."""

from __future__ import annotations

import re

from django.http import HttpResponse
from ninja import Router

from tablica.api.answers import answer, listing, nothing
from tablica.api.problems import invalid, only_parameters
from tablica.api.queries.currents import tag_shape
from tablica.api.reading import ApiRequest, limit_in, version_in
from tablica.api.shapes import TagInto, TagList, TagName, TagShape
from tablica.records.models import Tag
from tablica.records.tags import ask_for_tag, rename_tag, tag_key
from tablica.shared.errors import Hidden
from tablica.shared.paging import BadCursor
from tablica.shared.text import BadText
from tablica.wall.commands.tags import merge_tags, remove_tag, undo_merge
from tablica.wall.queries.spelling import spell
from tablica.wall.queries.tags import visible_tags

router = Router(tags=["Tags"])

_KEY = re.compile(r"[^\s\0]{1,60}")


def _met(request: ApiRequest, tag_id: int) -> Tag:
    """The tag, when the reader meets it anywhere; else `Hidden`."""
    tag = visible_tags(request.reader).filter(pk=tag_id).first()
    if tag is None:
        raise Hidden
    return tag


def _shown(request: ApiRequest, tag: Tag, status: int = 200) -> HttpResponse:
    """One tag as the reader may know it, with its version."""
    spell(request.reader, [tag])
    location = f"/tags/{tag.pk}" if status == 201 else ""
    return answer(tag_shape(tag), status=status, version=tag.version, location=location)


@router.get("/tags", response=TagList, operation_id="list_tags")
def list_tags(request: ApiRequest) -> HttpResponse:
    """The tags you meet on what you may see, by their key; `q` is how they begin."""
    only_parameters(request.GET, ("q", "limit", "cursor"))
    tags, limit = visible_tags(request.reader), limit_in(request)
    if begins := tag_key(request.GET.get("q", "")):
        tags = tags.filter(key__startswith=begins)
    if cursor := request.GET.get("cursor"):
        if not _KEY.fullmatch(cursor):
            raise BadCursor
        tags = tags.filter(key__gt=cursor)
    found = list(tags[: limit + 1])
    after = found[limit - 1].key if len(found) > limit else None
    spell(request.reader, found)
    return listing([tag_shape(tag) for tag in found[:limit]], after)


@router.post("/tags", response={201: TagShape}, operation_id="make_tag")
def make_tag(request: ApiRequest, sent: TagName) -> HttpResponse:
    """Make a tag; one of yours that is spelt alike is given instead."""
    try:
        tag = ask_for_tag(sent.name, by=request.reader)
    except BadText as error:
        raise invalid([("name", error.message)]) from error
    return _shown(request, tag, 201)


@router.get("/tags/{id:tag_id}", response=TagShape, operation_id="get_tag")
def get_tag(request: ApiRequest, tag_id: int) -> HttpResponse:
    """One tag."""
    return _shown(request, _met(request, tag_id))


@router.patch("/tags/{id:tag_id}", response=TagShape, operation_id="rename_tag")
def change_tag(request: ApiRequest, tag_id: int, sent: TagName) -> HttpResponse:
    """Rename a tag everywhere; for who looks after the tags."""
    version = version_in(request)
    _met(request, tag_id)
    try:
        tag = rename_tag(tag_id, by=request.reader, name=sent.name, version=version)
    except BadText as error:
        raise invalid([("name", error.message)]) from error
    return answer(tag_shape(tag), version=tag.version)


@router.delete("/tags/{id:tag_id}", response={204: None}, operation_id="remove_tag")
def delete_tag(request: ApiRequest, tag_id: int) -> HttpResponse:
    """Take a tag off everything and forget it; for who looks after the tags."""
    version = version_in(request)
    _met(request, tag_id)
    remove_tag(tag_id, by=request.reader, version=version)
    return nothing()


@router.post("/tags/{id:tag_id}/merge", response=TagShape, operation_id="merge_tag")
def merge_tag(request: ApiRequest, tag_id: int, sent: TagInto) -> HttpResponse:
    """Put another tag in the place of this one everywhere; for who looks after the tags."""
    _met(request, tag_id), _met(request, sent.into)
    tag = merge_tags(tag_id, into=sent.into, by=request.reader)
    return answer(tag_shape(tag), version=tag.version)


@router.post("/tags/{id:tag_id}/merge/undo", response=TagShape, operation_id="undo_merge")
def undo_merge_of_tag(request: ApiRequest, tag_id: int) -> HttpResponse:
    """Bring a merged tag back wherever it was, for 30 days; for who looks after the tags."""
    return _shown(request, undo_merge(tag_id, by=request.reader))
