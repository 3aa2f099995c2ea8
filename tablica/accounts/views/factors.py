"""My second factors: an app with codes, and recovery codes."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from tablica.accounts import guesses
from tablica.accounts.commands.factors import add_app, make_recovery_codes, remove_app
from tablica.accounts.commands.sign_ins import end_sign_ins
from tablica.accounts.doors import asks_password
from tablica.accounts.factors import totp
from tablica.accounts.factors.queries import code_app_of, codes_left, has_factor, passkeys_of
from tablica.accounts.factors.squares import square_of
from tablica.accounts.forms import AppForm, PresentPasswordForm
from tablica.accounts.models import User
from tablica.accounts.views import keeping
from tablica.accounts.views.answering import (
    before_a_factor,
    form_answer,
    reader,
    refuse,
    say,
    show_once,
    shown_once,
)
from tablica.shared.errors import Hidden, Refused
from tablica.shared.sealing import Unreadable, seal, unseal

FACTORS = "/settings/me/factors"


@require_safe
@before_a_factor
def factors(request: HttpRequest) -> HttpResponse:
    """What I show besides the password; whoever has to set it up first sees nothing else."""
    user = reader(request)
    has = has_factor(user)
    context = {
        "current": "settings",
        "setting": "me",
        "app": code_app_of(user),
        "passkeys": passkeys_of(user),
        "has_factor": has,
        "codes_left": codes_left(user),
        "codes": shown_once(request, "codes").split(),
    }
    has_to = user.role.second_factor and not has
    template = "accounts/factors_first_page.html" if has_to else "accounts/factors_page.html"
    return render(request, template, context)


@require_http_methods(["GET", "HEAD", "POST"])
@before_a_factor
@sensitive_post_parameters()
def app(request: HttpRequest) -> HttpResponse:
    """GET: a new secret, as a picture for the phone. POST: it counts, proven by a first code."""
    user = reader(request)
    if request.method != "POST":
        return _app_page(request, AppForm(**asking(request)), totp.new_secret())
    form = AppForm(request.POST, **asking(request))
    try:
        secret = unseal(request.POST.get("secret", ""), about=_set_up_by(user))
    except Unreadable:
        return HttpResponseRedirect(f"{FACTORS}/app")
    status = tried(request, form, lambda: _added(request, secret, **form.cleaned_data))
    return _app_page(request, form, secret, status=status) if status else changed(request)


def _added(request: HttpRequest, secret: bytes, *, code: str, password: str = "") -> None:
    codes = add_app(secret, code=code, password=password, by=reader(request))
    say(request, _("From now on you also give a code when you sign in."))
    show_codes(request, codes)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def app_removal(request: HttpRequest) -> HttpResponse:
    """Ask for the password, then give codes no more."""
    user = reader(request)
    if code_app_of(user) is None:
        raise Hidden
    form = PresentPasswordForm(request.POST or None, **asking(request))
    context = {"title": _("Give codes of your app no more?"), "submit": _("Remove"), "ends": True}
    if request.method != "POST":
        return ask(request, form, "app/removal", **context)

    def remove() -> None:
        remove_app(password=form.cleaned_data.get("password", ""), by=user)
        say(request, _("Your app’s codes are not asked for any more."))

    status = tried(request, form, remove)
    return (
        ask(request, form, "app/removal", status=status, **context) if status else changed(request)
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def recovery(request: HttpRequest) -> HttpResponse:
    """Ask for the password, then make ten new recovery codes, shown on the next page only."""
    user = reader(request)
    if not has_factor(user):
        raise Hidden
    form = PresentPasswordForm(request.POST or None, **asking(request))
    said = _("The codes that you have now count no more.")
    context = {"title": _("Make new recovery codes?"), "submit": _("Make"), "help": said}
    if request.method != "POST":
        return ask(request, form, "codes", **context)

    def make() -> None:
        show_codes(
            request, make_recovery_codes(password=form.cleaned_data.get("password", ""), by=user)
        )

    status = tried(request, form, make)
    if status:
        return ask(request, form, "codes", status=status, **context)
    return HttpResponseRedirect(FACTORS)


for _view in (app, app_removal, recovery):
    _view.counts_refusals = True  # type: ignore[attr-defined]


def asking(request: HttpRequest) -> dict[str, bool]:
    """Whether a form asks for the password: not of who has none to give."""
    return {"asks_password": asks_password(reader(request))}


def tried(request: HttpRequest, form: forms.Form, change: Callable[[], None]) -> int:
    """Do what the password of the form allows; 0 when done, else the status of the answer."""
    if not form.is_valid():
        return 422
    user = reader(request)
    if not asks_password(user) and not keeping.is_fresh(request):
        form.add_error(None, _("Sign in anew, then do this within ten minutes."))
        return 422
    source = guesses.Source(net="", device=f"session {user.pk}")
    if not guesses.take_guess(user.email, source):
        late = _("Too many tries. Wait a quarter of an hour, then try again.")
        form.add_error("password" if "password" in form.fields else None, late)
        return 429
    try:
        change()
    except ValidationError as error:
        refuse(form, error)
        if "password" in form.errors:
            guesses.tell_wrong_of(user, request.META.get("REMOTE_ADDR", ""))
        return 422
    except Refused as error:
        form.add_error(None, str(error))
        return 422
    guesses.forgive(user.email, source)
    return 0


def ask(request: HttpRequest, form: forms.Form, path: str, **context: object) -> HttpResponse:
    """A dialog, or a page, that asks for the password before something is done."""
    return form_answer(request, form, action=f"{FACTORS}/{path}", back=FACTORS, **context)


def changed(request: HttpRequest) -> HttpResponse:
    """Back to the factors; whoever is signed in elsewhere signs in anew, with what counts now."""
    user = reader(request)
    end_sign_ins(user, by=user, but=request.session.session_key or "")
    return HttpResponseRedirect(FACTORS)


def show_codes(request: HttpRequest, codes: list[str]) -> None:
    """Keep recovery codes for the next page."""
    if codes:
        show_once(request, "codes", " ".join(codes))


def _set_up_by(user: User) -> str:
    return f"code app set up by user {user.pk}"


def _app_page(
    request: HttpRequest, form: AppForm, secret: bytes, *, status: int = 200
) -> HttpResponse:
    user = reader(request)
    context = {
        "form": form,
        "secret": seal(secret, about=_set_up_by(user)),
        "typed": totp.shown(secret),
        "square": square_of(totp.address(secret, email=user.email)),
    }
    return render(request, "accounts/factor_app_page.html", context, status=status)
