"""The questions and the ideas of a space, as pages."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.spaces.models import Idea
from tablica.spaces.queries.topics import Page, ideas_in, questions_in
from tablica.wall.views.answering import reader

PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,18})")


@require_safe
def ideas(request: HttpRequest, record_id: int) -> HttpResponse:
    """Ideas by their votes; `?show=planned` only those."""
    record, chosen = _space(request, record_id), request.GET.get("show", "")
    choices = [("", _("All")), *Idea.Status.choices]
    page = ideas_in(reader(request), record, status=chosen, after=_after(request))
    return _page(
        request,
        record,
        page,
        topic="idea",
        title=_("Ideas"),
        choices=choices,
        chosen=chosen,
        empty=_("No ideas here yet. Choose Idea on the wall to write the first."),
    )


@require_safe
def questions(request: HttpRequest, record_id: int) -> HttpResponse:
    """Questions, the newest first; `?show=open` or `answered` only those."""
    record, chosen = _space(request, record_id), request.GET.get("show", "")
    choices = [("", _("All")), ("open", _("Open")), ("answered", _("Answered"))]
    page = questions_in(reader(request), record, show=chosen, after=_after(request))
    return _page(
        request,
        record,
        page,
        topic="question",
        title=_("Questions"),
        choices=choices,
        chosen=chosen,
        empty=_("No questions here. Choose Question on the wall to ask one."),
    )


def _space(request: HttpRequest, record_id: int) -> Record:
    found = Record.objects.visible_to(reader(request)).filter(pk=record_id, kind="space").first()
    if found is None:
        raise Hidden
    return found


def _after(request: HttpRequest) -> tuple[int, int] | None:
    place = PLACE.fullmatch(request.GET.get("after", ""))
    return (int(place[1]), int(place[2])) if place else None


def _page(
    request: HttpRequest, record: Record, page: Page, *, chosen: str, **more: Any
) -> HttpResponse:
    following = f"?show={chosen}&after={page.next[0]}-{page.next[1]}" if page.next else ""
    known = chosen if chosen in dict(more["choices"]) else ""
    context = {
        "current": "space",
        "record": record,
        "on": record.pk,
        "rows": page.rows,
        "here": request.path,
        "chosen": known,
        "next_url": following if known == chosen else "",
        **more,
    }
    return render(request, "spaces/topic_page.html", context)
