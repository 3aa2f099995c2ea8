"""The addresses of the API, each behind the door."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, include, path, re_path, register_converter
from ninja import NinjaAPI

from tablica.api import openapi
from tablica.api.door import door, nowhere
from tablica.api.reading import BodyParser
from tablica.api.views import (
    comments,
    deals,
    entries,
    files,
    finding,
    house,
    records,
    tags,
    walls,
)


class NumberConverter:
    """The number of a thing in an address; what can be none is no address."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(NumberConverter, "id")


def _raise(request: HttpRequest, error: Exception) -> None:
    raise error


def _make_api() -> NinjaAPI:
    """All calls. Errors pass through to the door, which tells them all in one way."""
    made = NinjaAPI(
        title="Tablica", version="1", openapi_url=None, docs_url=None, parser=BodyParser()
    )
    for error in list(made._exception_handlers):
        made.add_exception_handler(error, _raise)  # type: ignore[arg-type]
    for room in (house, records, deals, walls, entries, comments, finding, files, tags):
        made.add_router("", room.router)
    return made


api = _make_api()


def _guarded() -> list[URLPattern]:
    """The patterns of all calls, with their views behind the door."""
    patterns: list[URLPattern] = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        pattern.callback = door(pattern.callback)
        patterns.append(pattern)
    return patterns


openapi.describe(api)

urlpatterns = [
    path("api/v1/openapi.json", openapi.document, name="openapi"),
    path("api/v1/docs", openapi.docs, name="api-docs"),
    path("api/v1/", include((_guarded(), "api"), namespace="api-1")),
    re_path(r"^api(?:/(?P<rest>.*))?$", nowhere, name="api-nowhere"),
]
