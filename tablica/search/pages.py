"""One page of hits after another: each reads the next ones only, and none is met twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q, QuerySet

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.search.hits import RecordHit, described, record_hit
from tablica.search.models import SearchDocument
from tablica.search.places import RankedPlace, newest
from tablica.shared.paging import Cursor
from tablica.wall.models import Entry

PAGES_RANKED = 4
"""Pages of records that are ranked together: the best of this many times `limit` come first."""
LONGEST_STRETCH = 800
"""Records of one stretch that are read to go on in it: four of the longest pages."""

M = TypeVar("M", SearchDocument, Entry)


def beneath(time: str, place: Cursor, *, also: bool = False) -> Q:
    """The filter for what comes after `place`, newest first; with `also`, and the place itself."""
    way = "lte" if also else "lt"
    return Q(**{f"{time}__lte": place.happened_at}) & (
        Q(**{f"{time}__lt": place.happened_at}) | Q(**{f"pk__{way}": place.id})
    )


def newest_page(rows: QuerySet[M], limit: int, after: str) -> tuple[list[M], str | None]:
    """The next rows by `happened_at`, newest first, and the place behind them; None at the end.

    Raises `BadCursor`.
    """
    place = newest(after)
    if place:
        rows = rows.filter(beneath("happened_at", place))
    found = list(rows.order_by("-happened_at", "-pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last = found[limit - 1]
    return found[:limit], Cursor(last.happened_at, last.pk).encode()


@dataclass(frozen=True)
class Stretch:
    """Records that are ranked together, the last touched first, and its two ends by time.

    `may_go_on` says whether others can come after it.
    """

    records: list[Record]
    first: Cursor | None
    last: Cursor | None
    may_go_on: bool


def ranked_page(
    user: User, records: QuerySet[Record], q: str, limit: int, after: str
) -> tuple[list[RecordHit], str | None]:
    """The next of these records of `user`, and the place behind them; None at the end.

    Those touched last make a stretch; in it come first whose title matches most of `q`, then the
    most recently touched. After a stretch comes the next one, so that nothing is out of reach. What
    was touched since the first page does not come again. Raises `BadCursor`.
    """
    place = RankedPlace.decode(after)
    size = limit * PAGES_RANKED if q else limit
    ordered = records.select_related("owner").order_by("-touched_at", "-pk")
    stretch = _same_stretch(ordered, place) or _next_stretch(ordered, place.last, size)
    hits = sorted((record_hit(record, q) for record in stretch.records), key=_rank, reverse=True)
    if place.shown:
        hits = [hit for hit in hits if _rank(hit) < (place.score, place.shown)]
    page = described(user, hits[:limit])
    if len(hits) > limit:
        score, shown = _rank(page[-1])
        return page, RankedPlace(stretch.last, stretch.first, shown, score).encode()
    goes_on = stretch.may_go_on and stretch.last and _beneath(records, stretch.last).exists()
    return page, RankedPlace(stretch.last).encode() if goes_on else None


def _next_stretch(records: QuerySet[Record], last: Cursor | None, size: int) -> Stretch:
    """The `size` records behind `last`."""
    found = list((_beneath(records, last) if last else records)[:size])
    if not found:
        return Stretch([], None, None, may_go_on=False)
    return Stretch(found, _at(found[0]), _at(found[-1]), may_go_on=len(found) == size)


def _same_stretch(records: QuerySet[Record], place: RankedPlace) -> Stretch | None:
    """The stretch in which `place` is, without what was touched since; None when it is in none."""
    if place.first is None or place.last is None:
        return None
    within = records.filter(beneath("touched_at", place.first, also=True))
    within = within.exclude(beneath("touched_at", place.last))
    return Stretch(list(within[:LONGEST_STRETCH]), place.first, place.last, may_go_on=True)


def _beneath(records: QuerySet[Record], place: Cursor) -> QuerySet[Record]:
    return records.filter(beneath("touched_at", place))


def _at(record: Record) -> Cursor:
    return Cursor(record.touched_at, record.pk)


def _rank(hit: RecordHit) -> tuple[int, Cursor]:
    return hit.score, _at(hit.record)
