"""A list that was taken out tells nothing of what a hidden field holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tablica.exports.commands import ask_for_file, store
from tablica.records.kinds import kind_named
from tablica.web.queries.lists import Wanted
from tests.cast import again
from tests.gates import fields
from tests.gates.doors import taken_back
from tests.gates.fields import NOON, Company, every_field, value_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    with django_db_blocker.unblock(), taken_back(), time_machine.travel(NOON, tick=False):
        yield fields.build()


@pytest.mark.parametrize(("kind", "name"), every_field(), ids=lambda said: said)
def test_no_file_tells_what_a_hidden_field_holds(company: Company, kind: str, name: str) -> None:
    def file(which: int, right: str) -> bytes:
        with time_machine.travel(NOON, tick=False), taken_back():
            company.hide({kind: {name: right}})
            company.set(kind, value_of(company, kind, name, which))
            reader, of = again(company.reader), kind_named(kind)
            made = ask_for_file(of, by=reader, wanted=Wanted(), format="csv")
            with store().open(made.sha256) as content:
                return content.read()

    assert file(0, "hidden") == file(1, "hidden")
    assert file(0, "read") != file(1, "read"), "who may read it can tell"
