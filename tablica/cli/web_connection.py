"""What one connection may ask of a web process before anybody looks at what it wants."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 64 * 2**10  # bytes of the address and all headers
MOST_HEADERS = 200
PATIENCE = 20  # seconds for a whole head


class Connection(HttpToolsProtocol):
    """HTTP with an end: heads that are too long or take too long are refused.

    The parser would keep any length in memory, and wait for ever.
    """

    _unmoved = 0
    _moved = False
    _in_head = True
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take in what came; much of it that is neither a whole head nor a body is too much."""
        self._moved = False
        super().data_received(data)
        self._unmoved = 0 if self._moved else self._unmoved + len(data)
        if self._unmoved > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_message_begin(self) -> None:
        """Begin to wait for a further head."""
        super().on_message_begin()
        self._in_head = True
        self._wait_for_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; those that come after the body cannot pass for one that came before."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Answer the request, unless its head is too long."""
        self._in_head, self._moved = False, True
        self._stop_waiting()
        length = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if length > LONGEST_HEAD or len(self.headers) > MOST_HEADERS:
            raise ValueError("The head is too long.")  # the parser makes it a broken request
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take in a piece of the body."""
        self._moved = True
        super().on_body(body)

    def _wait_for_head(self) -> None:
        self._stop_waiting()
        self._waiting = self.loop.call_later(PATIENCE, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        """Close without a word: an answer would pass for that to a request just being sent."""
        if not self.transport.is_closing():
            self.transport.close()
