"""Headers every answer carries, and the reader's language, time zone and mistakes."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone, translation

from tablica.access.views.looking import go_on, told
from tablica.accounts.factors.queries import has_to_set_up
from tablica.accounts.views.keeping import look_after
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.wall.views.answering import is_partial
from tablica.web.errors import changed_meanwhile, hidden, not_utf8, refused, too_large

Next = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
CHARSET = "tablica.charset"
NUL = "%00"  # no text we keep has one, and PostgreSQL refuses to be asked for it
LARGEST_NUMBER = 2**63 - 1
SMALL = 64 * 2**10  # bytes
MOST_FILES = 10  # of the largest size, in one form
PERMISSIONS = "camera=(), geolocation=(), microphone=(self), payment=(), usb=()"


class SafeHeaders:
    """A strict content security policy on every page, and nothing of it in shared caches."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Sizes:
    """Refuses a body that is too large before any of it is read and takes up the disk.

    Whoever is not signed in has nothing to send but small forms. The API measures for itself.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or "0"
        if said == "0" or request.path.startswith("/api/"):
            return self.get_response(request)
        known = request.user.is_authenticated
        most = MOST_FILES * settings.MAX_FILE_BYTES if known else SMALL
        if not said.isdecimal() or len(said) > 18 or int(said) > most:
            return too_large(request)
        return self.get_response(request)


class Encoding:
    """Refuses forms in another encoding than UTF-8, which `tablica.wsgi` has noted."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = str(request.META.get(CHARSET, ""))
        is_form = request.META.get("CONTENT_LENGTH") not in (None, "", "0")
        if named and is_form and not request.path.startswith("/api/"):
            return not_utf8(request)
        return self.get_response(request)


class Reader:
    """Speaks the signed-in reader's language and time zone, and turns a no into its page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_program = request.path.startswith("/api/")
        if NUL in request.META.get("QUERY_STRING", "") and not is_program:
            return hidden(request)
        if not request.user.is_authenticated:
            return _to_the_door(request, self.get_response(request))
        # The user itself: the stand-in costs at each of the thousands of looks at it.
        request.user = getattr(request.user, "_wrapped", request.user)
        if not is_program and not look_after(request, request.user):
            return _to_the_door(request, self.get_response(request))
        if not is_program and request.method in ("GET", "HEAD"):
            go_on(request, request.user)
        language = request.user.language
        with translation.override(language), timezone.override(_zone(request.user.timezone)):
            request.LANGUAGE_CODE = language
            response = told(request, request.user, self.get_response)
            response.headers["Content-Language"] = language
            return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """A number or a name that nothing can have is the address of nothing.

        Whoever has to set up a second factor gets to nothing else before.
        """
        numbers = [value for value in kwargs.values() if isinstance(value, int)]
        names = [value for value in kwargs.values() if isinstance(value, str)]
        if any(n > LARGEST_NUMBER for n in numbers) or any("\0" in name for name in names):
            return None if request.path.startswith("/api/") else hidden(request)
        is_open = hasattr(view, "before_a_factor") or not getattr(view, "login_required", True)
        if not is_open and request.user.is_authenticated and has_to_set_up(request.user):
            return _to_the_factors(request)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The refusals have pages of their own; everything else is a real mistake."""
        if isinstance(error, Hidden):
            return hidden(request)
        if isinstance(error, Refused):
            return refused(request, str(error))
        if isinstance(error, Stale):
            return changed_meanwhile(request, error)
        return None


def _to_the_door(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Whoever was signed out while a page stood open goes to sign in, and comes back to it.

    A redirect would put the page of the door into the piece that was asked for.
    """
    door = resolve_url(settings.LOGIN_URL)
    if not is_partial(request) or not response.get("Location", "").startswith(door):
        return response
    try:
        here = urlsplit(request.headers.get("HX-Current-URL", "")).path
    except ValueError:  # no address at all
        here = ""
    answer = HttpResponse(status=401)
    answer.headers["HX-Redirect"] = f"{door}?{urlencode({'next': here or '/'})}"
    return answer


def _to_the_factors(request: HttpRequest) -> HttpResponse:
    """To where a second factor is set up; a piece of a page takes the whole page there."""
    where = resolve_url("factors")
    if is_partial(request):
        return HttpResponse(status=403, headers={"HX-Redirect": where})
    return HttpResponseRedirect(where)


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")
