"""S6: whatever changes somebody's rights counts with the very next look, at every kind of look.

A walk of random grants, moves, shares, absences, handovers of things, departures and returns. After
each step what some people see and may do is worked out by the oracle from the facts as they are
then, and compared with what the program's filters (as SQL) and its rules (for one thing) say. What
a step changes it changes the way the program does, or past it where no command goes that way.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from tablica.accounts.models import Grant, Role, Team, User
from tablica.records.audiences import audience
from tablica.records.models import Absence, Audience, Record, Share
from tablica.records.rules import may
from tablica.wall.models import Entry
from tablica.wall.rules import may_read
from tests.cast import again, cast, make_entry, make_record
from tests.oracle import Person

pytestmark = pytest.mark.django_db

STEPS = 500
EVERYBODY = 50
"""After so many steps everybody is compared, else only some."""
DAY = timedelta(days=1)


class Company:
    """People of every role, records and entries of every circle, and what may happen to them."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.people = list(cast().values())
        self.roles, self.teams = list(Role.objects.all()), list(Team.objects.all())
        some, team = rng.sample(self.people, 3), rng.sample(self.teams, 1)
        named = audience(Audience.Type.NAMED, people=some, teams=team)
        self.circles = [named, *(audience(name) for name in ("everyone", "team", "me"))]
        self.records = [
            make_record(
                kind, owner=rng.choice(self.people), team=rng.choice(self.teams), who=who
            ).record
            for kind in ("company", "deal", "space")
            for who in self.circles
        ]
        for record in self.records:
            for who in (None, *self.circles):
                make_entry(record, author=rng.choice(self.people), who=who)
        self.entries = [*Entry.objects.unguarded(reason="the walk").values_list("pk", flat=True)]
        self.turns: list[Callable[[], object]] = [
            self.role, self.role_allows, self.teams_of, self.tree, self.leaves, self.owner,
            self.team, self.readers, self.trash, self.entry_readers, self.entry_moves,
            self.shared, self.share_ends, self.away, self.away, self.back,
        ]  # fmt: skip

    def user(self) -> User:
        return User.objects.get(pk=self.rng.choice(self.people).pk)

    def _record(self) -> QuerySet[Record]:
        records = Record.objects.unguarded(reason="the walk turns the rights")
        return records.filter(pk=self.rng.choice(self.records).pk)

    def role(self) -> None:
        User.objects.filter(pk=self.user().pk).update(role=self.rng.choice(self.roles))

    def role_allows(self) -> None:
        role = self.rng.choice(self.roles)
        Role.objects.filter(pk=role.pk).update(reach=self.rng.choice(Role.Reach.values))
        kind = self.rng.choice(["", "", "company", "deal", "space"])
        verb = self.rng.choice(Grant.Verb.values)
        scope = self.rng.choice(Grant.Scope.values)
        Grant.objects.update_or_create(role=role, kind=kind, verb=verb, defaults={"scope": scope})

    def teams_of(self) -> None:
        self.user().teams.set(self.rng.sample(self.teams, self.rng.randrange(3)))

    def tree(self) -> None:
        low, high = self.rng.sample(self.teams, 2)
        above = Team.objects.get(pk=high.pk)
        while above.parent_id is not None and above.pk != low.pk:
            above = Team.objects.get(pk=above.parent_id)
        if above.pk != low.pk:
            Team.objects.filter(pk=low.pk).update(parent=high)

    def leaves(self) -> None:
        gone = self.rng.choice([None, None, None, timezone.now()])
        User.objects.filter(pk=self.user().pk).update(deactivated_at=gone)

    def owner(self) -> None:
        self._record().update(owner=self.rng.choice(self.people))

    def team(self) -> None:
        self._record().update(team=self.rng.choice(self.teams))

    def readers(self) -> None:
        self._record().update(audience=self.rng.choice(self.circles))

    def trash(self) -> None:
        at = self.rng.choice([None, None, timezone.now()])
        self._record().update(trashed_at=at)

    def _entry(self) -> QuerySet[Entry]:
        entries = Entry.objects.unguarded(reason="the walk turns the rights")
        return entries.filter(pk=self.rng.choice(self.entries))

    def entry_readers(self) -> None:
        self._entry().update(audience=self.rng.choice([None, *self.circles]))

    def entry_moves(self) -> None:
        self._entry().update(record=self.rng.choice(self.records))

    def shared(self) -> None:
        user, record = self.user(), self.rng.choice(self.records)
        until = self.rng.choice([None, timezone.now() + DAY, timezone.now() - DAY])
        said = {"edits": self.rng.random() < 0.5, "until": until}
        Share.objects.update_or_create(user=user, record=record, defaults=said)
        User.objects.filter(pk=user.pk).update(lent=True)

    def share_ends(self) -> None:
        Share.objects.filter(user=self.user()).delete()

    def away(self) -> None:
        person, deputy = self.rng.sample(self.people, 2)
        begins = timezone.now() + self.rng.choice([-2 * DAY, -DAY, -DAY, DAY])
        kinds = self.rng.choice([[], [], ["deal"], ["company", "space"]])
        times = {"starts_at": begins, "ends_at": begins + 1.5 * DAY}
        Absence.objects.create(person=person, deputy=deputy, kinds=kinds, **times)
        User.objects.filter(pk=deputy.pk).update(lent=True)

    def back(self) -> None:
        Absence.objects.filter(person=self.user()).delete()


def compare(company: Company, user: User, where: str) -> None:
    """That the filters and the rules say of `user` what the oracle says."""
    reader, person = again(user), Person(again(user))
    records = list(Record.objects.unguarded(reason="the oracle decides").select_related("audience"))
    seen = set(Record.objects.visible_to(reader).values_list("pk", flat=True))
    assert seen == {r.pk for r in records if person.sees(r)}, f"{where}: what {user.name} sees"
    for record in records:
        for verb in Grant.Verb.values:
            said = f"{where}: {verb} {record.pk} by {user.name}"
            assert may(reader, verb, record) == person.may(verb, record), said
    entries = Entry.objects.unguarded(reason="the oracle decides").select_related(
        "record__audience", "audience"
    )
    expected = {entry.pk for entry in entries if person.reads(entry)}
    read = set(Entry.objects.visible_to(reader).values_list("pk", flat=True))
    assert read == expected, f"{where}: what {user.name} reads"
    assert {e.pk for e in entries if may_read(reader, e)} == expected, f"{where}: {user.name}"


def walk(seed: int, steps: int) -> None:
    rng = random.Random(seed)
    company = Company(rng)
    for step in range(steps):
        turn = rng.choice(company.turns)
        turn()
        whole = step % EVERYBODY == 0
        for user in company.people if whole else rng.sample(company.people, 2):
            compare(company, user, f"seed {seed}, step {step} ({turn.__name__})")


def test_every_change_of_rights_counts_with_the_next_look() -> None:
    walk(random.randrange(10**6), STEPS)


@pytest.mark.long
def test_it_counts_on_a_long_walk() -> None:
    walk(random.randrange(10**6), 20_000)
