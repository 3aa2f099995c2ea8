"""Coming in through the company's own provider (OpenID Connect)."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from tablica.accounts import guesses
from tablica.accounts.commands.identities import end_as_told, person_known_as
from tablica.accounts.models import User
from tablica.accounts.views.answering import local_target
from tablica.accounts.views.entering import enter, spoken
from tablica.shared.errors import Hidden
from tablica.shared.limits.commands import seconds_to_wait
from tablica.shared.oidc.asking import Journey, address_for, proof_for
from tablica.shared.oidc.configuration import Provider
from tablica.shared.oidc.proofs import Unproven, ended, proven
from tablica.shared.outgoing import Unreachable
from tablica.shared.trail import commands as trail

KEPT = "single"
LIFE = 600  # seconds that somebody may be away at the provider
TRIES_A_MINUTE = 120  # from one network
MOST = 4_000  # characters of a code

log = logging.getLogger(__name__)


def _provider() -> Provider:
    if settings.OIDC is None:
        raise Hidden
    found: Provider = settings.OIDC
    return found


def _here(request: HttpRequest) -> str:
    """Where the provider sends people back to."""
    path = reverse("single-back")
    return settings.TABLICA_URL + path if settings.TABLICA_URL else request.build_absolute_uri(path)


@login_not_required
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider. What comes back has to fit to what this session keeps."""
    provider = _provider()
    if request.user.is_authenticated:
        return HttpResponseRedirect(local_target(request))
    place = guesses.net_of(request.META.get("REMOTE_ADDR", ""))
    if seconds_to_wait(f"single {place}", TRIES_A_MINUTE):
        return _failed(request, _("Too many tries. Wait a minute, then try again."), status=429)
    journey = Journey.begin()
    language = spoken(request)
    try:
        address = address_for(provider, journey, back=_here(request), language=language)
    except Unreachable as error:
        return _away(request, error)
    request.session[KEPT] = {
        "state": journey.state,
        "nonce": journey.nonce,
        "verifier": journey.verifier,
        "at": int(datetime.now(UTC).timestamp()),
        "target": local_target(request),
    }
    return HttpResponseRedirect(address)


@login_not_required
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Somebody comes back from the provider, with a code that is changed for a proof."""
    provider, kept = _provider(), request.session.pop(KEPT, None)
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    if kept is None or not _fits(request, kept, provider):
        return _failed(request, _("This sign-in was not begun here, or it took too long."))
    journey = Journey(kept["state"], kept["nonce"], kept["verifier"])
    code = request.GET.get("code", "")
    if not code or len(code) > MOST:
        return _failed(request, _("%(provider)s did not let you in.") % {"provider": provider.name})
    try:
        proof = proof_for(provider, journey, code, back=_here(request))
        user = person_known_as(proven(proof, provider, journey))
    except Unreachable as error:
        return _away(request, error)
    except Unproven as error:
        log.warning("Single sign-on: a proof does not hold: %s", error)
        return _failed(request, _("%(provider)s did not let you in.") % {"provider": provider.name})
    return _let_in(request, user, kept["target"])


@csrf_exempt  # the provider sends it from its own machine; its signature is the proof
@login_not_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """The provider says that somebody was signed out there: their sessions here end, too."""
    provider = _provider()
    place = guesses.net_of(request.META.get("REMOTE_ADDR", ""))
    if seconds_to_wait(f"single end {place}", TRIES_A_MINUTE):
        return JsonResponse({"error": "slow_down"}, status=429)
    try:
        end_as_told(ended(request.POST.get("logout_token", ""), provider))
    except Unreachable as error:
        log.warning("Single sign-on: %s", error)
        return JsonResponse({"error": "temporarily_unavailable"}, status=502)
    except Unproven as error:
        log.warning("Single sign-on: the news of an end does not hold: %s", error)
        return JsonResponse({"error": "invalid_request"}, status=400)
    return HttpResponse()


def _fits(request: HttpRequest, kept: dict[str, Any], provider: Provider) -> bool:
    """Whether this is the way back of the journey that this session began, not long ago."""
    age = datetime.now(UTC).timestamp() - kept["at"]
    is_same = constant_time_compare(request.GET.get("state", ""), kept["state"])
    said_by = request.GET.get("iss", provider.issuer)
    return 0 <= age < LIFE and is_same and said_by == provider.issuer


def _let_in(request: HttpRequest, user: User | None, target: str) -> HttpResponse:
    if user is None:
        place = guesses.net_of(request.META.get("REMOTE_ADDR", ""))
        trail.note("sign-in failed", by=None, place=place)
        sentence = _("Nobody here has the address that it knows you by. Ask your administrator.")
        return _failed(request, sentence)
    return enter(request, user, target)


def _away(request: HttpRequest, error: Unreachable) -> HttpResponse:
    log.warning("Single sign-on: %s", error)
    return _failed(request, _("It does not answer as it should. Try again in a while."), status=502)


def _failed(request: HttpRequest, sentence: str, *, status: int = 422) -> HttpResponse:
    with translation.override(spoken(request)):
        context = {"sentence": sentence}
        return render(request, "accounts/single_failed.html", context, status=status)
