"""Records: list, add, read, change, throw away, restore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from tablica.accounts.models import User
from tablica.api.answers import answer, listing, nothing
from tablica.api.forms import kind_of, values_of_change, values_of_new
from tablica.api.problems import invalid
from tablica.api.queries.lists import record_page
from tablica.api.queries.records import one_record, record_shapes
from tablica.api.reading import ApiRequest, limit_in, version_in
from tablica.api.shapes import RecordChange, RecordList, RecordNew, RecordShape
from tablica.records.commands import body_of, check_version, lock_record
from tablica.records.kinds import kind_named
from tablica.records.opening import tell_given
from tablica.records.rules import may_create
from tablica.shared.errors import Refused
from tablica.shared.text import BadText
from tablica.wall.commands import lives

router = Router(tags=["Records"])


def shown(request: ApiRequest, record_id: int, status: int = 200) -> HttpResponse:
    """One record with its version."""
    shape = one_record(request.reader, record_id)
    location = f"/records/{record_id}" if status == 201 else ""
    return answer(shape, status=status, version=shape.version, location=location)


@router.get("/records", response=RecordList, operation_id="list_records")
def list_records(request: ApiRequest) -> HttpResponse:
    """Records you may see, the last touched first."""
    page = record_page(request.reader, request.GET.dict(), limit=limit_in(request))
    tell_given(request.reader, [record.pk for record in page.records])
    return listing(record_shapes(request.reader, page.records), page.next)


@router.post("/records", response={201: RecordShape}, operation_id="create_record")
def create_record(request: ApiRequest, sent: RecordNew) -> HttpResponse:
    """Add a record. You own it unless you name another owner."""
    kind = kind_of(sent.kind)
    if not may_create(request.reader, kind.name):
        raise Refused(_("You may not add this."))
    values = values_of_new(kind, sent, request.reader)
    with tags_named():
        body = lives.create_record(kind.name, by=request.reader, values=values, tags=sent.tags)
    return shown(request, body.pk, 201)


@router.get("/records/{id:record_id}", response=RecordShape, operation_id="get_record")
def get_record(request: ApiRequest, record_id: int) -> HttpResponse:
    """One record."""
    given = shown(request, record_id)
    tell_given(request.reader, [record_id])
    return given


@router.patch("/records/{id:record_id}", response=RecordShape, operation_id="change_record")
def change_record(request: ApiRequest, record_id: int, sent: RecordChange) -> HttpResponse:
    """Change a record; one save is one entry on its wall. What is left out stays."""
    version = version_in(request)
    with transaction.atomic():
        _change(request.reader, record_id, sent, version)
    return shown(request, record_id)


def _change(reader: User, record_id: int, sent: RecordChange, version: int) -> None:
    """Fields and tags in one transaction, under one lock."""
    record = lock_record(record_id, by=reader, verb="edit")
    check_version(record, version)
    values = values_of_change(kind_named(record.kind), sent, reader, body_of(record))
    lives.change_record(record_id, by=reader, values=values, version=version, strict=True)
    if "tags" in sent.model_fields_set:
        with tags_named():
            lives.tag_record(record_id, by=reader, tags=sent.tags)


@contextmanager
def tags_named() -> Iterator[None]:
    """A name that can be no tag is a mistake of the field `tags`."""
    try:
        yield
    except BadText as error:
        raise invalid([("tags", error.message)]) from error


@router.delete("/records/{id:record_id}", response={204: None}, operation_id="trash_record")
def trash_record(request: ApiRequest, record_id: int) -> HttpResponse:
    """Move a record to the trash, where it stays for 30 days."""
    lives.trash_record(record_id, by=request.reader, version=version_in(request))
    return nothing()


@router.post("/records/{id:record_id}/restore", response=RecordShape, operation_id="restore_record")
def restore_record(request: ApiRequest, record_id: int) -> HttpResponse:
    """Take a record out of the trash, with everything that hangs on it."""
    lives.restore_record(record_id, by=request.reader)
    return shown(request, record_id)
