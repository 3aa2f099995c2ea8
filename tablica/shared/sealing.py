"""Secrets that have to be read again: sealed with a key that the database does not hold.

The keys are lines of the file `keys` in the data folder, or of `TABLICA_KEYS`. The first one seals;
all of them open, each what bears its name. So keys are changed by putting another in front.
"""

from __future__ import annotations

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE = 12  # bytes


class Unreadable(Exception):
    """What was sealed with a key that is gone, for something else, or was changed since."""


def seal(secret: bytes, *, about: str) -> str:
    """The secret as it may be stored. It opens only for the same `about`."""
    key = settings.KEYS[0]
    nonce = os.urandom(NONCE)
    sealed = AESGCM(_bytes_of(key)).encrypt(nonce, secret, about.encode())
    return f"{name_of(key)}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, about: str) -> bytes:
    """The secret that was sealed. Raises `Unreadable`."""
    name, _dot, body = sealed.partition(".")
    for key in settings.KEYS:
        if name_of(key) == name:
            try:
                raw = base64.urlsafe_b64decode(body)
                return AESGCM(_bytes_of(key)).decrypt(raw[:NONCE], raw[NONCE:], about.encode())
            except (InvalidTag, ValueError) as error:
                raise Unreadable from error
    raise Unreadable


def is_by_the_first_key(sealed: str) -> bool:
    """Whether it is sealed with the key in use, and not with one that is to go."""
    return sealed.partition(".")[0] == name_of(settings.KEYS[0])


def name_of(key: str) -> str:
    """What a key is called in front of what it sealed; it says nothing of the key."""
    return hashlib.sha256(b"tablica key name " + key.encode()).hexdigest()[:8]


def _bytes_of(key: str) -> bytes:
    return hashlib.sha256(b"tablica sealing " + key.encode()).digest()
