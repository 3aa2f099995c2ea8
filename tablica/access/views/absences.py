"""Being away: who stands in, what they have to know, and what they did."""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.access.lending_forms import AbsenceForm
from tablica.access.queries.dossier import done_meanwhile, going_on
from tablica.accounts.models import User
from tablica.accounts.views.answering import reader, refuse, say
from tablica.records.absences import absence_for, absences_of, places_of
from tablica.records.kinds import all_kinds
from tablica.records.lending import (
    end_absence,
    know_what_was_done,
    may_plan_absence,
    plan_absence,
)
from tablica.records.models import Absence
from tablica.shared.errors import Hidden
from tablica.shared.writing import isolated

MINE = "/settings/absence"
REMEMBERED = timedelta(days=90)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """When I am away, and for whom I stand in."""
    return _plan(request, reader(request), MINE)


@require_http_methods(["GET", "HEAD", "POST"])
def of_person(request: HttpRequest, user_id: int) -> HttpResponse:
    """When a colleague is away; for who leads them, and administrators."""
    person = User.objects.select_related("role").filter(pk=user_id).first()
    if person is None or not may_plan_absence(reader(request), person):
        raise Hidden
    return _plan(request, person, f"/settings/people/{user_id}/absence")


def _plan(request: HttpRequest, person: User, here: str) -> HttpResponse:
    by = reader(request)
    form = AbsenceForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        starts_at, ends_at = form.times
        deputy = form.cleaned_data["deputy"]
        try:
            plan_absence(
                person,
                by=by,
                deputy=deputy,
                starts_at=starts_at,
                ends_at=ends_at,
                kinds=form.cleaned_data["kinds"],
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            names = {"deputy": isolated(deputy.name), "person": isolated(person.name)}
            say(request, _("%(deputy)s stands in for %(person)s.") % names)
            return HttpResponseRedirect(here)
    now = timezone.now()
    is_mine = person.pk == by.pk
    known = absences_of(person, since=now - REMEMBERED)
    context = {
        "current": "settings",
        "setting": "absence" if is_mine else "people",
        "person": person,
        "is_mine": is_mine,
        "form": form,
        "here": here,
        "now": now,
        "absences": known,
        "places": places_of(by, since=now - REMEMBERED) if is_mine else [],
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "access/absence_page.html", context, status=status)


@require_safe
def absence(request: HttpRequest, number: int) -> HttpResponse:
    """To the deputy: what is going on. To both, when it has begun: what was done meanwhile."""
    me = reader(request)
    found = absence_for(me, number)
    if found is None:
        raise Hidden
    now = timezone.now()
    is_on = found.starts_at <= now < found.ends_at and found.person.is_active
    stands_in = me.pk == found.deputy_id
    context = {
        "current": "settings",
        "absence": found,
        "is_on": is_on,
        "is_over": found.ends_at <= now,
        "stands_in": stands_in,
        "going_on": going_on(me, found) if is_on and stands_in else None,
        "done": done_meanwhile(me, found) if found.starts_at <= now else None,
        "only": [kind.plural for kind in all_kinds() if kind.name in found.kinds],
    }
    return render(request, "access/dossier_page.html", context)


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Be back earlier, or not go."""
    said = request.POST.get("version", "")
    version = int(said) if said.isdecimal() and len(said) < 10 else None
    found = Absence.objects.filter(pk=number).values_list("person", flat=True).first()
    end_absence(number, by=reader(request), version=version)
    say(request, _("Ended. What was lent for it is closed."))
    is_mine = found == reader(request).pk
    return HttpResponseRedirect(MINE if is_mine else f"/settings/people/{found}/absence")


@require_POST
def read(request: HttpRequest, number: int) -> HttpResponse:
    """I am back and know what was done: no more word of it on the dashboard."""
    know_what_was_done(number, by=reader(request))
    return HttpResponseRedirect("/")
