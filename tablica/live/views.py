"""The stream of what is new, and saying that one is writing."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_POST, require_safe

from tablica.accounts.factors.queries import has_to_set_up
from tablica.accounts.models import User
from tablica.live import commands
from tablica.live.hub import TooMany, hub
from tablica.live.marks import moment_of
from tablica.shared.limits.commands import seconds_to_wait
from tablica.shared.streams import hand_over

WORDS_A_MINUTE = 60


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponseBase:
    """What the reader may hear of, as server-sent events, from the last one that they have.

    Nobody signed in, or with a second factor to set up first: 204, upon which a browser does not
    come back by itself.
    """
    user = request.user
    if not isinstance(user, User) or not user.is_active or not request.session.session_key:
        return HttpResponse(status=204)
    if has_to_set_up(user):
        return HttpResponse(status=204)
    said = request.headers.get("Last-Event-ID") or request.GET.get("after", "")
    try:
        listener = hub.listen(user, request.session.session_key, moment_of(said))
    except TooMany:
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    return hand_over(request, listener)


@require_POST
def writing(request: HttpRequest) -> HttpResponse:
    """The reader is writing: `record` says on which wall, or `entry` what they answer."""
    user = request.user
    assert isinstance(user, User)
    named = {name: request.POST.get(name, "") for name in ("record", "entry")}
    said = {n: int(v) for n, v in named.items() if v.isdecimal() and len(v) < 19}
    if len(said) != 1:
        return HttpResponseBadRequest()
    if not seconds_to_wait(f"writing {user.pk}", WORDS_A_MINUTE):
        commands.writes(user, **said)
    return HttpResponse(status=204)
