"""What `bench` measures with: readers who see what they are called by, and nothing of it stays."""

from __future__ import annotations

import pytest

from tablica.accounts.rules import access_of
from tablica.cli.measuring import actors
from tablica.records.models import Record
from tablica.records.rules import hidden_fields
from tests.cast import Three, again, make_entry, make_record, make_user
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db


def test_each_reader_sees_what_they_are_called_by_and_nothing_of_it_stays(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actors, "FEW", 2)
    monkeypatch.setattr(actors, "MANY", 5)
    busy = make_user("Busy", teams=[three.team])
    for number in range(8):
        record = make_record("company", f"Client {number}", owner=busy).record
        make_entry(record, author=busy)
    with nothing_changes(), actors.stage() as stage:
        seen = {
            name: Record.objects.visible_to(again(actor.user)).count()
            for name, actor in stage.readers.items()
        }
        assert seen == {
            "sees 20 records": 2,
            "20 records, long quiet": 2,
            "500 records, long quiet": 5,
            "20 records shared": 2,
            "a deputy": 6,  # what Busy still owns: two are of the first for this while
            "some fields hidden": 8,
        }
        sealed = again(stage.readers["some fields hidden"].user)
        assert "stage" in hidden_fields(sealed, "deal")
        assert access_of(stage.wide.user).scope("company", "view") == "all"
