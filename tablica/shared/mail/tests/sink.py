"""A real mail server for the tests, in a thread of this process: it keeps what it is given."""

from __future__ import annotations

import email
import email.policy
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tablica.shared.mail.configuration import Smtp

OK = "250 OK"
Answer = Callable[[str], str]


@dataclass
class Sink:
    """What came, in order; `to`, `data` and `sender` may answer otherwise for an address."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    to: Answer = lambda address: OK
    data: Answer = lambda address: OK
    sender: Answer = lambda address: OK
    wait: float = 0
    """Seconds between keeping a mail and saying so."""

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.to(address)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self.sender(address)
        if answer == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.data(envelope.rcpt_tos[0])
        if answer == OK:
            self.addresses += envelope.rcpt_tos
            self.raw.append(envelope.content)
            self.mails.append(
                email.message_from_bytes(envelope.content, policy=email.policy.default)
            )
            self.encrypted.append(session.ssl is not None)
            if self.wait:
                import asyncio

                await asyncio.sleep(self.wait)
        return answer

    def smtp(self, **more: Any) -> Smtp:
        """The settings by which we send here."""
        said = {"host": "127.0.0.1", "port": self.port, "sender": "crm@example.org"}
        return Smtp(**{**said, **more})

    def wait_for(self, count: int, seconds: float = 30) -> None:
        """Wait until so many mails came."""
        end = time.monotonic() + seconds
        while len(self.mails) < count:
            assert time.monotonic() < end, f"{len(self.mails)} of {count} came"
            time.sleep(0.02)


class _Controller(Controller):
    def _trigger_server(self) -> None:
        """aiosmtpd looks whether the port answers; which one it is is known only now."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()

    def factory(self) -> SMTP:
        return SMTP(self.handler, **self.SMTP_kwargs)


@contextmanager
def sink(
    *,
    certificate: ssl.SSLContext | None = None,
    user: str = "",
    password: str = "",
    largest: int = 30_000_000,
) -> Iterator[Sink]:
    """A server on a free port of this machine; it offers STARTTLS when it has a certificate.

    It takes no letter of more than `largest` bytes.
    """
    kept = Sink()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        right = given.login == user.encode() and given.password == password.encode()
        return AuthResult(success=right, handled=right)

    more: dict[str, Any] = {"tls_context": certificate, "require_starttls": certificate is not None}
    more["data_size_limit"] = largest
    if user:
        more |= {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    controller = _Controller(kept, hostname="127.0.0.1", port=0, **more)
    controller.start()
    kept.port = controller.port
    try:
        yield kept
    finally:
        controller.stop(no_assert=True)
