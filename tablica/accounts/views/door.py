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

from tablica.accounts import devices, guesses
from tablica.accounts.commands.links import link_of, use_link
from tablica.accounts.forms import FirstAdministratorForm, NewPasswordForm, SignInForm
from tablica.accounts.models import OneTimeLink, User
from tablica.accounts.views import keeping
from tablica.accounts.views.answering import local_target, refuse
from tablica.shared.errors import Refused

DEVICE_COOKIE = f"__Host-{devices.COOKIE}" if settings.HTTPS else devices.COOKIE


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
    device = devices.read_device(request.COOKIES.get(DEVICE_COOKIE, ""))
    source = guesses.source_of(email, request.META.get("REMOTE_ADDR", ""), device)
    if not guesses.take_guess(email, source):
        late = _("Too many tries. Wait a quarter of an hour, then try again.")
        answer = _door(request, form, status=429, sentence=late)
        answer.headers["Retry-After"] = str(int(guesses.WINDOW.total_seconds()))
        return answer
    user = authenticate(request, username=email, password=password)
    if user is None:
        guesses.tell_wrong(email, source)
        return _door(request, form, status=422, sentence=wrong)
    assert isinstance(user, User)
    login(request, user)
    answer = HttpResponseRedirect(local_target(request))
    _know(request, answer, user)
    guesses.forgive(email, source)
    return answer


def _know(request: HttpRequest, answer: HttpResponse, user: User) -> None:
    """Remember from where this account was signed in, and let the browser remember it."""
    device = devices.read_device(request.COOKIES.get(DEVICE_COOKIE, ""))
    guesses.remember(user, request.META.get("REMOTE_ADDR", ""))
    guesses.tell_in(user, request.META.get("REMOTE_ADDR", ""))
    keeping.keep(request, user)
    answer.set_cookie(
        DEVICE_COOKIE,
        devices.write_device(device.with_account(user.pk)),
        max_age=devices.LIFE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


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
                login(request, user)
                answer = HttpResponseRedirect("/")
                _know(request, answer, user)
                return answer
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
