"""Taking requests in: bodies, versions, pages."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser

from tablica.accounts.models import ApiToken, User
from tablica.api.problems import Problem, bad_parameter, invalid
from tablica.shared.paging import Cursor

MOST, USUAL = 200, 50
DEEPEST = 64
_ETAG = re.compile(r'(?:W/)?"(?P<quoted>[0-9]{1,9})"|(?P<bare>[0-9]{1,9})')
_BROKEN = re.compile(r"[\0\ud800-\udfff]")
_WHOLE = re.compile(r"[0-9]{1,18}")


class ApiRequest(HttpRequest):
    """A request that has come through the door: whose token it bears is known."""

    reader: User
    token: ApiToken


class BodyParser(Parser):
    """JSON as RFC 8259 has it, whose texts can all be stored."""

    def parse_body(self, request: HttpRequest) -> Any:
        require_type(request, "application/json")
        return parse(request.body)


def require_type(request: HttpRequest, wanted: str) -> None:
    """Raise `Problem` 415 for a body in another form, or not in UTF-8."""
    charset = (request.content_params or {}).get("charset", "utf-8").lower()
    if request.content_type != wanted or charset not in ("utf-8", "utf8"):
        raise Problem(415, _("Send this as %(type)s in UTF-8.") % {"type": wanted})


def parse(body: bytes) -> Any:
    """The JSON of a body. Raises `Problem`: 400 when it is none, 422 for texts nobody can keep."""
    try:
        read = json.loads(body.decode("utf-8"), parse_constant=_no_number, parse_float=_number)
    except (ValueError, RecursionError):
        raise Problem(400, _("The body is no JSON.")) from None
    for place in _broken_texts(read):
        raise invalid([(_field_at(place), _("The text holds what cannot be stored."))])
    return read


def _no_number(said: str) -> NoReturn:
    raise ValueError(said)


def _number(said: str) -> float:
    number = float(said)
    if not math.isfinite(number):
        raise ValueError(said)
    return number


def _broken_texts(read: Any) -> Iterator[tuple[str, ...]]:
    """Where a text holds NUL or half of a character; `Problem` for what is nested too deep."""
    waiting: list[tuple[tuple[str, ...], Any, int]] = [((), read, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > DEEPEST:
            raise Problem(400, _("The body is nested too deep."))
        match value:
            case str() if _BROKEN.search(value):
                yield place
            case dict():
                waiting += [(place, key, depth) for key in value]
                waiting += [((*place[:1], k), inner, depth + 1) for k, inner in value.items()]
            case list():
                waiting += [(place, inner, depth + 1) for inner in value]


def _field_at(place: tuple[str, ...]) -> str:
    """The field a reader knows: of `fields`, the one inside."""
    return "".join(place[1:2] if place[:1] == ("fields",) else place[:1])


def version_in(request: HttpRequest) -> int:
    """The version in `If-Match`; 0, which no thing has, for one that is none of ours.

    Raises `Problem` 428 when the header is missing, or says `*`.
    """
    said = request.headers.get("If-Match", "").strip()
    if said in ("", "*"):
        raise Problem(428, _('Say in If-Match which version you saw, such as "3".'))
    match = _ETAG.fullmatch(said)
    return int(match["quoted"] or match["bare"]) if match else 0


def version_if_any(request: HttpRequest) -> int | None:
    """The same where the header is not required."""
    return version_in(request) if request.headers.get("If-Match") else None


def limit_in(request: HttpRequest) -> int:
    """How many items are wanted: 50 unless said otherwise, never more than 200."""
    said = request.GET.get("limit", str(USUAL))
    if not _WHOLE.fullmatch(said) or int(said) < 1:
        raise bad_parameter("limit", _("Say a number from 1 to 200."))
    return min(int(said), MOST)


def cursor_in(request: HttpRequest) -> Cursor | None:
    """The place in a list ordered by time, or None for its beginning. Raises `BadCursor`."""
    said = request.GET.get("cursor", "")
    return Cursor.decode(said) if said else None


def place_in(request: HttpRequest) -> int | None:
    """The place in a list ordered by number, or None for its beginning."""
    said = request.GET.get("cursor", "")
    return number_in("cursor", said) if said else None


def number_in(name: str, said: str) -> int:
    """A number of ours in an address."""
    if not _WHOLE.fullmatch(said):
        raise bad_parameter(name, _("This is no number of ours."))
    return int(said)


def is_set(request: HttpRequest, name: str) -> bool:
    """A switch in an address: `1` or `true`, `0` or `false`."""
    said = request.GET.get(name, "").lower()
    if said not in ("", "0", "false", "1", "true"):
        raise bad_parameter(name, _("Say 1 or 0."))
    return said in ("1", "true")
