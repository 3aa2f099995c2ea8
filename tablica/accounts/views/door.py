"""Coming in and going out."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tablica.accounts import commands
from tablica.accounts.forms import FirstAdministratorForm, NewPasswordForm, SignInForm
from tablica.accounts.models import OneTimeLink
from tablica.accounts.queries import GUESS_WINDOW
from tablica.accounts.views.answering import local_target, refuse
from tablica.shared.errors import Refused


def spoken(request: HttpRequest, default: str = "") -> str:
    """The language chosen on the page, else `default`, else the browser's."""
    asked = request.POST.get("language") or request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    chosen = next((code for code in (asked, default) if code in known), None)
    return chosen or (translation.get_language() or "en").split("-")[0]


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
    """One try. Unknown, wrong, deactivated: the same answer."""
    wrong = _("E-mail and password do not fit together. Try again.")
    if not form.is_valid():
        return _door(request, form, status=422, sentence=wrong)
    email, password = form.cleaned_data["email"], form.cleaned_data["password"]
    if not commands.take_guess(email, request.META.get("REMOTE_ADDR", "")):
        late = _("Too many tries. Wait a quarter of an hour, then try again.")
        answer = _door(request, form, status=429, sentence=late)
        answer.headers["Retry-After"] = str(int(GUESS_WINDOW.total_seconds()))
        return answer
    user = authenticate(request, username=email, password=password)
    if user is None:
        return _door(request, form, status=422, sentence=wrong)
    commands.forgive_failures(email)
    login(request, user)
    return HttpResponseRedirect(local_target(request))


def _door(
    request: HttpRequest, form: SignInForm, *, status: int = 200, sentence: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "email": form["email"].value() or "",
        "sentence": sentence,
        "next": local_target(request, ""),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session, and let the browser forget what it kept of it."""
    logout(request)
    answer = HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL or "/login")
    answer.headers["Clear-Site-Data"] = '"cookies", "storage"'
    return answer


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def one_time_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose a password behind a link; whoever opens the first one becomes administrator."""
    link = commands.link_of(secret)
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
                login(request, commands.use_link(secret, **values))
            except Refused:
                return _ended(request)
            except ValidationError as error:
                refuse(form, error)
            else:
                return HttpResponseRedirect("/")
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
