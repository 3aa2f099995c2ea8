"""The end of the trail, written outside the database each day, where no query reaches it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tablica.shared.trail.chain import Fault
from tablica.shared.trail.models import Line
from tablica.shared.trail.queries import end

AT_ONCE = 500
"""Ends looked up in one statement."""


def heads_file() -> Path:
    """One line for each day: the moment in UTC, the number of the last line, its digest."""
    path: Path = settings.TABLICA_DATA / "trail-heads.txt"
    return path


def write_head() -> None:
    """Add today's end to the file, synced; on another machine that file proves still more."""
    number, digest = end()
    if not number:
        return
    file = os.open(heads_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, f"{timezone.now():%Y-%m-%dT%H:%M:%SZ} {number} {digest}\n".encode())
        os.fsync(file)
    finally:
        os.close(file)


def heads() -> Iterator[tuple[int, str]]:
    """Number and digest of each end that was written; lines that are none are left out."""
    if not heads_file().exists():
        return
    for line in heads_file().read_text(encoding="ascii", errors="replace").splitlines():
        words = line.split()
        if len(words) == 3 and words[1].isdecimal():
            yield int(words[1]), words[2]


def forgotten_head() -> Fault | None:
    """The first end that was written and is not in the table any more, or None.

    Of one number there may be several: what was written after a forgery does not mend it.
    """
    written = list(dict.fromkeys(heads()))
    kept: dict[int, str] = {}
    for at in range(0, len(written), AT_ONCE):
        numbers = [number for number, _digest in written[at : at + AT_ONCE]]
        kept |= dict(Line.objects.filter(pk__in=numbers).values_list("number", "digest"))
    for number, digest in written:
        if number not in kept:
            return Fault(number, "missing")
        if kept[number] != digest:
            return Fault(number, "changed")
    return None
