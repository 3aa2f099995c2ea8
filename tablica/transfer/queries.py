"""Reading what was imported, and what taking it back needs to know."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from tablica.search.models import SearchDocument
from tablica.transfer.models import Import, ImportRow
from tablica.wall.models import Entry

REASON = "the record was checked and is locked"


def imports() -> QuerySet[Import]:
    """Every import, the newest first."""
    return Import.objects.select_related("by")


def counts_of(found: Import) -> dict[str, int]:
    """How many rows came to which outcome."""
    counted = found.rows.order_by().values_list("outcome").annotate(n=Count("pk"))
    return dict.fromkeys(ImportRow.Outcome.values, 0) | dict(counted)


def rows_with(found: Import, outcome: str) -> QuerySet[ImportRow]:
    """The rows that came to this outcome, in the order of the table."""
    return found.rows.filter(outcome=outcome).order_by("number", "id")


def last_entry(record_id: int) -> int | None:
    """The entry written last on the wall of a record."""
    entries = Entry.objects.unguarded(reason=REASON).filter(record=record_id)
    return entries.order_by("-pk").values_list("pk", flat=True).first()


def document_time(record_id: int) -> str | None:
    """The time under which search keeps a record."""
    documents = SearchDocument.objects.unguarded(reason=REASON)
    found = documents.filter(record=record_id, entry=None).values_list("happened_at", flat=True)
    at = found.first()
    return at.isoformat() if at else None
