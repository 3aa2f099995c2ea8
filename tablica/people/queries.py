"""Reading companies and persons."""

from __future__ import annotations

from collections.abc import Iterable

from tablica.people.models import Company, Person


def describe_companies(ids: Iterable[int]) -> dict[int, str]:
    """City and industry of each company, as one quiet line."""
    rows = Company.objects.unguarded(reason="the caller's records are the reader's").filter(
        pk__in=ids
    )
    return {
        pk: " · ".join(part for part in (city, industry) if part)
        for pk, city, industry in rows.values_list("pk", "city", "industry")
    }


def describe_people(ids: Iterable[int]) -> dict[int, str]:
    """The position of each person."""
    rows = Person.objects.unguarded(reason="the caller's records are the reader's").filter(
        pk__in=ids
    )
    return dict(rows.values_list("pk", "position"))
