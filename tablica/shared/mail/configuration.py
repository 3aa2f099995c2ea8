"""What the environment says about mail. A wrong value raises ValueError with one sentence."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from email.utils import parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
FORM = "TABLICA_SMTP must look like smtp+starttls://user:password@host:587 or smtps://…"


@dataclass(frozen=True)
class Smtp:
    """The server that takes letters from us, and who they are from.

    `starttls` and `tls` are kept to: a server that offers neither gets nothing.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False
    sender: str = ""
    """The address alone."""
    name: str = "Tablica"

    @property
    def domain(self) -> str:
        """The part of the sender's address behind the @; it ends the names of letters."""
        return self.sender.rpartition("@")[2]


def smtp_from(address: str, sender: str, url: str) -> Smtp | None:
    """The server that `TABLICA_SMTP` names; None when there is none, and then no mail at all.

    `sender` is `TABLICA_MAIL_FROM`, `url` is `TABLICA_URL`: letters lead to pages.
    """
    if not address:
        return None
    parts = _split(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError(FORM)
    if parts.scheme == "smtp" and not _is_near(parts.hostname):
        raise ValueError(
            "TABLICA_SMTP: smtp:// sends letters readable by all on the way. It is for this machine"
            " and its own network; use smtp+starttls:// or smtps:// for others."
        )
    name, mail = parseaddr(sender)
    if not _is_address(mail) or not sender.isprintable():
        raise ValueError("TABLICA_MAIL_FROM must be an address, such as Tablica <crm@example.org>.")
    if not url:
        raise ValueError("TABLICA_SMTP needs TABLICA_URL: letters lead to pages.")
    return Smtp(
        host=parts.hostname,
        port=_port(parts) or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp+starttls",
        tls=parts.scheme == "smtps",
        sender=mail,
        name=name or "Tablica",
    )


def listening_from(said: str, domain: str) -> tuple[str, int] | None:
    """Where `TABLICA_RECEIVE` says that answers come in; None when nowhere."""
    if not said:
        return None
    parts = _split(f"//{said}")
    if not parts.hostname or not _port(parts):
        raise ValueError("TABLICA_RECEIVE must name an address and a port, as 127.0.0.1:2525.")
    if not domain:
        raise ValueError("TABLICA_RECEIVE needs TABLICA_REPLY_DOMAIN: where answers are sent.")
    return parts.hostname, _port(parts)


def reply_domain_from(said: str) -> str:
    """The domain of the addresses to which one answers, in lower case; empty for none."""
    domain = said.strip().lower()
    if domain and not _is_address(f"reply@{domain}"):
        raise ValueError("TABLICA_REPLY_DOMAIN must be a domain, such as reply.example.org.")
    return domain


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        raise ValueError(FORM) from None


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or 0
    except ValueError:
        raise ValueError("The port is a number up to 65535.") from None


def _is_near(host: str) -> bool:
    """This machine, a private network, or a name without a dot, as containers have."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host
    return found.is_loopback or found.is_private


def _is_address(mail: str) -> bool:
    local, at, domain = mail.rpartition("@")
    return bool(local and at and domain) and not any(c.isspace() or c in '<>"\0' for c in mail)
