"""What somebody could read who leaves, somebody who stays can read, or the page told of it."""

from __future__ import annotations

import random

import pytest
from django.utils import timezone

from tablica.accounts.models import Team, User
from tablica.leaving.commands.beginning import begin_handover
from tablica.leaving.commands.planning import choose_heir, choose_successor, plan_handover
from tablica.leaving.commands.rule import change_rule
from tablica.leaving.queries.inventory import inventory_of
from tablica.leaving.queries.staying import closed_entries, staying_without
from tablica.records.audiences import audience
from tablica.records.kinds import all_kinds
from tablica.records.models import Audience, Record
from tablica.shared.jobs.testing import run_jobs
from tablica.wall.models import Entry
from tests.cast import again, make_entry, make_record, make_team, make_user

pytestmark = pytest.mark.django_db


class Company:
    """A small company in which records and entries have every owner and circle of readers."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.teams = [make_team("North"), make_team("South"), make_team("Alone")]
        self.boss = make_user("Boss", role="administrator")
        self.leaver = make_user("Leaver", teams=[self.teams[0], self.teams[2]])
        self.gone = make_user("Gone", teams=[self.teams[0]], active=False)
        self.colleagues = [
            make_user("Ada", teams=[self.teams[0]]),
            make_user("Bob", teams=[self.teams[1]]),
            make_user("Cid", role="manager", teams=[self.teams[1]]),
        ]
        self.everybody = [self.boss, self.leaver, self.gone, *self.colleagues]
        self.records = [self._record() for _ in range(60)]
        self.entries = [self._entry() for _ in range(120)]

    def _circle(self) -> Audience:
        people = self.dice.sample(self.everybody, self.dice.randint(0, 2))
        teams = self.dice.sample(self.teams, self.dice.choice([0, 0, 1]))
        return audience("named", people=people or [self.leaver], teams=teams)

    def _record(self) -> Record:
        kind = self.dice.choice([kind.name for kind in all_kinds()])
        owner = self.dice.choice([self.leaver, self.leaver, self.gone, None, self.colleagues[0]])
        team: Team = self.dice.choice(self.teams)
        ways = ["everyone", "team", "named", "me"] if owner else ["everyone", "team", "named"]
        way = self.dice.choice(ways)
        who = self._circle() if way == "named" else way
        trashed = self.dice.random() < 0.1
        return make_record(kind, owner=owner, team=team, who=who, trashed=trashed).record

    def _entry(self) -> Entry:
        author = self.dice.choice([self.leaver, self.leaver, self.colleagues[1], None])
        way = self.dice.choice([None, "me", "team", "named"] if author else [None])
        who = self._circle() if way == "named" else way
        return make_entry(self.dice.choice(self.records), author=author, who=who)


def seen(user: User) -> tuple[set[int], set[int]]:
    """The records, thrown away or not, and the entries that somebody may read."""
    reader = again(user)
    records = Record.objects.visible_to(reader).values_list("pk", flat=True)
    thrown = Record.objects.visible_in_trash_to(reader).values_list("pk", flat=True)
    entries = Entry.objects.visible_to(reader).values_list("pk", flat=True)
    return {*records, *thrown}, set(entries)


def seen_by_any(people: list[User]) -> tuple[set[int], set[int]]:
    found = [seen(user) for user in people]
    return (
        set[int]().union(*(records for records, _entries in found)),
        set[int]().union(*(entries for _records, entries in found)),
    )


@pytest.mark.parametrize("rule", ["keep", "successor"])
@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_closed_to_everybody_of_which_the_page_did_not_tell(
    seed: int, rule: str
) -> None:
    company = Company(seed)
    heir = company.colleagues[0]
    change_rule(by=company.boss, records="successor", entries=rule, drafts="keep")
    staying = [company.boss, *company.colleagues]
    records, entries = seen_by_any([company.leaver, *staying])
    told = set(closed_entries(staying_without(again(company.leaver))))
    assert inventory_of(company.leaver).entries == len(told)
    plan_handover(company.leaver, by=company.boss)
    for kind in all_kinds():
        choose_successor(company.leaver, by=company.boss, to=heir, kind=kind.name, nobody=True)
    choose_heir(company.leaver, by=company.boss, to=heir)
    handover = begin_handover(company.leaver, by=company.boss)
    run_jobs()
    handover.refresh_from_db()
    assert handover.ended_at
    after_records, after_entries = seen_by_any(staying)
    assert records - after_records == set()
    assert entries - after_entries <= told
    assert not Record.objects.unguarded(reason="tests").filter(owner=company.leaver).exists()
    if rule == "successor":
        walls = Record.objects.visible_to(again(heir)).values("pk")
        on_them = Entry.objects.unguarded(reason="tests").filter(pk__in=told, record__in=walls)
        given = set(handover.rows.there().exclude(entry=None).values_list("entry", flat=True))
        assert set(on_them.values_list("pk", flat=True)) <= given
        thrown = Entry.objects.unguarded(reason="tests").exclude(record__trashed_at=None)
        assert given <= after_entries | set(thrown.values_list("pk", flat=True))
        assert given & after_entries
    else:
        assert entries - after_entries


def test_without_the_handover_something_would_be_closed() -> None:
    """The premise: to deactivate alone closes what only they could read."""
    company = Company(1)
    staying = [company.boss, *company.colleagues]
    records, _entries = seen_by_any([company.leaver, *staying])
    User.objects.filter(pk=company.leaver.pk).update(deactivated_at=timezone.now())
    assert records - seen_by_any(staying)[0]
