"""Deals: moving them on, and how they end."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from tablica.api.reading import ApiRequest, version_if_any
from tablica.api.shapes import Reason, RecordShape, StageName
from tablica.api.views.records import shown
from tablica.sales import commands

router = Router(tags=["Deals"])


@router.post("/records/{id:record_id}/stage", response=RecordShape, operation_id="move_to_stage")
def move_to_stage(request: ApiRequest, record_id: int, sent: StageName) -> HttpResponse:
    """Bring a deal to another stage. `If-Match` is welcome, not required."""
    commands.move_to_stage(
        record_id, by=request.reader, stage=sent.stage, version=version_if_any(request)
    )
    return shown(request, record_id)


@router.post("/records/{id:record_id}/win", response=RecordShape, operation_id="win_deal")
def win_deal(request: ApiRequest, record_id: int, sent: Reason | None = None) -> HttpResponse:
    """The client said yes."""
    reason = sent.reason if sent else ""
    commands.win_deal(record_id, by=request.reader, reason=reason, version=version_if_any(request))
    return shown(request, record_id)


@router.post("/records/{id:record_id}/lose", response=RecordShape, operation_id="lose_deal")
def lose_deal(request: ApiRequest, record_id: int, sent: Reason) -> HttpResponse:
    """The client said no; `reason` says why."""
    commands.lose_deal(
        record_id, by=request.reader, reason=sent.reason, version=version_if_any(request)
    )
    return shown(request, record_id)


@router.post("/records/{id:record_id}/reopen", response=RecordShape, operation_id="reopen_deal")
def reopen_deal(request: ApiRequest, record_id: int) -> HttpResponse:
    """Take the end of a deal back."""
    commands.reopen_deal(record_id, by=request.reader, version=version_if_any(request))
    return shown(request, record_id)
