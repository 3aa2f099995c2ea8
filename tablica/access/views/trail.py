"""The trail: who came in, who changed a right. For administrators."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tablica.access.queries.trail import PAGE, rows
from tablica.access.words import EVENTS
from tablica.accounts.models import User
from tablica.accounts.views.answering import for_administrators, reader, say
from tablica.shared.trail import queries
from tablica.shared.trail.chain import Fault
from tablica.shared.trail.heads import forgotten_head
from tablica.shared.writing import in_digits

TRAIL = "/settings/trail"
MOST_AT_ONCE = 200_000
"""Lines that are examined while somebody waits for the page."""


@require_safe
@for_administrators
def trail(request: HttpRequest) -> HttpResponse:
    """What happened, the newest first; by event, person and period."""
    event = request.GET.get("event", "")
    who, below = _number(request, "who"), _number(request, "below")
    since, until = _day(request, "since"), _day(request, "until")
    found = queries.lines(
        event=event if event in EVENTS else "",
        actor=who,
        since=since,
        until=_day(request, "until", later=1),
        below=below,
    )
    lines = list(found[: PAGE + 1])
    number, digest = queries.end()
    asked = request.GET.copy()
    asked.pop("below", None)
    context = {
        "current": "settings",
        "setting": "trail",
        "rows": rows(lines[:PAGE], reader=reader(request)),
        "more": lines[PAGE - 1].number if len(lines) > PAGE else None,
        "asked": asked.urlencode(),
        "events": sorted(EVENTS.items(), key=lambda one: str(one[1])),
        "people": User.objects.order_by("name", "pk"),
        "event": event,
        "who": who,
        "since": request.GET.get("since", "") if since else "",
        "until": request.GET.get("until", "") if until else "",
        "end": number,
        "digest": digest,
    }
    return render(request, "access/trail_page.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name, "")
    return int(said) if said.isdecimal() and len(said) < 19 else None


def _day(request: HttpRequest, name: str, *, later: int = 0) -> datetime | None:
    """The beginning of a day of the reader's, or of one so many days later; None for none."""
    try:
        day = parse_date(request.GET.get(name, ""))
        if day is None:
            return None
        begins = datetime.combine(day + timedelta(days=later), time.min)
        return timezone.make_aware(begins).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


@require_POST
@for_administrators
def examine(request: HttpRequest) -> HttpResponse:
    """Go through the whole chain, and say whether it holds."""
    number, _digest = queries.end()
    if number > MOST_AT_ONCE:
        say(request, _("The trail is long: run “tablica doctor --audit” on the server."))
        return HttpResponseRedirect(TRAIL)
    fault = queries.examine() or forgotten_head()
    said = sentence_of(fault) if fault else _("The trail is whole: %(n)s lines, each as written.")
    say(request, said if fault else said % {"n": in_digits(str(number))})
    return HttpResponseRedirect(TRAIL)


def sentence_of(fault: Fault) -> str:
    """What is wrong, and where."""
    how = {
        "changed": _("Line %(n)s of the trail was changed."),
        "missing": _("Line %(n)s of the trail is missing."),
        "moved": _("Line %(n)s of the trail was put in, or is not in its place."),
        "added": _("Line %(n)s stands behind the end of the trail."),
    }
    return how[fault.how] % {"n": in_digits(str(fault.number))}
