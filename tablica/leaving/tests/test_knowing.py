"""Who is proposed: who wrote most on the wall and around it, then who follows, then the team."""

from __future__ import annotations

import pytest

from tablica.accounts.models import User
from tablica.leaving.queries.knowing import Knower, knowers
from tablica.leaving.queries.staying import staying_without
from tablica.records.models import Record, RecordModel
from tablica.wall.models import Follow
from tests.cast import (
    again,
    make_comment,
    make_entry,
    make_record,
    make_role,
    make_team,
    make_user,
)

pytestmark = pytest.mark.django_db


class Firm:
    def __init__(self) -> None:
        self.team = make_team("Sales")
        self.anna = make_user("Anna", teams=[self.team])
        self.marek = make_user("Marek")
        self.zofia = make_user("Zofia")
        self.acme = make_record("company", "Acme", owner=self.anna)

    def knower(self, of: RecordModel) -> Knower | None:
        record: Record = of.record
        asked = [(record.pk, record.kind, record.team_id)]
        return knowers(asked, staying_without(again(self.anna))).get(record.pk)

    def known_by(self, of: RecordModel) -> User | None:
        found = self.knower(of)
        return User.objects.get(pk=found.person) if found else None


@pytest.fixture
def firm() -> Firm:
    return Firm()


def test_comments_count_as_entries_do(firm: Firm) -> None:
    entry = make_entry(firm.acme, author=firm.marek)
    for _ in range(2):
        make_comment(entry, author=firm.zofia)
    assert firm.knower(firm.acme) == Knower(firm.zofia.pk, "wrote", 2)


def test_what_is_written_on_related_walls_counts(firm: Firm) -> None:
    deal = make_record("deal", owner=firm.anna, company=firm.acme)
    make_entry(firm.acme, author=firm.marek)
    for _ in range(2):
        make_entry(deal, author=firm.zofia)
    assert firm.known_by(firm.acme) == firm.zofia
    other = make_record("company", owner=firm.anna)
    assert firm.known_by(other) is None


def test_who_follows_comes_before_the_team(firm: Firm) -> None:
    near = make_user("Near", teams=[firm.team])
    assert firm.knower(firm.acme) == Knower(near.pk, "team")
    Follow.objects.create(user=firm.zofia, record=firm.acme.record, mode="muted")
    assert firm.known_by(firm.acme) == near
    Follow.objects.create(user=firm.marek, record=firm.acme.record, mode="talk")
    assert firm.knower(firm.acme) == Knower(firm.marek.pk, "follows")


def test_the_team_of_the_record_comes_before_that_of_who_leaves(firm: Firm) -> None:
    make_user("Near", teams=[firm.team])
    support = make_team("Support")
    there = make_user("There", teams=[support])
    record = make_record("company", owner=firm.anna, team=support)
    assert firm.known_by(record) == there


def test_who_left_who_leaves_and_who_may_not_own_it_are_no_successors(firm: Firm) -> None:
    gone = make_user("Gone", active=False)
    reader = make_user("Reader", role=make_role("reader", scopes={"view": "all"}))
    for author in (gone, reader, firm.anna):
        for _ in range(3):
            make_entry(firm.acme, author=author)
    make_entry(firm.acme, author=firm.zofia)
    assert firm.knower(firm.acme) == Knower(firm.zofia.pk, "wrote", 1)


def test_what_only_some_may_read_does_not_count(firm: Firm) -> None:
    for _ in range(3):
        make_entry(firm.acme, author=firm.marek, who="me")
    make_comment(make_entry(firm.acme, author=firm.marek, who="me"), author=firm.marek)
    make_entry(firm.acme, author=firm.zofia)
    assert firm.known_by(firm.acme) == firm.zofia
