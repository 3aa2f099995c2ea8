"""Answers that go on after the view has returned, and then hold no thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from django.http import HttpRequest, StreamingHttpResponse  # noqa: TID251  what views hand over

STREAM = "tablica.stream"
"""Under this name the scope of a request holds the stream with which it is answered."""

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class Stream(Protocol):
    """What is sent bit by bit for as long as the client is there, on the loop of the server."""

    async def flow(self, receive: Receive, send: Send) -> None:
        """Send bodies, none of them the last, until the client goes away or nothing will come."""

    def end(self) -> None:
        """Let it be; also called when it never began to flow."""


def hand_over(request: HttpRequest, stream: Stream) -> StreamingHttpResponse:
    """An answer of server-sent events that `stream` gives.

    Where nobody can take the stream over, as in tests without a server, it ends at once.
    """
    scope = request.META.get("asgi.scope")
    if scope is None or request.method == "HEAD":
        stream.end()
    else:
        scope[STREAM] = stream
    response = StreamingHttpResponse((), content_type="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"  # a proxy that gathers first would hold it back
    return response
