"""The pages that say no, or that something broke."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

log = logging.getLogger("tablica")


def hidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not for this reader: the same page, so that nobody learns which."""
    return render(request, "web/error_page.html", {"code": 404}, status=404)


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The reader sees it but may not do this, and is told why."""
    return render(request, "web/error_page.html", {"code": 403, "reason": reason}, status=403)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's own 403."""
    return refused(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or too old: nothing was done, and going back keeps the text."""
    return refused(request, _("This form is too old. Go back, reload the page and send it again."))


def broken(request: HttpRequest) -> HttpResponse:
    """A mistake of ours; the number finds it in the log."""
    number = secrets.token_hex(4)
    log.error("error %s at %s", number, request.path)
    return render(request, "web/error_page.html", {"code": 500, "number": number}, status=500)
