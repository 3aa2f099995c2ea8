"""Tablica as an ASGI application: pages run in threads, which is quicker than Django's own way.

Live streams will be answered here, before the threads, at `/live`: they wait long and would hold
a thread each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from a2wsgi import WSGIMiddleware
from django.conf import settings

from tablica.wsgi import application as pages

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, ReceiveEvent, Scope, Send
    from a2wsgi.wsgi_typing import WSGIApp

# Django's responses are what WSGI asks for; its type says less than it does.
threads = WSGIMiddleware(cast("WSGIApp", pages), workers=settings.THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, or the server's questions about starting and stopping."""
    if scope["type"] != "http":
        await threads(scope, receive, send)
    else:
        await threads(_honest(scope), _whole(receive), send)


def _honest(scope: HTTPScope) -> HTTPScope:
    """Leave out headers with an underscore: below they look the same as those with a hyphen.

    So a client could send `X_Forwarded_For` past a proxy that watches `X-Forwarded-For`.
    """
    headers = [(name, value) for name, value in scope["headers"] if b"_" not in name]
    return {**scope, "headers": headers}


def _whole(receive: Receive) -> Receive:
    """Make a connection that breaks in the middle of a body an error, not a shorter body."""

    async def receive_or_fail() -> ReceiveEvent:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise ConnectionResetError("The client went away before the whole request came.")
        return event

    return receive_or_fail
