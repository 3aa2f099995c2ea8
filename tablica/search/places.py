"""Where a page of hits ends, to go on from there without meeting one twice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tablica.shared.paging import BadCursor, Cursor

_SCORE = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class After:
    """Which hits come next: of the records, and of the entries.

    `""` stands for the first of them, `None` for none at all; any other text is the place that the
    page before gave.
    """

    records: str | None = ""
    entries: str | None = ""

    def encode(self) -> str:
        """Both places as one text for an address; empty when nothing follows."""
        if self.records is None and self.entries is None:
            return ""
        return "~".join("-" if place is None else place for place in (self.records, self.entries))

    @classmethod
    def decode(cls, encoded: str) -> After:
        """What was encoded. Raises `BadCursor` for all else."""
        places = encoded.split("~")
        if len(places) != 2:
            raise BadCursor
        records, entries = (None if place == "-" else place for place in places)
        RankedPlace.decode(records or "")
        newest(entries or "")
        return cls(records, entries)


BEGINNING = After()


@dataclass(frozen=True)
class RankedPlace:
    """A place among records, which are ranked by stretches: those touched last first.

    `first` and `last` are the ends of the stretch by time; `shown` is the hit after which to go on
    in it, `score` what it was worth. Only `last`: the whole stretch was shown. None: the beginning.
    """

    last: Cursor | None = None
    first: Cursor | None = None
    shown: Cursor | None = None
    score: int = 0

    def encode(self) -> str:
        """As text for an address; empty for the beginning."""
        if self.last is None or self.first is None or self.shown is None:
            return self.last.encode() if self.last else ""
        ends = (self.last, self.first, self.shown)
        return ".".join([*(place.encode() for place in ends), str(self.score)])

    @classmethod
    def decode(cls, encoded: str) -> RankedPlace:
        """What was encoded. Raises `BadCursor` for all else."""
        match encoded.split("."):
            case [""]:
                return cls()
            case [last]:
                return cls(Cursor.decode(last))
            case [last, first, shown, score] if _SCORE.fullmatch(score):
                at = Cursor.decode
                return cls(at(last), at(first), at(shown), int(score))
        raise BadCursor


def newest(encoded: str) -> Cursor | None:
    """The place among entries, which come by time alone. Raises `BadCursor`."""
    return Cursor.decode(encoded) if encoded else None
