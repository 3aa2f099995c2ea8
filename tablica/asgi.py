"""Tablica as an ASGI application: pages run in threads, which is quicker than Django's own way.

What takes long without work to do is handed over and sent from here: files to slow readers, and
the streams of open pages. They would hold a thread each.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import IO, TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

from a2wsgi import WSGIMiddleware
from django.conf import settings

from tablica.shared.streams import STREAM, Stream
from tablica.wsgi import application as pages

if TYPE_CHECKING:
    from a2wsgi.asgi_typing import HTTPScope, Receive, ReceiveEvent, Scope, Send, SendEvent
    from a2wsgi.wsgi_typing import Environ, IterableChunks, StartResponse, WSGIApp

PATIENCE = 20  # seconds for the beginning of a body, and then for each further piece
BEGINNING = 64 * 2**10  # bytes
LONG_ONES = max(1, settings.THREADS // 2)
"""Bodies longer than their beginning that are taken in at a time: each holds a thread."""
PIECE = 64 * 2**10  # bytes of a file that are read at a time
FILE = "tablica.file"
"""Under this name the scope of a request holds the opened file with which it is answered."""


def _answer(environ: Environ, start_response: StartResponse) -> IterableChunks:
    """Answer one request in a thread; a file is handed over, and sent without any thread.

    So that readers who take their time do not keep everybody else out.
    """

    def hand_over(file: IO[bytes], _size: int = 0) -> IterableChunks:
        cast("dict[str, dict[str, object]]", environ)["asgi.scope"][FILE] = file
        return ()

    handing = cast("Environ", {**environ, "wsgi.file_wrapper": hand_over})
    # Django's responses are what WSGI asks for; its type says less than it does.
    return cast("WSGIApp", pages)(handing, start_response)


threads = WSGIMiddleware(_answer, workers=settings.THREADS)
_places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, or the server's questions about starting and stopping."""
    if scope["type"] != "http":
        await threads(scope, receive, send)
        return
    begun = await _begun(receive)
    if begun is None:
        await _refuse_to_wait(send)
        return
    async with _place() if _goes_on(begun) else nullcontext():
        kept = _honest(scope)
        await threads(kept, _whole(_again(begun, receive)), _handed_last(kept, receive, send))


async def _begun(receive: Receive) -> list[ReceiveEvent] | None:
    """What comes first of a body, awaited here, where waiting costs no thread.

    So that half-sent forms do not keep everybody else out. None when it takes too long.
    """
    events: list[ReceiveEvent] = []
    length = 0
    try:
        async with asyncio.timeout(PATIENCE):
            while length < BEGINNING:
                event = await receive()
                events.append(event)
                if event["type"] != "http.request" or not event["more_body"]:
                    break
                length += len(event["body"])
    except TimeoutError:
        return None
    return events


def _goes_on(begun: list[ReceiveEvent]) -> bool:
    """Whether more of the body is still to come."""
    last = begun[-1]
    return last["type"] == "http.request" and last["more_body"]


def _place() -> asyncio.Semaphore:
    """One of the places for long bodies; waiting for one costs no thread.

    However slowly they come, and however many one person sends, some threads are left for pages.
    """
    loop = asyncio.get_running_loop()
    if loop not in _places:
        _places[loop] = asyncio.Semaphore(LONG_ONES)
    return _places[loop]


def _again(begun: list[ReceiveEvent], receive: Receive) -> Receive:
    """First what has come already, then the rest; a rest that stalls is as good as broken off."""
    waiting = iter(begun)

    async def next_event() -> ReceiveEvent:
        for event in waiting:
            return event
        async with asyncio.timeout(PATIENCE):
            return await receive()

    return next_event


async def _refuse_to_wait(send: Send) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 408, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


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


def _handed_last(scope: HTTPScope, receive: Receive, send: Send) -> Send:
    """Send what the thread says, and before its last word the file or stream it handed over."""

    async def send_event(event: SendEvent) -> None:
        is_last = event["type"] == "http.response.body" and not event.get("more_body")
        file = cast("dict[str, IO[bytes]]", scope).pop(FILE, None) if is_last else None
        if file is not None:
            try:
                if scope["method"] != "HEAD":
                    await _send_file(file, receive, send)
            finally:
                file.close()
        stream = cast("dict[str, Stream]", scope).pop(STREAM, None) if is_last else None
        if stream is not None:
            try:
                await stream.flow(receive, send)
            finally:
                stream.end()
        await send(event)

    return send_event


async def _send_file(file: IO[bytes], receive: Receive, send: Send) -> None:
    """Send a file as fast as it is taken, for as long as the client is there."""
    gone = asyncio.ensure_future(_gone(receive))
    try:
        while not gone.done():
            piece = await asyncio.to_thread(file.read, PIECE)
            if not piece:
                return
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    """Return when the client has gone away."""
    while (await receive())["type"] != "http.disconnect":
        pass
