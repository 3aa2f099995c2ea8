"""How the API says no: one form for every refusal (RFC 9457)."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.request import RawPostDataException
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.errors import ValidationError as ShapeError

from tablica.api.sentences import sentence_of
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.paging import BadCursor
from tablica.shared.text import BadText
from tablica.wall.queries.filters import BadFilter

log = logging.getLogger("tablica")

Errors = list[dict[str, str]]


class Problem(Exception):
    """A refusal with everything it tells: the status, a sentence, and one for each field."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors: Errors = [{"field": field, "message": said} for field, said in errors]
        self.headers = dict(headers or {})
        self.more = dict(more or {})

    def response(self) -> HttpResponse:
        """What is sent."""
        said: dict[str, object] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "errors": self.errors,
        }
        return HttpResponse(
            json.dumps(said | self.more, ensure_ascii=False),
            status=self.status,
            content_type="application/problem+json",
            headers=self.headers,
        )


def bad_parameter(name: str, sentence: str = "") -> Problem:
    """400: a parameter of the address makes no sense."""
    said = sentence or _("This value makes no sense here.")
    detail = _("The parameter “%(name)s” cannot be understood.") % {"name": name}
    return Problem(400, detail, errors=[(name, said)])


def invalid(errors: Iterable[tuple[str, str]]) -> Problem:
    """422: what was sent is understood, but may not be kept like that."""
    return Problem(422, _("Some values cannot be kept: see the errors."), errors=errors)


def problem_of(request: HttpRequest, error: Exception) -> Problem:
    """The problem that tells this error; a mistake of ours gets a number and a line in the log."""
    match error:
        case Problem():
            return error
        case Hidden() | Http404():
            return Problem(404, _("There is nothing here, or not for you."))
        case Refused() | PermissionDenied():
            return Problem(403, str(error) or _("You may not do this."))
        case Stale():
            return Problem(412, str(error))
        case ValidationError():
            return invalid(_by_field(error))
        case ShapeError():
            return _of_shape(error)
        case BadText():
            return invalid([("", error.message)])
        case BadFilter():
            return bad_parameter(error.field)
        case BadCursor():
            return bad_parameter("cursor", _("This is no page of the list. Start from its top."))
        case RequestDataTooBig():
            return Problem(413, _("This is too large."))
        case HttpError() if isinstance(error.__cause__, Problem):
            return error.__cause__
    return _of_transport(request, error)


def _of_transport(request: HttpRequest, error: Exception) -> Problem:
    match error:
        case HttpError():
            return Problem(error.status_code, str(error))
        case RawPostDataException():  # read as a form before, for its key: so it was no JSON
            return Problem(415, _("Send this as %(type)s in UTF-8.") % {"type": "application/json"})
        case MultiPartParserError() | UnreadablePostError() | SuspiciousOperation():
            return Problem(400, _("The request is broken. Send it again."))
        case OperationalError():
            log.warning("busy at %s: %s", request.path, error)
            return Problem(503, _("The database is busy. Try again."), headers={"Retry-After": "2"})
    number = secrets.token_hex(4)
    log.error("error %s at %s", number, request.path, exc_info=error)
    return Problem(500, _("Something broke here. Our log has it as number %(n)s.") % {"n": number})


def _by_field(error: ValidationError) -> list[tuple[str, str]]:
    if hasattr(error, "error_dict"):
        return [
            ("" if name == "__all__" else name, sentence)
            for name, sentences in error.message_dict.items()
            for sentence in sentences
        ]
    return [("", sentence) for sentence in error.messages]


def _of_shape(error: ShapeError) -> Problem:
    """What does not have the shape of the body; each field once."""
    said: dict[str, str] = {}
    for one in error.errors:
        place = [str(part) for part in one["loc"]]
        if place[0] != "body":
            return bad_parameter(place[-1])
        field = place[2] if len(place) > 2 else ""
        said.setdefault(field, sentence_of(field, one))
    return invalid(said.items())


def only_parameters(given: Iterable[str], known: Iterable[str]) -> None:
    """Raise for a parameter nobody knows: a filter misspelt must not be a filter left out."""
    for name in given:
        if name not in set(known):
            raise bad_parameter(name, _("There is no such parameter."))
