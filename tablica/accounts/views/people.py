"""Who works here: for administrators."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tablica.accounts.commands import factors, sign_ins
from tablica.accounts.commands.links import LINK_LIFE, make_link
from tablica.accounts.commands.links import invite as invite_user
from tablica.accounts.commands.people import change_user, deactivate_user, reactivate_user
from tablica.accounts.doors import passwords_open
from tablica.accounts.factors.queries import has_factor
from tablica.accounts.forms import NewUserForm, RightsForm
from tablica.accounts.models import Ability, OneTimeLink, User
from tablica.accounts.queries import seal_of_user, some_of_everybody
from tablica.accounts.views.answering import (
    for_administrators,
    for_those_who,
    form_answer,
    link_to,
    reader,
    refuse,
    say,
    show_once,
    shown_once,
)
from tablica.shared.errors import Hidden, Stale
from tablica.shared.writing import isolated

PEOPLE = "/settings/people"
SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who(Ability.INVITE)
def people(request: HttpRequest) -> HttpResponse:
    """GET: everybody. POST: add a colleague, and show the link to send them."""
    if request.method != "POST":
        initial = {"language": reader(request).language}
        return _page(request, NewUserForm(by=reader(request), initial=initial))
    form = NewUserForm(request.POST, by=reader(request))
    if form.is_valid():
        values = dict(form.cleaned_data)
        values["role"] = values["role"].slug
        values["timezone_name"] = reader(request).timezone
        try:
            user, secret = invite_user(by=reader(request), **values)
        except ValidationError as error:
            refuse(form, error)
        else:
            return _invited(request, user, secret, OneTimeLink.Purpose.INVITATION)
    return _page(request, form, status=422)


def _page(request: HttpRequest, form: NewUserForm, *, status: int = 200) -> HttpResponse:
    after, q = request.GET.get("after", ""), request.GET.get("q", "").strip()[:120]
    number = int(after) if after.isdecimal() and len(after) < 19 else None
    found = some_of_everybody(q.replace("\0", ""), after=number, limit=SHOWN)
    until = shown_once(request, "link_until")
    context: dict[str, Any] = {
        "current": "settings",
        "setting": "people",
        "people": found[:SHOWN],
        "more": found[SHOWN - 1].pk if len(found) > SHOWN else None,
        "q": q,
        "form": form,
        "link": shown_once(request, "link"),
        "link_for": shown_once(request, "link_for"),
        "link_until": datetime.fromisoformat(until) if until else None,
        "passwords_open": passwords_open(),
    }
    return render(request, "accounts/people_page.html", context, status=status)


def the_user(user_id: int) -> User:
    """The colleague of this number, for those who may administer; else `Hidden`."""
    user = User.objects.select_related("role").filter(pk=user_id).first()
    if user is None:
        raise Hidden
    return user


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def rights(request: HttpRequest, user_id: int) -> HttpResponse:
    """The role and teams of a colleague."""
    user = the_user(user_id)
    stored = {"role": user.role, "teams": user.teams.all(), "seen": seal_of_user(user)}
    if request.method != "POST":
        return _rights_form(request, RightsForm(initial=stored), user)
    form = RightsForm(request.POST)
    if not form.is_valid():
        return _rights_form(request, form, user)
    role, chosen = form.cleaned_data["role"], form.cleaned_data["teams"]
    try:
        seen = form.cleaned_data["seen"] or None
        change_user(user, by=reader(request), role=role, teams=chosen, seen=seen)
    except Stale as error:
        form.add_error(None, str(error))
        return _rights_form(request, form, user, status=409, now=_said(user))
    said = {"name": isolated(user.name), "role": str(role)}
    say(request, _("%(name)s is %(role)s now.") % said)
    return HttpResponseRedirect(PEOPLE)


def _said(user: User) -> str:
    return " · ".join([str(user.role), *(team.name for team in user.teams.all())])


def _rights_form(request: HttpRequest, form: RightsForm, user: User, **more: Any) -> HttpResponse:
    context = {"action": f"{PEOPLE}/{user.pk}", "back": PEOPLE, "submit": _("Save")}
    return form_answer(request, form, title=user.name, seal=seal_of_user(user), **context, **more)


@require_POST
@for_administrators
def invite(request: HttpRequest, user_id: int) -> HttpResponse:
    """A new link for a colleague: the invitation again, or a new password."""
    user = the_user(user_id)
    if not user.is_active:
        raise Hidden
    known = user.has_usable_password()
    purpose = OneTimeLink.Purpose.PASSWORD if known else OneTimeLink.Purpose.INVITATION
    secret = make_link(purpose, user=user, by=reader(request))
    return _invited(request, user, secret, purpose)


def _invited(
    request: HttpRequest, user: User, secret: str, purpose: OneTimeLink.Purpose
) -> HttpResponse:
    if not secret:
        said = {"name": isolated(user.name)}
        say(request, _("%(name)s may come in by single sign-on now.") % said)
        return HttpResponseRedirect(PEOPLE)
    show_once(request, "link", link_to(request, secret))
    show_once(request, "link_for", user.name)
    show_once(request, "link_until", (timezone.now() + LINK_LIFE[purpose]).isoformat())
    return HttpResponseRedirect(PEOPLE)


@require_POST
@for_administrators
def deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Close every door to a colleague who leaves; their words stay."""
    user = the_user(user_id)
    deactivate_user(user, by=reader(request))
    undo = f"{PEOPLE}/{user_id}/deactivation/undo"
    say(request, _("%(name)s cannot sign in any more.") % {"name": isolated(user.name)}, undo)
    return HttpResponseRedirect(PEOPLE)


@require_POST
@for_administrators
def reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    """Let a colleague in again."""
    user = the_user(user_id)
    reactivate_user(user, by=reader(request))
    say(request, _("%(name)s may sign in again.") % {"name": isolated(user.name)})
    return HttpResponseRedirect(PEOPLE)


@require_POST
@for_administrators
def end_sign_ins(request: HttpRequest, user_id: int) -> HttpResponse:
    """Sign a colleague out everywhere; they can come in again."""
    user = the_user(user_id)
    ended = sign_ins.end_sign_ins(user, by=reader(request))
    said = _("%(name)s was signed in nowhere.") if not ended else _("%(name)s is signed out.")
    say(request, said % {"name": isolated(user.name)})
    return HttpResponseRedirect(PEOPLE)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def take_factors_away(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask, then let a colleague in by the password alone, who has lost their phone."""
    user = the_user(user_id)
    if not has_factor(user):
        raise Hidden
    if request.method == "POST":
        factors.take_factors_away(user, by=reader(request))
        said = _("%(name)s signs in with the password alone, until a second factor is set up.")
        say(request, said % {"name": isolated(user.name)})
        return HttpResponseRedirect(PEOPLE)
    sentence = _("Be sure that it is they who ask. They are told of it, and signed out everywhere.")
    title = _("Take away the second factors of %(name)s?") % {"name": user.name}
    where = {"action": f"{PEOPLE}/{user_id}/factors/removal", "back": PEOPLE}
    context = {"title": title, "help": sentence, "submit": _("Take away"), **where}
    return form_answer(request, Form(), ends=True, **context)
