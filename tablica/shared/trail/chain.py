"""How lines hang together: each digest covers the line and the digest before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from tablica.shared.trail.models import BEGINNING


class Said(Protocol):
    """What a digest covers, and the digest."""

    number: int
    at: datetime
    event: str
    actor: int | None
    place: str
    about: str
    data: Any
    previous: str
    digest: str


def digest_of_line(line: Said) -> str:
    """SHA-256 of the line as canonical JSON, its moment in UTC to the microsecond."""
    said: Mapping[str, Any] = {
        "number": line.number,
        "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "event": line.event,
        "actor": line.actor,
        "place": line.place,
        "about": line.about,
        "data": line.data,
        "previous": line.previous,
    }
    text = json.dumps(said, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Fault:
    """The first place at which the chain is broken: the number of a line, and how."""

    number: int
    how: str


def first_fault(lines: Iterable[Said], end: tuple[int, str]) -> Fault | None:
    """Where the chain is broken first, or None. `lines` come by number; `end` is the last line's.

    `changed`: a line says something else than its digest covers. `missing`: a number is skipped, or
    the last lines are gone. `moved`: a line does not follow the one before it, so that it was put
    in, or out of its order. `added`: a line stands behind the end.
    """
    expected, before = 1, BEGINNING
    for line in lines:
        if line.number > expected:
            return Fault(expected, "missing")
        if line.number > end[0]:
            return Fault(line.number, "added")
        if digest_of_line(line) != line.digest:
            return Fault(line.number, "changed")
        if line.previous != before:
            return Fault(line.number, "moved")
        expected, before = line.number + 1, line.digest
    if expected <= end[0]:
        return Fault(expected, "missing")
    return None if before == end[1] else Fault(end[0], "changed")
