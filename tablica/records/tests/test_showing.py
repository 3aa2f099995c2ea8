"""Raw values in words: what a reader may not see has no name, and what is gone has none either."""

from __future__ import annotations

from typing import Any

import pytest

from tablica.accounts.models import User
from tablica.records.showing import (
    NOTHING,
    HiddenValue,
    Names,
    label_of,
    names_for,
    numbers_in,
    seen,
    show,
)
from tests.cast import Three, again

pytestmark = pytest.mark.django_db


def names(three: Three, reader: User) -> Names:
    return names_for(
        again(reader),
        records=[three.company.pk, three.other.pk],
        people=[three.owner.pk],
        teams=[three.team.pk],
    )


def test_a_record_has_a_name_for_who_sees_it(three: Three) -> None:
    both = [three.company.pk, three.other.pk]
    for reader, title, one in (
        (three.owner, "Mleczarnia Łódź", three.company),
        (three.stranger, "Sam's client", three.other),
    ):
        known = names(three, reader)
        assert show("person", "companies", both, known) == title
        assert seen("person", "companies", both, known) == [one.pk]
    known = names(three, three.stranger)
    assert seen("deal", "company", three.company.pk, known) is None
    assert seen("deal", "company", three.other.pk, known) == three.other.pk
    assert seen("deal", "about", "Anything", known) == "Anything"
    with pytest.raises(HiddenValue):
        show("deal", "company", three.company.pk, known)


def test_people_and_teams_have_names_and_those_that_are_gone_a_dash(three: Three) -> None:
    known = names(three, three.owner)
    assert show("company", "owner", three.owner.pk, known) == "Olga Owner"
    assert show("company", "team", three.team.pk, known) == "Sales"
    assert show("company", "owner", 10**9, known) == NOTHING
    assert show("company", "team", 10**9, known) == NOTHING
    assert show("company", "owner", None, known) == NOTHING


def test_a_circle_is_told_by_its_people_and_teams(three: Three) -> None:
    known = names(three, three.owner)
    circle: Any = {"people": [three.owner.pk, 10**9], "teams": [three.team.pk, 10**9]}
    assert numbers_in("company", "audience", circle) == circle
    assert show("company", "audience", circle, known) == "Olga Owner, Sales"
    said = [show("company", "audience", name, known) for name in ("team", "me", "everyone")]
    assert said == ["The team", "Only me", "Everyone"]


def test_a_field_that_is_gone_is_called_as_it_was_and_told_as_text() -> None:
    assert label_of("company", "fax") == "fax"
    assert show("company", "fax", "42", Names()) == "42"
    told = show("company", "fax", "x" * 200, Names())
    assert told == "x" * 120 + "…"


def test_values_of_each_sort_are_told_in_the_readers_form() -> None:
    assert show("deal", "expected_close", "2026-05-04", Names()) == "4 May 2026"
    assert show("deal", "amount", "12500.00", Names()) == "12,500"
    assert show("deal", "outcome", "won", Names()) == "Won"
    assert show("company", "phone", "+48221234567", Names()).split() == [
        "+48",
        "22",
        "123",
        "45",
        "67",
    ]


def test_what_is_known_is_not_asked_for_again(three: Three, django_assert_num_queries: Any) -> None:
    known = names(three, three.owner)
    people = [three.owner.pk, three.stranger.pk]
    assert three.other.team is not None
    teams = [three.team.pk, three.other.team.pk]
    with django_assert_num_queries(0):
        names_for(three.owner, known, people=people[:1], teams=teams[:1])
    with django_assert_num_queries(2):
        names_for(three.owner, known, people=people, teams=teams)
    assert known.people[three.stranger.pk] == three.stranger
    assert set(known.teams.values()) == {"Sales", "Support"}
