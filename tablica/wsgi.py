"""Tablica as a WSGI application: what runs in the threads of `tablica.asgi`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from django.http.response import HttpResponseBase  # noqa: TID251  what WSGI hands on

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tablica.settings")

_django = get_wsgi_application()
CHARSET = "tablica.charset"
"""Under this name the environment holds another encoding than UTF-8 that a request names."""


def application(environ: WSGIEnvironment, start_response: StartResponse) -> HttpResponseBase:
    """Answer one request.

    Django decodes the address by whatever encoding the type of a form names, and breaks on some
    before it could say so: such a name is taken out here, and refused by `web.middleware`.
    """
    said = environ.get("CONTENT_TYPE", "")
    type_, charset = _type_of(said)
    if charset.lower() == "utf8":
        environ = {**environ, "CONTENT_TYPE": said.replace(charset, "utf-8")}
    elif charset.lower() not in ("", "utf-8"):
        environ = {**environ, "CONTENT_TYPE": type_, CHARSET: charset}
    return _django(environ, start_response)


def _type_of(said: str) -> tuple[str, str]:
    """The type and the encoding that a Content-Type names; neither when it cannot be read."""
    try:
        type_, parameters = parse_header_parameters(said)
    except ValueError:
        return "", "unreadable"
    return type_, str(parameters.get("charset", ""))
