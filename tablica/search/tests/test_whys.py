"""A record found by something else than its name says by what."""

from __future__ import annotations

import pytest

from tablica.accounts.rules import access_of
from tablica.search.whys import whys
from tablica.shared.text.words import Pieces
from tests.cast import Three, make_record


def said(pieces: Pieces) -> str:
    """The pieces as text, what matched in brackets."""
    drawn = "".join(f"[{text}]" if hit else text for text, hit in pieces)
    return drawn.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("q", "why"),
    [
        ("jan@orchard.example", "[jan]@[orchard].[example]"),
        ("601234567", "[+48 601 234 567]"),
        ("601 234 567", "[+48 601 234 567]"),
        ("buyer", "Chief [buyer]"),
        ("nothing of it", None),
    ],
)
def test_the_field_that_matches_is_shown(three: Three, q: str, why: str | None) -> None:
    person = make_record(
        "person",
        "Kowalski",
        position="Chief buyer",
        email="jan@orchard.example",
        phone="+48601234567",
    )
    found = whys(three.owner, [person.record], q)
    assert {pk: said(pieces) for pk, pieces in found.items()} == ({person.pk: why} if why else {})


def test_it_asks_once_for_each_kind(
    three: Three, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    records = [make_record("person", phone="+48601234567").record for _ in range(5)]
    records += [make_record("company", phone="+48601234567").record for _ in range(5)]
    access_of(three.owner)  # read by whoever fetched the records
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert len(whys(three.owner, records, "601234567")) == 10
