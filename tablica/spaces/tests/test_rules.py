"""Who decides about polls and questions."""

from __future__ import annotations

import pytest

from tablica.spaces.rules import may_accept, may_close, runs
from tests.cast import Three, again, make_entry, make_record, make_user

pytestmark = pytest.mark.django_db


def test_who_asked_and_who_looks_after_the_wall_decide(three: Three) -> None:
    space = make_record("space", owner=three.owner).record
    entry = make_entry(space, "Where do we meet?", author=three.colleague)
    entry.record = space
    manager = make_user("Manager", role="manager")
    said = {
        user.name: (runs(user, entry), may_close(user, entry), may_accept(user, entry))
        for user in map(again, (three.owner, three.colleague, three.stranger, manager))
    }
    assert said == {
        "Olga Owner": (True, True, True),
        "Karol Colleague": (False, True, True),
        "Sam Stranger": (False, False, True),
        "Manager": (True, True, True),
    }


def test_who_may_not_edit_the_space_accepts_only_what_they_asked(three: Three) -> None:
    space = make_record("space", owner=three.owner, team=three.team, who="team").record
    entry = make_entry(space, "Where do we meet?", author=three.colleague)
    entry.record = space
    stranger = again(three.stranger)
    assert not may_close(stranger, entry)
    assert not may_accept(stranger, entry)
