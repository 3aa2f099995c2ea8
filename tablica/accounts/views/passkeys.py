"""Making a passkey, removing one, and coming in with one."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tablica.accounts import guesses
from tablica.accounts.commands import passkeys as commands
from tablica.accounts.doors import passwords_open
from tablica.accounts.factors import passkeys
from tablica.accounts.factors.models import Passkey
from tablica.accounts.factors.passkeys import Said, Site, State
from tablica.accounts.factors.queries import passkeys_of
from tablica.accounts.forms import PasskeyForm, PresentPasswordForm
from tablica.accounts.views.answering import before_a_factor, local_target, reader, say
from tablica.accounts.views.entering import between, come_in, source_of, spoken
from tablica.accounts.views.factors import ask, asking, changed, show_codes, tried
from tablica.shared.errors import Hidden
from tablica.shared.limits.commands import seconds_to_wait
from tablica.shared.writing import isolated

KEPT = "passkey"
LIFE = 300  # seconds that an answer may take
LARGEST = 20_000  # characters of an answer
TRIES_A_MINUTE = 120  # from one network


def site_of(request: HttpRequest) -> Site:
    """For which name passkeys are made here: that of the page, which the settings allow."""
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    if settings.TABLICA_URL and settings.TABLICA_URL.partition("://")[2] == host:
        origin = settings.TABLICA_URL
    return Site(host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host, origin)


@require_POST
@before_a_factor
def making(request: HttpRequest) -> HttpResponse:
    """What my browser needs to make a passkey."""
    user = reader(request)
    handle = commands.handle_of(user)
    options, state = commands.begin(user, site=site_of(request), handle=handle)
    _keep(request, {**state, "handle": handle.hex()})
    return JsonResponse(options)


@require_http_methods(["GET", "HEAD", "POST"])
@before_a_factor
@sensitive_post_parameters()
def new(request: HttpRequest) -> HttpResponse:
    """GET: ask for a name and the password. POST: keep the passkey that the browser has made."""
    if request.method != "POST":
        return _new_page(request, PasskeyForm(**asking(request)))
    form = PasskeyForm(request.POST, **asking(request))
    state, answer = _kept(request), _answer(request)
    if "handle" not in state:  # what is kept for showing one has none
        form.add_error(None, _("This took too long. Try again."))

    def add() -> None:
        handle = bytes.fromhex(state.pop("handle"))
        codes = commands.add_passkey(
            form.cleaned_data["name"],
            site=site_of(request),
            state=state,
            handle=handle,
            answer=answer,
            password=form.cleaned_data.get("password", ""),
            by=reader(request),
        )
        say(request, _("From now on you may sign in with this passkey."))
        show_codes(request, codes)

    status = tried(request, form, add)
    return _new_page(request, form, status=status) if status else changed(request)


def _new_page(request: HttpRequest, form: PasskeyForm, *, status: int = 200) -> HttpResponse:
    return render(request, "accounts/passkey_page.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def removal(request: HttpRequest, passkey_id: int) -> HttpResponse:
    """Ask for the password, then let this passkey count no more."""
    user = reader(request)
    found = passkeys_of(user).filter(pk=passkey_id).first()
    if found is None:
        raise Hidden
    form = PresentPasswordForm(request.POST or None, **asking(request))
    name = isolated(found.name)
    title = _("Remove the passkey %(name)s?") % {"name": name}
    where = f"passkeys/{passkey_id}/removal"
    if request.method != "POST":
        return ask(request, form, where, title=title, submit=_("Remove"), ends=True)

    def remove() -> None:
        commands.remove_passkey(passkey_id, password=form.cleaned_data.get("password", ""), by=user)
        say(request, _("The passkey %(name)s does not count any more.") % {"name": name})

    status = tried(request, form, remove)
    if status:
        return ask(request, form, where, status=status, title=title, submit=_("Remove"), ends=True)
    return changed(request)


new.counts_refusals = removal.counts_refusals = True  # type: ignore[attr-defined]


@login_not_required
@require_POST
def showing(request: HttpRequest) -> HttpResponse:
    """What a browser needs to show a passkey: after the password one of theirs, else any."""
    place = guesses.net_of(request.META.get("REMOTE_ADDR", ""))
    wait = seconds_to_wait(f"passkey {place}", TRIES_A_MINUTE)
    if wait:
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    found = between(request)
    mine = Passkey.objects.filter(user=found.user) if found else Passkey.objects.none()
    known = [bytes(c) for c in mine.values_list("credential", flat=True)]
    options, state = passkeys.begin_showing(site_of(request), known)
    _keep(request, state)
    return JsonResponse(options)


@login_not_required
@require_POST
@sensitive_post_parameters()
def show(request: HttpRequest) -> HttpResponse:
    """Come in with a passkey, alone or after the password."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(local_target(request))
    found, state = between(request), _kept(request)
    if found is None and not passwords_open():
        return _failed(request)
    if not state:
        return _failed(request)
    user = commands.show_passkey(
        site=site_of(request),
        state=state,
        answer=_answer(request),
        only=found.user if found else None,
    )
    if user is None:
        if found:
            guesses.tell_wrong_second(found.user, request.META.get("REMOTE_ADDR", ""))
        return _failed(request)
    target = found.target if found else local_target(request)
    return come_in(request, user, target, source_of(request, user.email))


def _failed(request: HttpRequest) -> HttpResponse:
    with translation.override(spoken(request)):
        context = {"next": local_target(request, ""), "is_second": between(request) is not None}
        return render(request, "accounts/passkey_failed.html", context, status=422)


def _keep(request: HttpRequest, state: State) -> None:
    at = int(datetime.now(UTC).timestamp())
    request.session[KEPT] = {"state": state, "at": at}


def _kept(request: HttpRequest) -> State:
    """What the answer is to be checked with, for this once; nothing when it took too long."""
    kept = request.session.pop(KEPT, None)
    if kept is None or not 0 <= datetime.now(UTC).timestamp() - kept["at"] < LIFE:
        return {}
    state: State = kept["state"]
    return state


def _answer(request: HttpRequest) -> Said:
    """What the browser answered; nothing when that is no answer at all."""
    text = request.POST.get("answer", "")
    try:
        found = json.loads(text) if len(text) <= LARGEST else None
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}
