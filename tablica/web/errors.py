"""The pages that say no, or that something broke."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from tablica.shared.errors import Stale
from tablica.wall.views.answering import is_partial

log = logging.getLogger("tablica")


def hidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not for this reader: the same page, so that nobody learns which."""
    sentence = _("This is not there any more, or not for you to see.")
    return _answer(request, 404, sentence=sentence)


def unknown(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nothing stands at this address; without its last slash a page may, and then it leads there.

    Only what our own addresses answer to is led to: never another host, never the API.
    """
    wanted = "/" + request.path.strip("/")
    is_page = wanted != request.path and not wanted.startswith("/api/")
    if request.method not in ("GET", "HEAD") or not is_page or not is_valid_path(wanted):
        return hidden(request, exception)
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(iri_to_uri(f"{wanted}?{query}" if query else wanted))


def refused(request: HttpRequest, reason: str = "", heading: str = "") -> HttpResponse:
    """The reader sees it but may not do this, and is told why."""
    sentence = reason or _("This needs another right.")
    return _answer(request, 403, sentence=sentence, reason=reason, heading=heading)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own 403."""
    return refused(request)


def changed_meanwhile(request: HttpRequest, error: Stale) -> HttpResponse:
    """What was decided rested on something that is not so any more; nothing was done."""
    return _answer(request, 409, sentence=str(error), reason=str(error))


def too_large(request: HttpRequest) -> HttpResponse:
    """More was sent than may be kept; none of it was read."""
    sentence = _("This is too large.")
    return _answer(request, 413, sentence=sentence, reason=sentence)


def not_utf8(request: HttpRequest) -> HttpResponse:
    """A form says that it is written in another encoding; nothing of it was read."""
    sentence = _("Forms are read in UTF-8 only. Nothing was saved.")
    return _answer(request, 400, sentence=sentence, reason=sentence)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or too old: nothing was done, and going back keeps the text."""
    sentence = _("This form is too old. Go back, reload the page and send it again.")
    return refused(request, sentence, heading=_("This did not work"))


def broken(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; the number finds it in the log."""
    number = secrets.token_hex(4)
    log.error("error %s at %s", number, request.path, exc_info=True)
    sentence = _("Something broke on our side. Its number is %(number)s.") % {"number": number}
    try:
        return _answer(request, 500, sentence=sentence, number=number)
    except Exception:
        # What broke may be what every page needs, the database first of all.
        log.exception("error %s has no page", number)
        return HttpResponse(render_to_string("web/broken.html", {"number": number}), status=500)


def _answer(request: HttpRequest, code: int, *, sentence: str, **said: Any) -> HttpResponse:
    """A whole page, or for a piece of a page a toast that leaves everything else as it is."""
    context = {"code": code, "toast": sentence, "level": "error", **said}
    template = "_toast_oob.html" if is_partial(request) else "web/error_page.html"
    answer = render(request, template, context, status=code)
    if is_partial(request):
        answer.headers["HX-Reswap"] = "none"
    return answer
