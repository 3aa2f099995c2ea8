"""What everybody sets for themselves."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.accounts import guesses
from tablica.accounts.commands.me import change_me, change_password
from tablica.accounts.commands.sign_ins import end_sign_in, end_sign_ins
from tablica.accounts.doors import passwords_open
from tablica.accounts.forms import MeForm, MyPasswordForm
from tablica.accounts.queries import seal_of_profile, sign_ins_of
from tablica.accounts.views import keeping
from tablica.accounts.views.answering import reader, refuse, say
from tablica.shared.errors import Stale
from tablica.shared.writing import isolated

ME = "/settings/me"


@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """The settings begin with oneself."""
    return HttpResponseRedirect(ME)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """My name, language, time zone and look."""
    if request.method != "POST":
        return _page(request)
    form = MeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    values = dict(form.cleaned_data)
    values["timezone_name"] = values.pop("timezone")
    values["seen"] = values["seen"] or None
    try:
        user = change_me(reader(request), **values)
    except Stale as error:
        form.add_error(None, str(error))
        return _page(request, form, status=409)
    with translation.override(user.language):
        say(request, _("Saved."))
    return HttpResponseRedirect(ME)


@require_POST
@sensitive_post_parameters()
def my_password(request: HttpRequest) -> HttpResponse:
    """Change my password; every other session of mine ends."""
    form, user = MyPasswordForm(request.POST), reader(request)
    if not form.is_valid():
        return _page(request, password_form=form, status=422)
    source = guesses.Source(net="", device=f"session {user.pk}")
    if not guesses.take_guess(user.email, source):
        form.add_error("old", _("Too many tries. Wait a quarter of an hour, then try again."))
        return _page(request, password_form=form, status=429)
    try:
        change_password(user, **form.cleaned_data)
    except ValidationError as error:
        refuse(form, error)
        if "old" in form.errors:
            guesses.tell_wrong_of(user, request.META.get("REMOTE_ADDR", ""))
        return _page(request, password_form=form, status=422)
    guesses.forgive(user.email, source)
    old = request.session.session_key or ""
    update_session_auth_hash(request, user)
    keeping.go_on(request, old)
    end_sign_ins(user, by=user, but=request.session.session_key or "")
    say(request, _("Your password is changed. You are signed out everywhere else."))
    return HttpResponseRedirect(ME)


my_password.counts_refusals = True  # type: ignore[attr-defined]


@require_POST
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Sign me out in one other browser."""
    ended = end_sign_in(number, by=reader(request))
    say(request, _("You are signed out in %(agent)s.") % {"agent": isolated(ended.agent or "?")})
    return HttpResponseRedirect(f"{ME}#signed-in")


@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign me out everywhere but here."""
    user = reader(request)
    end_sign_ins(user, by=user, but=request.session.session_key or "")
    say(request, _("You are signed out everywhere else."))
    return HttpResponseRedirect(f"{ME}#signed-in")


def _page(
    request: HttpRequest,
    form: MeForm | None = None,
    *,
    password_form: MyPasswordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = reader(request)
    stored = {"name": user.name, "timezone": user.timezone, "language": user.language}
    initial = {**stored, "theme": user.theme, "seen": seal_of_profile(user)}
    context = {
        "current": "settings",
        "setting": "me",
        "form": form or MeForm(initial=initial),
        "seal": initial["seen"],
        "password_form": password_form or MyPasswordForm(),
        "passwords_open": passwords_open(),
        "sign_ins": sign_ins_of(user),
        "session": request.session.session_key,
    }
    return render(request, "accounts/me_page.html", context, status=status)
