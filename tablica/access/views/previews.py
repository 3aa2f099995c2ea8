"""What a colleague sees, and why. For administrators, of what they see themselves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tablica.access.queries.seeing import SHOWN, sealed, shares, verdicts
from tablica.access.words import VERBS
from tablica.accounts.rules import access_of
from tablica.accounts.views.answering import for_administrators, reader
from tablica.accounts.views.people import the_user
from tablica.records.kinds import all_kinds


@require_safe
@for_administrators
def view(request: HttpRequest, user_id: int) -> HttpResponse:
    """How much of each kind somebody sees, and record by record why."""
    person, asked_by = the_user(user_id), reader(request)
    kind = request.GET.get("kind", "")
    q = request.GET.get("q", "").replace("\0", "").strip()[:120]
    kinds = [one.name for one in all_kinds()]
    hidden = request.GET.get("hidden") == "1"
    rows = verdicts(
        person, asked_by=asked_by, kind=kind if kind in kinds else "", q=q, hidden=hidden
    )
    context = {
        "current": "settings",
        "setting": "people",
        "person": person,
        "access": access_of(person),
        "teams": person.teams.all(),
        "shares": shares(person, asked_by=asked_by),
        "sealed": sealed(person),
        "rows": rows,
        "verbs": list(VERBS.values()),
        "kind": kind,
        "q": q,
        "hidden": hidden,
        "shown": SHOWN if len(rows) == SHOWN else 0,
    }
    return render(request, "access/person_view_page.html", context)
