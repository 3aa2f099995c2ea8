"""A secret that is made once and kept in a file only its owner can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def secret_from(path: Path) -> str:
    """Return the secret kept in `path`, making it (50 random bytes, mode 0600) when absent.

    Safe when two processes start at once: the one that loses the race reads what the other wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        kept = path.read_text().strip()
    except FileNotFoundError:
        kept = ""
    if kept:
        return kept
    fresh = secrets.token_urlsafe(50)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(fresh)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        fresh = path.read_text().strip()
    finally:
        draft.unlink()
    return fresh
