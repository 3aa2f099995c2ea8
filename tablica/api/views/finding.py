"""Finding records and entries."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from tablica.api.answers import answer, listing
from tablica.api.problems import bad_parameter, only_parameters
from tablica.api.queries.records import link, named
from tablica.api.reading import ApiRequest, limit_in
from tablica.api.shapes import EntryHit, Found, HitList, RecordHit
from tablica.records.kinds import UnknownKind, kind_named
from tablica.records.tags import tag_key
from tablica.search import hits, queries
from tablica.search.places import BEGINNING, After
from tablica.shared.text.words import Pieces
from tablica.wall.queries.filters import Filters

router = Router(tags=["Finding"])

MOST_SUGGESTED = 20


@router.get("/search", response=Found, operation_id="search")
def search(request: ApiRequest) -> HttpResponse:
    """What you may see that holds every word of `q`, in any inflected form.

    Each page brings the next records and the next entries, up to `limit` of each.
    """
    known = ("q", "kind", "type", "tag", "author", "since", "until", "limit", "cursor")
    only_parameters(request.GET, known)
    wanted = Filters.of(request.GET)
    filters = {
        "kind": _kind(request),
        "type": wanted.type,
        "tag": tag_key(wanted.tag),
        "author": wanted.author,
        "since": wanted.since,
        "until": wanted.until,
    }
    cursor = request.GET.get("cursor")
    found = queries.search(
        request.reader,
        wanted.q,
        limit=limit_in(request),
        filters=filters,
        after=After.decode(cursor) if cursor else BEGINNING,
    )
    return answer(
        Found(
            records=[_record_hit(hit) for hit in found.records],
            entries=[_entry_hit(hit) for hit in found.entries],
            next=After(found.more_records, found.more_entries).encode() or None,
        )
    )


@router.get("/search/suggest", response=HitList, operation_id="suggest")
def suggest(request: ApiRequest) -> HttpResponse:
    """Records by words of their names, for a palette; without `q` the last touched."""
    only_parameters(request.GET, ("q", "kind", "limit"))
    wanted = min(limit_in(request), MOST_SUGGESTED) if "limit" in request.GET else 8
    q = request.GET.get("q", "").strip()[:500]
    found = queries.suggest(request.reader, q, kind=_kind(request), limit=wanted)
    return listing([_record_hit(hit) for hit in found])


def _kind(request: ApiRequest) -> str:
    name = request.GET.get("kind", "")
    if name:
        try:
            kind_named(name)
        except UnknownKind:
            raise bad_parameter("kind") from None
    return name


def _record_hit(hit: hits.RecordHit) -> RecordHit:
    return RecordHit(
        id=hit.record.pk,
        kind=hit.record.kind,
        title=hit.record.title,
        marks=_marks(hit.title),
        about=hit.about,
        url=hit.url,
    )


def _entry_hit(hit: hits.EntryHit) -> EntryHit:
    return EntryHit(
        id=hit.entry.pk,
        type=hit.entry.type,
        record=link(hit.entry.record),
        author=named(hit.comment.author if hit.comment else hit.entry.author),
        happened_at=hit.happened_at,
        comment=hit.comment.pk if hit.comment else None,
        snippet="".join(piece for piece, _found in hit.snippet),
        marks=_marks(hit.snippet),
        url=hit.url,
    )


def _marks(pieces: Pieces) -> list[tuple[int, int]]:
    """Where the pieces that match begin and end."""
    marks, at = [], 0
    for piece, found in pieces:
        if found:
            marks.append((at, at + len(piece)))
        at += len(piece)
    return marks
