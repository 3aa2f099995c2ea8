"""Coming in and going out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tablica.accounts import guesses
from tablica.accounts.commands.links import link_of, use_link
from tablica.accounts.doors import passwords_open
from tablica.accounts.forms import FirstAdministratorForm, NewPasswordForm, SignInForm
from tablica.accounts.models import OneTimeLink, User
from tablica.accounts.views import keeping
from tablica.accounts.views.answering import before_a_factor, local_target, refuse
from tablica.accounts.views.entering import enter, source_of, spoken, too_late
from tablica.shared.errors import Refused


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with e-mail and password; then to the page that was wanted."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(local_target(request))
    with translation.override(spoken(request)):
        if request.method == "POST":
            return _try(request, SignInForm(request.POST))
        return _door(request, SignInForm())


def _try(request: HttpRequest, form: SignInForm) -> HttpResponse:
    """One try. Unknown, wrong, deactivated: the same answer. None where passwords open nothing."""
    if not passwords_open():
        return _door(request, SignInForm(), status=403, sentence=_("Use the button below."))
    wrong = _("E-mail and password do not fit together. Try again.")
    if not form.is_valid():
        return _door(request, form, status=422, sentence=wrong)
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    source = source_of(request, email)
    if not guesses.take_guess(email, source):
        late = _("Too many tries. Wait a quarter of an hour, then try again.")
        return too_late(_door(request, form, status=429, sentence=late))
    user = authenticate(request, username=email, password=password)
    if user is None:
        guesses.tell_wrong(email, source)
        return _door(request, form, status=422, sentence=wrong)
    assert isinstance(user, User)
    return enter(request, user, local_target(request), source)


def _door(
    request: HttpRequest, form: SignInForm, *, status: int = 200, sentence: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "email": form["email"].value() or "",
        "sentence": sentence,
        "next": local_target(request, ""),
        "passwords_open": passwords_open(),
        "provider": settings.OIDC,
    }
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
@before_a_factor
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and let the browser forget what it kept of it.

    All but that it is known: else whoever signs out could be kept out by others' guesses.
    """
    assert isinstance(request.user, User)
    keeping.let_go(request)
    guesses.tell_out(request.user, request.META.get("REMOTE_ADDR", ""))
    logout(request)
    answer = HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL or "/login")
    answer.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def one_time_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password behind a link; whoever opens the first one becomes administrator."""
    link = link_of(secret)
    if link is None:
        return _ended(request)
    with translation.override(spoken(request, link.user.language if link.user else "")):
        form = _form_for(request, link)
        if request.method == "POST" and form.is_valid():
            try:
                values = {
                    ("timezone_name" if n == "timezone" else n): v
                    for n, v in form.cleaned_data.items()
                }
                user = use_link(secret, **values)
            except Refused:
                return _ended(request)
            except ValidationError as error:
                refuse(form, error)
            else:
                return enter(request, user, "/")
        return _setup(request, form, link)


def _form_for(request: HttpRequest, link: OneTimeLink) -> NewPasswordForm:
    data = request.POST if request.method == "POST" else None
    if link.user is not None:
        return NewPasswordForm(data, user=link.user)
    return FirstAdministratorForm(data, initial={"language": spoken(request)})


def _setup(request: HttpRequest, form: NewPasswordForm, link: OneTimeLink) -> HttpResponse:
    context = {"form": form, "link": link, "is_first": link.user is None}
    return render(request, "accounts/setup.html", context, status=422 if form.errors else 200)


def _ended(request: HttpRequest) -> HttpResponse:
    """The same page for a link that is used up, too old, or never was."""
    with translation.override(spoken(request)):
        return render(request, "accounts/link_ended.html", status=404)
