"""Planning, beginning, stopping and taking back a handover. For administrators."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tablica.accounts.views.answering import for_administrators, reader, say
from tablica.accounts.views.people import PEOPLE, the_user
from tablica.leaving.commands.beginning import (
    begin_handover,
    resume_handover,
    stop_handover,
    undo_handover,
)
from tablica.leaving.commands.planning import plan_handover
from tablica.leaving.views.pages import leaving_page
from tablica.shared.writing import isolated


def _back(user_id: int) -> HttpResponse:
    return HttpResponseRedirect(f"{PEOPLE}/{user_id}/leaving#handover")


@require_POST
@for_administrators
def plan(request: HttpRequest, user_id: int) -> HttpResponse:
    """Propose successors, or propose them anew."""
    plan_handover(the_user(user_id), by=reader(request))
    return _back(user_id)


@require_POST
@for_administrators
def begin(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close every door to somebody and hand over what they had."""
    person = the_user(user_id)
    try:
        begin_handover(person, by=reader(request))
    except ValidationError as error:
        return leaving_page(request, person, fault=" ".join(error.messages), status=422)
    said = _("%(name)s cannot sign in any more. What they had is being handed over.")
    say(request, said % {"name": isolated(person.name)})
    return _back(user_id)


@require_POST
@for_administrators
def stop(request: HttpRequest, user_id: int) -> HttpResponse:
    """Stop handing over; what was passed on stays where it is."""
    stop_handover(the_user(user_id), by=reader(request))
    return _back(user_id)


@require_POST
@for_administrators
def resume(request: HttpRequest, user_id: int) -> HttpResponse:
    """Go on with what was stopped."""
    resume_handover(the_user(user_id), by=reader(request))
    return _back(user_id)


@require_POST
@for_administrators
def undo(request: HttpRequest, user_id: int) -> HttpResponse:
    """Give everything back that nobody changed since."""
    undo_handover(the_user(user_id), by=reader(request))
    return _back(user_id)
