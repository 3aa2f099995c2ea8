"""Looking into what is somebody's, as an administrator: for a time, and never unseen."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.access.lending_forms import LookInForm
from tablica.access.queries.shares import looks_into
from tablica.accounts.models import User
from tablica.accounts.views.answering import for_administrators, form_answer, reader, refuse, say
from tablica.accounts.views.people import the_user
from tablica.records.looking import (
    begin_look_in,
    end_look_in,
    go_on_looking,
    look_in_of,
    tell_read,
)
from tablica.records.noting import noting
from tablica.shared.errors import Hidden
from tablica.shared.writing import isolated

KEPT = "look_in"
Next = Callable[[HttpRequest], HttpResponse]


def go_on(request: HttpRequest, user: User) -> None:
    """Let a request that reads see what this session looks into, while that lasts."""
    number = request.session.get(KEPT)
    if number is not None and go_on_looking(user, number) is None:
        del request.session[KEPT]


def told(request: HttpRequest, user: User, answer: Next) -> HttpResponse:
    """The answer to a request; what it showed only by looking in is told before it is given."""
    if look_in_of(user) is None:
        return answer(request)
    with noting() as read:
        response = answer(request)
    if response.status_code < 400 and request.resolver_match:
        tell_read(user, request.resolver_match.url_name or "", read)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def begin(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask why and for how long; POST: look in from now."""
    person = the_user(user_id)
    if person.pk == reader(request).pk:
        raise Hidden
    form = LookInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            begun = begin_look_in(person, by=reader(request), **form.cleaned_data)
        except ValidationError as error:
            refuse(form, error)
        else:
            request.session[KEPT] = begun.pk
            name = {"name": isolated(person.name)}
            say(request, _("You see what is of %(name)s. They can read when, why and what.") % name)
            return HttpResponseRedirect("/")
    return form_answer(
        request,
        form,
        title=_("Look into what is of %(name)s") % {"name": isolated(person.name)},
        help=_(
            "For this time you also read what they own or wrote for few or for themselves. "
            "They can read that you did, when, why, and which records you opened."
        ),
        action=f"/settings/people/{user_id}/look-in",
        back="/settings/people",
        submit=_("Look in"),
    )


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """See no more than before."""
    number = request.session.pop(KEPT, None)
    if number is not None:
        end_look_in(number, by=reader(request))
        say(request, _("You see what your role shows, and no more."))
    return HttpResponseRedirect("/")


@require_safe
def looked_into(request: HttpRequest) -> HttpResponse:
    """Which administrators looked into what is mine: when, why, and what they opened."""
    context = {
        "current": "settings",
        "setting": "looked-into",
        "looks": looks_into(reader(request)),
    }
    return render(request, "access/looked_into_page.html", context)
