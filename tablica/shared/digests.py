"""How secrets are kept: never themselves, only their digest."""

from __future__ import annotations

import hashlib


def digest_of(secret: str) -> str:
    """SHA-256 in hex. Enough for secrets of 256 random bits; passwords go through Argon2id."""
    return hashlib.sha256(secret.encode()).hexdigest()
