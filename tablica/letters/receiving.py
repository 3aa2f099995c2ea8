"""The door for answers: a small SMTP server that takes mail to reply addresses, and no other.

What comes is kept as it is, synced to the disk, before the server says that it has it. It never
sends anything, not even a notice that something could not be delivered.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.db import Error, close_old_connections, connection

from tablica.letters.commands.answers import keep_answer
from tablica.letters.keys import key_of_address

log = logging.getLogger("tablica.letters")
T = TypeVar("T")

MOST_CONNECTIONS = 20
IDLE = 60  # seconds that a client may be silent
LONGEST = 600  # seconds of one connection
LONGEST_LINE = 100_000  # bytes
MOST_UNKNOWN = 5
"""Addresses that are none of ours, before a client is sent away."""
LATER = "451 4.3.0 Try again later"


class Door:
    """What the server asks, at each step of a mail that comes in."""

    def __init__(self) -> None:
        # Few threads: each holds a connection to the database.
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="answers")
        self._unknown: dict[int, int] = {}
        self.open_now = 0

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, server: SMTP, session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take only an address that is somebody's, and only one for each mail."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        try:
            known = await self._do(lambda: key_of_address(address) is not None)
        except Error:
            log.exception("An address could not be looked up")
            return LATER
        if known:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 OK"
        unknown = self._unknown[id(session)] = self._unknown.get(id(session), 0) + 1
        if unknown >= MOST_UNKNOWN:
            self._unknown.pop(id(session), None)
            asyncio.get_running_loop().call_later(0.1, _hang_up, server)
            return "421 4.7.0 Too many unknown addresses"
        return "550 5.1.1 No such address"

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail, then say so."""
        raw, address = envelope.content, envelope.rcpt_tos[0]
        assert isinstance(raw, bytes)
        try:
            kept = await self._do(lambda: _keep(address, raw, envelope.mail_from or ""))
        except (OSError, Error):
            log.exception("A mail could not be kept; its sender will try again")
            return LATER
        return "250 2.0.0 Kept" if kept else "550 5.1.1 No such address"

    def gone(self, session: Session | None) -> None:
        """A client went away."""
        self._unknown.pop(id(session), None)

    async def _do(self, work: Callable[[], T]) -> T:
        def with_database() -> T:
            close_old_connections()
            try:
                return work()
            finally:
                connection.close()

        return await asyncio.get_running_loop().run_in_executor(self._threads, with_database)


def _keep(address: str, raw: bytes, envelope_from: str) -> bool:
    key = key_of_address(address)  # once more: the person may have left while it was sent
    if key is None:
        return False
    keep_answer(key, raw, envelope_from=envelope_from)
    return True


def _hang_up(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()


class _Connection(SMTP):
    """One client, for a limited time, among a limited number."""

    line_length_limit = LONGEST_LINE
    event_handler: Door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.open_now += 1
        super().connection_made(transport)
        if self.event_handler.open_now > MOST_CONNECTIONS:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
        self._end = self.loop.call_later(LONGEST, _hang_up, self)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.open_now -= 1
        self._end.cancel()
        self.event_handler.gone(self.session)
        super().connection_lost(error)


async def listen(host: str, port: int) -> asyncio.Server:
    """Take answers in at this address, until the server that is returned is closed.

    Raises OSError when the port is taken.
    """
    door = Door()
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: _Connection(
            door,
            data_size_limit=settings.RECEIVE_BYTES,
            enable_SMTPUTF8=True,
            hostname=settings.REPLY_DOMAIN,
            ident="Tablica",
            timeout=IDLE,
            loop=loop,
        ),
        host,
        port,
    )
