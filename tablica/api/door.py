"""The one door of the API: who comes in, how often, with what; and how every no is said."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tablica.accounts.factors.queries import has_to_set_up
from tablica.accounts.models import ApiToken, User
from tablica.accounts.queries import token_of
from tablica.api.problems import Problem, problem_of
from tablica.api.queries.currents import current_of
from tablica.api.reading import ApiRequest
from tablica.shared.errors import Hidden, Stale
from tablica.shared.limits.commands import seconds_to_wait
from tablica.shared.once.middleware import HEADER, run_once

View = Callable[..., HttpResponseBase]

READING = frozenset({"GET", "HEAD"})
UPLOADS = frozenset({"upload_file"})
AROUND_A_FILE = 2**20
"""Bytes that the form around an uploaded file may have."""


def door(view: View) -> View:
    """A view that only a token opens. Cookies count for nothing, so there is nothing to forge."""

    @csrf_exempt
    @login_not_required
    @wraps(view)
    def guarded(request: ApiRequest, **kwargs: object) -> HttpResponseBase:
        token = _token(request)
        with (
            translation.override(token.user.language if token else translation.get_language()),
            timezone.override(_zone(token)),
        ):
            try:
                if token is None:
                    raise _unknown(request)
                request.token, request.reader = token, token.user
                response = _pass(view, request, kwargs)
            except Exception as error:
                response = _told(request, error)
            response.headers["Content-Language"] = translation.get_language() or "en"
            return response

    return guarded


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:
    """404 for every address below /api/ that is none: the same as for what is hidden."""
    token = _token(request)
    with translation.override(token.user.language if token else translation.get_language()):
        response = _told(request, Hidden())
        response.headers["Content-Language"] = translation.get_language() or "en"
        return response


def _token(request: HttpRequest) -> ApiToken | None:
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    return token_of(secret) if scheme.lower() == "bearer" and secret else None


def _zone(token: ApiToken | None) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(token.user.timezone if token else "UTC")
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")


def _unknown(request: HttpRequest) -> Problem:
    given = request.headers.get("Authorization")
    why = 'Bearer realm="Tablica"' + (', error="invalid_token"' if given else "")
    sentence = _("This token is not valid (any more).") if given else _("A token is needed.")
    return Problem(401, sentence, headers={"WWW-Authenticate": why})


def _pass(view: View, request: ApiRequest, kwargs: dict[str, object]) -> HttpResponseBase:
    wait = seconds_to_wait(f"token:{request.token.digest[:32]}", settings.API_REQUESTS_A_MINUTE)
    if wait:
        raise Problem(
            429, _("Too many requests. Wait a little."), headers={"Retry-After": str(wait)}
        )
    if request.method not in READING and request.token.scope != ApiToken.Scope.WRITE:
        raise Problem(
            403,
            _("This token may only read."),
            headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
        )
    _check_texts(request, kwargs)
    _check_size(request)
    if has_to_set_up(request.reader):
        raise Problem(403, _("Set up a second factor first: your role needs one."))
    key = request.headers.get(HEADER)
    if key and request.method not in READING:
        return run_once(request, request.reader, key, lambda: _run(view, request, kwargs))
    return _run(view, request, kwargs)


def _check_texts(request: HttpRequest, kwargs: dict[str, object]) -> None:
    if any("\0" in value for value in kwargs.values() if isinstance(value, str)):
        raise Hidden
    for name, values in request.GET.lists():
        if "\0" in name or any("\0" in value for value in values):
            shown = name.replace("\0", "�")
            raise Problem(
                400,
                _("The address holds a NUL character."),
                errors=[(shown, _("The text holds a NUL character, which cannot be stored."))],
            )


def _check_size(request: HttpRequest) -> None:
    """Refuse what is too large, or does not say how large, before any of it is read."""
    said = request.META.get("CONTENT_LENGTH") or ""
    if not said and request.headers.get("Transfer-Encoding"):
        raise Problem(411, _("Send the length of the body in Content-Length."))
    length = int(said) if said.isdecimal() else 0
    is_upload = getattr(request.resolver_match, "url_name", "") in UPLOADS
    most = settings.MAX_FILE_BYTES + AROUND_A_FILE
    if length > (most if is_upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE):
        raise Problem(413, _("This is too large."))


def _run(view: View, request: ApiRequest, kwargs: dict[str, object]) -> HttpResponseBase:
    if request.method == "HEAD":
        request.method = "GET"
        try:
            response = view(request, **kwargs)
        finally:
            request.method = "HEAD"
    else:
        response = view(request, **kwargs)
    if response.status_code == 405:
        allowed = response.headers["Allow"]
        raise Problem(405, _("This cannot be done here."), headers={"Allow": _with_head(allowed)})
    return response


def _with_head(allowed: str) -> str:
    methods = {method.strip() for method in allowed.split(",")}
    return ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set())))


def _told(request: HttpRequest, error: Exception) -> HttpResponse:
    problem = problem_of(request, error)
    if isinstance(error, Stale):
        reader: User = request.reader  # type: ignore[attr-defined]
        problem.more["current"] = current_of(reader, error.current)
    return problem.response()
