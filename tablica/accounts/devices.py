"""Browsers that are known: a signed cookie says in which accounts each was signed in before."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from django.core import signing

COOKIE = "device"
LIFE = 180 * 24 * 3600  # seconds
MOST_ACCOUNTS = 10
SALT = "tablica.accounts.devices"


@dataclass(frozen=True)
class Device:
    """A browser by its drawn name, with the numbers of the accounts signed in there."""

    name: str
    accounts: tuple[int, ...] = ()

    def name_for(self, account: int | None) -> str:
        """Its name, when this account was signed in there; else nothing."""
        return self.name if account is not None and account in self.accounts else ""

    def with_account(self, account: int) -> Device:
        """The same after this account was signed in."""
        others = [a for a in self.accounts if a != account]
        return Device(self.name, (account, *others)[:MOST_ACCOUNTS])


def read_device(cookie: str) -> Device:
    """The browser that sent this cookie; a new one when it is none of ours or too old."""
    try:
        found: Any = signing.loads(cookie, salt=SALT, max_age=LIFE)
        return Device(str(found["name"]), tuple(int(number) for number in found["accounts"]))
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return Device(secrets.token_urlsafe(12))


def write_device(device: Device) -> str:
    """The cookie that this browser is to send."""
    return signing.dumps({"name": device.name, "accounts": list(device.accounts)}, salt=SALT)
