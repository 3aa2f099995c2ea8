"""The addresses of the API, each behind the door."""

from __future__ import annotations

from django.urls import URLPattern, include, path, re_path

from tablica.api import openapi
from tablica.api.calls import api
from tablica.api.door import door, nowhere


def _guarded() -> list[URLPattern]:
    """The patterns of all calls, with their views behind the door."""
    patterns: list[URLPattern] = []
    for pattern in api.urls[0]:
        assert isinstance(pattern, URLPattern)
        pattern.callback = door(pattern.callback)
        patterns.append(pattern)
    return patterns


urlpatterns = [
    path("api/v1/openapi.json", openapi.document, name="openapi"),
    path("api/v1/docs", openapi.docs, name="api-docs"),
    path("api/v1/", include((_guarded(), "api"), namespace="api-1")),
    re_path(r"^api(?:/(?P<rest>.*))?$", nowhere, name="api-nowhere"),
]
