"""Following and no longer following a record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from tablica.wall.commands import follows
from tablica.wall.models import Follow
from tablica.wall.views.answering import is_partial, reader, refusal


@require_POST
def follow(request: HttpRequest, record_id: int) -> HttpResponse:
    """Follow a record, in one of the modes."""
    try:
        kept = follows.follow(
            record_id, by=reader(request), mode=request.POST.get("mode") or Follow.Mode.ALL
        )
    except ValidationError as error:
        return refusal(request, error, page="wall/refused_page.html", back=f"/r/{record_id}")
    return _answer(request, record_id, kept.mode)


@require_POST
def unfollow(request: HttpRequest, record_id: int) -> HttpResponse:
    """Follow a record no longer."""
    follows.unfollow(record_id, by=reader(request))
    return _answer(request, record_id, "")


def _answer(request: HttpRequest, record_id: int, mode: str) -> HttpResponse:
    if not is_partial(request):
        return HttpResponseRedirect(f"/r/{record_id}")
    context = {"record_id": record_id, "mode": mode, "modes": Follow.Mode.choices}
    return render(request, "wall/_follow.html", context)
