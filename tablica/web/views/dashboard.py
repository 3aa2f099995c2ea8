"""The dashboard wall, and the door to any record by its number."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tablica.records.absences import stands_in
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.wall.views.answering import reader
from tablica.wall.views.wall import piece_of, wall_context


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """Everything the reader may see, newest first; with `?followed=1` only what they follow."""
    if piece := piece_of(request):
        return render(request, piece, wall_context(request, more=True))
    context = {
        "current": "dashboard",
        "stands_in": stands_in(reader(request)),
        **wall_context(request),
    }
    return render(request, "web/dashboard_page.html", context)


@require_safe
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Lead to the profile of a record of whatever kind."""
    kinds = Record.objects.visible_to(reader(request)).filter(pk=record_id)
    kind = kinds.values_list("kind", flat=True).first()
    if kind is None:
        raise Hidden
    return HttpResponseRedirect(kind_named(kind).url_of(record_id))
