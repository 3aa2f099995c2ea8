"""A square of dots that a phone reads, as one path of an SVG picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4  # empty dots around, as the standard asks


@dataclass(frozen=True)
class Square:
    """How many dots a side has, the empty ones around included; and the path of the dark ones."""

    size: int
    path: str


def square_of(text: str) -> Square:
    """The square that says `text`."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    parts = []
    for y, row in enumerate(rows):
        x = 0
        for dark, run in groupby(row):
            length = len(list(run))
            if dark:
                parts.append(f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z")
            x += length
    return Square(len(rows) + 2 * QUIET, "".join(parts))
