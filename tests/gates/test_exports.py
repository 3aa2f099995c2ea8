"""A8: what each role takes out is just what it sees and may take out, and no word beyond."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest

from tablica.records.kinds import all_kinds, kind_named
from tablica.records.models import Record
from tests.gates import worlds
from tests.gates.doors import Guests, body_of, taken_back
from tests.gates.test_canaries import CANARY, Planter, _hide
from tests.gates.worlds import World
from tests.oracle import Person

pytestmark = pytest.mark.django_db

KINDS = [kind.name for kind in all_kinds()]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, Guests]]:
    with django_db_blocker.unblock(), taken_back():
        made = worlds.build()
        yield made, Guests(made)


def file_of(guests: Guests, who: str, kind: str) -> bytes | None:
    """The CSV file that somebody gets of the whole list; None when they get none."""
    path = f"/{kind_named(kind).path}/export"
    asked = guests.ask(who, "POST", path, {"format": "csv"})
    if asked.status_code != 302 or not asked.headers["Location"].startswith("/exports/"):
        return None
    return body_of(guests.ask(who, "GET", asked.headers["Location"]))


def names_in(file: bytes | None) -> set[str]:
    text = (file or b"").decode("utf-8-sig")
    return {row[0] for row in list(csv.reader(io.StringIO(text, newline="")))[1:]}


def test_each_role_takes_out_what_the_oracle_says(world: tuple[World, Guests]) -> None:
    made, guests = world
    compared, some = 0, 0
    for who, user in made.people.items():
        person = Person(user)
        for kind in KINDS:
            records = Record.objects.unguarded(reason="tests").filter(kind=kind)
            right = {r.title for r in records if person.sees(r) and person.may("export", r)}
            with taken_back():
                found = names_in(file_of(guests, who, kind))
            assert found == right, (who, kind)
            compared += 1
            some += bool(right)
    assert compared > 60
    assert some > 15


def test_no_file_holds_a_word_that_is_not_its_readers(world: tuple[World, Guests]) -> None:
    """Beside what is hidden; the owner, for whom it is there, finds most of it."""
    made, guests = world
    with taken_back():
        planter = Planter()
        _hide(made, planter)
        met = {
            who: {w for kind in KINDS for w in CANARY.findall(file_of(guests, who, kind) or b"")}
            for who in made.people
        }
    assert {planter.words[word] for word in met.pop("owner")} >= {
        "records.Record.title",
        "people.Company.about",
        "people.Person.email",
        "sales.Deal.about",
        "spaces.Space.about",
    }
    assert {who: words for who, words in met.items() if words} == {}
