"""Reading companies and persons."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tablica.people.models import Company, Person

COMPANY_TEXTS = (
    "industry", "tax_id", "website", "email", "phone", "address", "city", "about",
)  # fmt: skip
"""The fields whose words a company is found by beside its name."""


def describe_companies(ids: Iterable[int], hidden: Collection[str]) -> dict[int, str]:
    """City and industry of each company, as one quiet line."""
    rows = Company.objects.unguarded(reason="the caller's records are the reader's").filter(
        pk__in=ids
    )
    shown = [name for name in ("city", "industry") if name not in hidden]
    return {
        pk: " · ".join(part for part in parts if part)
        for pk, *parts in rows.values_list("pk", *shown)
    }


def describe_people(ids: Iterable[int], hidden: Collection[str]) -> dict[int, str]:
    """The position of each person."""
    if "position" in hidden:
        return {}
    rows = Person.objects.unguarded(reason="the caller's records are the reader's").filter(
        pk__in=ids
    )
    return dict(rows.values_list("pk", "position"))
