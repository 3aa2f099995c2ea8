"""The one rule against the oracle: every role on every state, and any role one can make."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tablica.accounts.commands.people import change_user, deactivate_user, reactivate_user
from tablica.accounts.models import Grant, Role, Team, User
from tablica.accounts.rules import Access, access_of
from tablica.records.audiences import audience
from tablica.records.commands import create_record
from tablica.records.models import Audience, Record
from tablica.records.rules import may, may_create, visible_q
from tablica.shared.errors import Refused
from tablica.wall.models import Entry
from tablica.wall.rules import may_read
from tests.cast import again, cast, make_entry, make_record
from tests.checksum import nothing_changes
from tests.oracle import Person

VERBS = [str(verb) for verb in Grant.Verb.values]
KINDS = ["company", "deal"]


@dataclass
class World:
    """Everybody, and one record of every combination of kind, owner, team and audience."""

    people: dict[str, User]
    records: list[Record]
    entries: list[Entry]


def audiences(people: dict[str, User], teams: dict[str, Team]) -> list[Audience]:
    return [
        audience("everyone"),
        audience("team"),
        audience("me"),
        audience("named", people=[people["member"], people["read-only"], people["ex-member"]]),
        audience("named", teams=[teams["North"]]),
        audience("named", people=[people["outsider"]], teams=[teams["Sales"]]),
    ]


@pytest.fixture
def world(db: None) -> World:
    people = cast()
    teams = {team.name: team for team in Team.objects.all()}
    circles = audiences(people, teams)
    owners = [people["owner"], people["member"], None]
    records = []
    for kind, owner, team, circle in itertools.product(
        KINDS, owners, [None, *teams.values()], circles
    ):
        needs_team, needs_owner = circle.type == "team", circle.type == "me"
        if (needs_team and team is None) or (needs_owner and owner is None):
            continue
        records.append(make_record(kind, owner=owner, team=team, who=circle).record)
    for trashed in (records[0], records[-1]):
        Record.objects.unguarded(reason="tests").filter(pk=trashed.pk).update(
            trashed_at=trashed.created_at
        )
        trashed.refresh_from_db()
    some = records[:: max(1, len(records) // 20)]
    authors = [people["member"], None]
    entries = [
        make_entry(record, author=author, who=circle)
        for record, author, circle in itertools.product(some, authors, [None, *circles])
    ]
    whole = Entry.objects.unguarded(reason="tests").select_related("record__audience", "audience")
    return World(people, records, list(whole.filter(pk__in=[e.pk for e in entries])))


def readable(user: User) -> set[int]:
    return set(Entry.objects.visible_to(user).values_list("pk", flat=True))


def visible(user: User, verb: str = "view") -> set[int]:
    rows = Record.objects.unguarded(reason="the rule itself is tested")
    return set(rows.filter(visible_q(user, verb=verb)).values_list("pk", flat=True))


def test_every_role_on_every_record(world: World) -> None:
    for name, user in world.people.items():
        person = Person(user)
        for verb in VERBS:
            expected = {r.pk for r in world.records if person.may(verb, r)}
            assert visible(user, verb) == expected, (name, verb)
            one_by_one = {r.pk for r in world.records if may(user, verb, r)}
            assert one_by_one == expected, (name, verb)
        seen = set(Record.objects.visible_to(user).values_list("pk", flat=True))
        assert seen == {r.pk for r in world.records if person.sees(r)}, name
        thrown = set(Record.objects.visible_in_trash_to(user).values_list("pk", flat=True))
        assert thrown == {r.pk for r in world.records if r.is_trashed and person.may("view", r)}, (
            name
        )


def test_every_role_on_every_entry(world: World) -> None:
    for name, user in world.people.items():
        person = Person(user)
        expected = {e.pk for e in world.entries if person.reads(e)}
        assert readable(user) == expected, name
        assert {e.pk for e in world.entries if may_read(user, e)} == expected, name


def test_the_cast_is_not_trivial(world: World) -> None:
    """Each role sees something else than all the others, else the tests above prove little."""
    seen = {name: frozenset(visible(user)) for name, user in world.people.items()}
    assert seen["deactivated"] == seen["guest"] == seen["blind-editor"] == frozenset()
    assert len(set(seen.values())) >= 12
    assert seen["ex-member"] < seen["member"]
    assert len({len(world.records), *map(len, seen.values())}) >= 9


def test_a_deal_role_sees_no_deals(world: World) -> None:
    of = {r.pk: r.kind for r in world.records}
    assert {of[pk] for pk in visible(world.people["no-deals"])} == {"company"}
    assert {of[pk] for pk in visible(world.people["only-deals"])} == {"deal"}


def test_who_may_not_add_is_refused(world: World) -> None:
    values = {"title": "New", "audience": audience("everyone")}
    assert create_record("company", by=world.people["member"], values=values).pk
    with nothing_changes(), pytest.raises(Refused):
        create_record("company", by=world.people["read-only"], values=values)


def test_none_reaches_not_even_what_is_ones_own(world: World) -> None:
    seller = world.people["no-deals"]
    own = {kind: make_record(kind, owner=seller).record for kind in KINDS}
    assert may(seller, "view", own["company"])
    assert own["company"].pk in visible(seller)
    for verb in VERBS:
        assert not may(seller, verb, own["deal"])
        assert own["deal"].pk not in visible(seller, verb)


def test_who_may_add_what(world: World) -> None:
    people = world.people
    assert may_create(people["member"], "deal")
    assert may_create(people["own-only"], "deal")
    assert not may_create(people["no-deals"], "deal")
    assert may_create(people["no-deals"], "company")
    assert may_create(people["only-deals"], "deal")
    for nobody in ("read-only", "guest", "exporter", "deactivated", "blind-editor"):
        assert not may_create(people[nobody], "company"), nobody


def test_rights_end_with_the_next_request(world: World) -> None:
    administrator, member = world.people["administrator"], world.people["member"]
    before = visible(member)
    assert before
    change_user(member, by=administrator, role=member.role, teams=[])
    assert visible(again(member)) < before
    deactivate_user(member, by=administrator)
    assert visible(again(member)) == set()
    reactivate_user(member, by=administrator)
    assert visible(again(member)) < before


def test_a_new_owner_opens_and_closes_the_past_at_once(world: World) -> None:
    record = next(r for r in world.records if r.audience_id == Audience.ME and r.owner)
    entry = make_entry(record, author=None)
    before, after = record.owner, world.people["outsider"]
    assert before is not None
    assert entry.pk in readable(before)
    assert entry.pk not in readable(after)
    Record.objects.unguarded(reason="tests").filter(pk=record.pk).update(owner=after)
    assert entry.pk not in readable(again(before))
    assert entry.pk in readable(again(after))


scopes = st.sampled_from([*Grant.Scope.values])
grants = st.dictionaries(
    st.tuples(st.sampled_from(["", "", "company", "deal", "tag"]), st.sampled_from(VERBS)),
    scopes,
    max_size=8,
)
WHO = ["owner", "member", "outsider"]
TEAMS = ["Sales", "North", "Support"]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    granted=grants,
    who=st.sampled_from(WHO),
    names=st.sets(st.sampled_from(TEAMS)),
    verb=st.sampled_from(VERBS),
)
def test_any_role_agrees_with_the_oracle(
    world: World, granted: dict[tuple[str, str], str], who: str, names: set[str], verb: str
) -> None:
    teams = frozenset(Team.objects.filter(name__in=names).values_list("pk", flat=True))
    user = again(world.people[who])
    user._access = Access(  # type: ignore[attr-defined]
        user.pk, True, "any", administers=False, team_ids=teams, scopes=granted
    )
    person = Person(user)
    person.teams, person.scopes = set(teams), granted
    expected = {r.pk for r in world.records if person.may(verb, r)}
    assert visible(user, verb) == expected
    assert {r.pk for r in world.records if may(user, verb, r)} == expected
    assert readable(user) == {e.pk for e in world.entries if person.reads(e)}


def _chains() -> Iterator[tuple[str, set[str]]]:
    yield "teams", {"Sales"}
    yield "below", {"Sales", "North", "Deep"}
    yield "all", {"Sales", "North", "Deep", "Support"}


@pytest.mark.parametrize(("reach", "names"), list(_chains()))
def test_the_reach_of_a_role_follows_the_tree(world: World, reach: str, names: set[str]) -> None:
    Team.objects.create(name="Deep", parent=Team.objects.get(name="North"))
    user = world.people["member"]
    user.teams.set(Team.objects.filter(name="Sales"))
    Role.objects.filter(pk=user.role_id).update(reach=reach)
    ids = access_of(again(user)).team_ids
    assert {t.name for t in Team.objects.filter(pk__in=ids)} == names
