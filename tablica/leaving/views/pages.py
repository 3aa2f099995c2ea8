"""What hangs on somebody who leaves, and how far its handover is. For administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tablica.accounts.models import User
from tablica.accounts.views.answering import for_administrators, is_partial, reader
from tablica.accounts.views.people import the_user
from tablica.leaving.models import Handover, HandoverRow, latest_of, the_rule
from tablica.leaving.queries.inventory import inventory_of
from tablica.leaving.queries.plan import (
    figures_of,
    is_halted,
    is_looking,
    owns_more,
    parts_of,
    rows_for,
)
from tablica.shared.errors import Hidden


@require_safe
@for_administrators
def leaving(request: HttpRequest, user_id: int) -> HttpResponse:
    """Everything that hangs on somebody, who could take it, and what was done."""
    person = the_user(user_id)
    if is_partial(request) and request.GET.get("part") == "now":
        return _part(request, now_of(request, person))
    return leaving_page(request, person)


def _part(request: HttpRequest, now: dict[str, Any]) -> HttpResponse:
    """How it stands, asked for every few seconds; at the end of it the page reads itself anew."""
    answer = render(request, "leaving/_handover_now.html", now)
    handover = now["handover"]
    if not (now["looking"] or (handover is not None and handover.is_running)):
        answer.headers["HX-Refresh"] = "true"
    return answer


def leaving_page(
    request: HttpRequest, person: User, *, fault: str = "", status: int = 200
) -> HttpResponse:
    """The whole page; `fault` is why something could not be begun."""
    context = {
        **now_of(request, person),
        "current": "settings",
        "setting": "people",
        "inventory": inventory_of(person),
        "teams": person.teams.all(),
        "fault": fault,
    }
    return render(request, "leaving/leaving_page.html", context, status=status)


def now_of(request: HttpRequest, person: User) -> dict[str, Any]:
    """How the handover stands."""
    handover = latest_of(person)
    return {
        "person": person,
        "handover": handover,
        "rule": handover if handover and not handover.is_plan else the_rule(),
        "is_oneself": person.pk == reader(request).pk,
        "figures": figures_of(handover) if handover else None,
        "parts": parts_of(handover) if handover else [],
        "looking": handover is not None and is_looking(handover),
        "halted": handover is not None and is_halted(handover),
        "has_more": owns_more(person),
    }


@require_safe
@for_administrators
def records(request: HttpRequest, user_id: int) -> HttpResponse:
    """The records of a handover one by one: `?kind=`, `?of=` a successor, `?after=` its page."""
    person = the_user(user_id)
    handover = latest_of(person)
    if handover is None:
        raise Hidden
    rows, left = handover.rows.all(), request.GET.get("left", "")
    lines, more = rows_for(
        reader(request),
        rows.filter(left=left) if left in HandoverRow.Left.values else rows,
        kind=request.GET.get("kind", "")[:40],
        to=number_in(request, "of"),
        nobody="nobody" in request.GET,
        after=number_in(request, "after") or 0,
    )
    asked = request.GET.copy()
    asked.pop("after", None)
    context = {
        "current": "settings",
        "setting": "people",
        "person": person,
        "handover": handover,
        "lines": lines,
        "more": more,
        "asked": asked.urlencode(),
        "choosing": not (handover.is_undo or handover.ended_at or handover.is_running),
    }
    return render(request, "leaving/records_page.html", context)


def number_in(request: HttpRequest, name: str) -> int | None:
    """The number under this name in the address, or None."""
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else None


@require_safe
def mine(request: HttpRequest, handover_id: int) -> HttpResponse:
    """What came to the reader by a handover; not there for who got nothing of it."""
    handover = Handover.objects.select_related("user").filter(pk=handover_id).first()
    if handover is None:
        raise Hidden
    mine = handover.rows.filter(to=reader(request), done_at__isnull=False).exclude(record=None)
    if not mine.exists():
        raise Hidden
    after = number_in(request, "after") or 0
    lines, more = rows_for(reader(request), mine, after=after)
    context = {"person": handover.user, "handover": handover, "lines": lines, "more": more}
    return render(request, "leaving/handover_page.html", context)
