"""The few ways in which Tablica says no. Each carries a sentence for the reader."""

from __future__ import annotations


class Refused(Exception):
    """A rule forbids it and the reader may know why. Becomes 403."""


class Hidden(Exception):
    """It does not exist, or the reader may not see it: the same answer for both. Becomes 404."""


class Stale(Exception):
    """Somebody else changed it first. Becomes 409 on a page, 412 in the API.

    `current` is what is stored now, `theirs` the fields changed since the reader's version.
    """

    def __init__(self, message: str, *, current: object, theirs: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.current = current
        self.theirs = theirs
