"""How a command says that it could not."""

from __future__ import annotations


class CommandError(Exception):
    """It is refused or has failed. Carries one clear sentence; the exit code becomes 1."""
