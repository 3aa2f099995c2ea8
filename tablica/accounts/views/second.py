"""What somebody shows after the password, before they are in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tablica.accounts import guesses
from tablica.accounts.commands.factors import take_code
from tablica.accounts.factors.codes import looks_like_one
from tablica.accounts.factors.queries import code_app_of, codes_left, passkeys_of
from tablica.accounts.forms import CodeForm
from tablica.accounts.models import User
from tablica.accounts.views.answering import local_target, say
from tablica.accounts.views.entering import (
    BETWEEN,
    Between,
    between,
    come_in,
    source_of,
    spoken,
    too_late,
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def second(request: HttpRequest) -> HttpResponse:
    """Give a code; then to the page that was wanted."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(local_target(request))
    found = between(request)
    if found is None:
        return _from_the_beginning(request)
    with translation.override(spoken(request, found.user.language)):
        if request.method != "POST":
            return _page(request, found, CodeForm())
        return _try(request, found, CodeForm(request.POST))


def _from_the_beginning(request: HttpRequest) -> HttpResponse:
    """To the password, when it was given too long ago or never."""
    target = request.session.pop(BETWEEN, {}).get("target", "/")
    query = f"?{urlencode({'next': target})}" if target != "/" else ""
    return HttpResponseRedirect(f"{reverse('login')}{query}")


def _try(request: HttpRequest, found: Between, form: CodeForm) -> HttpResponse:
    """One try of a code, counted as one of a password is."""
    if not form.is_valid():
        return _page(request, found, form, status=422)
    user, source = found.user, source_of(request, found.user.email)
    if not guesses.take_guess(user.email, source):
        form.add_error("code", _("Too many tries. Wait a quarter of an hour, then try again."))
        return too_late(_page(request, found, form, status=429))
    code = form.cleaned_data["code"]
    if take_code(user, code):
        if looks_like_one(code):
            _tell_what_is_left(request, user)
        return come_in(request, user, found.target, source)
    guesses.tell_wrong_second(user, request.META.get("REMOTE_ADDR", ""))
    form.add_error("code", _("This code does not count. Each one counts once: wait for the next."))
    return _page(request, found, form, status=422)


def _tell_what_is_left(request: HttpRequest, user: User) -> None:
    """Whoever used a recovery code has lost a phone, perhaps: where to set up another one."""
    n = codes_left(user)
    left = ngettext(
        "You used a recovery code; %(n)s is left.", "You used a recovery code; %(n)s are left.", n
    )
    where = _("Another phone? Settings → My profile → Second factor.")
    say(request, f"{left % {'n': number_format(n)}} {where}")


def _page(
    request: HttpRequest, found: Between, form: CodeForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "has_app": code_app_of(found.user) is not None,
        "has_passkey": passkeys_of(found.user).exists(),
        "codes_left": codes_left(found.user),
    }
    return render(request, "accounts/second.html", context, status=status)
