"""S1, S2, S3: each door has a rule, everybody meets what it says, a refusal changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponse  # noqa: TID251  answers are what is looked at

from tests.checksum import difference, snapshot
from tests.gates import worlds
from tests.gates.api_policy import CALLS, calls
from tests.gates.doors import (
    API,
    METHODS,
    Guests,
    Route,
    masked,
    routes,
    stored_files,
    taken_back,
    values_for,
    watched,
)
from tests.gates.policy import (
    BY_HAND,
    HIDDEN,
    INVALID,
    NO_DEAL,
    OK,
    PAGES,
    PARTS,
    REFUSED,
    UNSEEN_WALL,
    Door,
)
from tests.gates.worlds import MISSING, Target, World
from tests.oracle import Person

pytestmark = pytest.mark.django_db

ANSWERS = {
    HIDDEN: {404},
    REFUSED: {403},
    NO_DEAL: {403, 404},
    UNSEEN_WALL: {404, 422},
    INVALID: {422},
}
SAMPLE = 1
"""How many people try a door with one target in the quick run, besides one of each answer."""
OWN_TRIED = 2
"""How many of the roles with a record of their own try each door on it in the quick run."""


@dataclass
class House:
    """The world with its guests, and what each of them may, by the oracle."""

    world: World
    guests: Guests
    persons: dict[str, Person]
    before: dict[str, list[str]]

    def changed(self) -> list[str]:
        """Which rows differ. Files are counted apart: those of an answered request stay."""
        left_out = {"files on disk": self.before["files on disk"]}
        return difference(self.before, {**snapshot(), **left_out})

    def expected(self, who: str, door: Door, target: Target) -> str:
        if who == "anonymous" or not self.persons[who].active:
            return "outside"
        return door.rule(self.persons[who], target, self.world)


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Made once for all tests here; each request is taken back."""
    with django_db_blocker.unblock(), taken_back():
        world = worlds.build()
        guests = Guests(world)
        persons = {name: Person(user) for name, user in world.people.items()}
        yield House(world, guests, persons, snapshot())


def all_doors() -> dict[tuple[str, str], Door]:
    return {**PAGES, **CALLS}


def address(route: Route, door: Door, target: Target, world: World) -> str:
    return route.url({**values_for(route, target), **door.at(target, world)}) + door.query


def test_every_door_has_a_rule_and_every_rule_a_door() -> None:
    declared = {name for name, _method in (*PAGES, *CALLS, *BY_HAND)}
    assert set(routes()) - declared == set(), "these addresses have no rule"
    assert declared - set(routes()) == set(), "these rules have no address"


def test_every_call_of_the_api_has_a_rule() -> None:
    assert {door for door in CALLS if door[0].startswith(API)} == calls()


def sample(house: House, name: str, method: str, door: Door, target: Target) -> list[str]:
    """Who tries: one for each answer that the oracle foresees, then a few more, always the same."""
    everybody = sorted(house.guests.browsers)
    begin = chance(f"{name} {method} {target}", len(everybody))
    turned = everybody[begin:] + everybody[:begin]
    chosen: dict[str, str] = {}
    for who in turned:
        chosen.setdefault(house.expected(who, door, target), who)
    more = [who for who in turned if who not in chosen.values()][:SAMPLE]
    return [*chosen.values(), *more]


def chance(word: str, of: int) -> int:
    """A number below `of` that is always the same for this word."""
    return hashlib.sha256(word.encode()).digest()[0] % of


def targets_for(house: House, route: Route, *, whole: bool) -> list[Target]:
    """Where the address names a thing: every state of it, in the quick run each of one kind."""
    targets = house.world.targets
    if not set(PARTS) & set(route.parameters):
        return targets[:1]
    if whole:
        return targets
    by_state: dict[str, list[Target]] = {}
    for target in targets:
        by_state.setdefault(target.state, []).append(target)
    own = sorted(state for state in by_state if state.startswith("own "))
    begin = chance(route.name, len(own))
    left_out = set(own) - set((own[begin:] + own)[:OWN_TRIED])
    return [
        kinds[chance(f"{route.name} {state}", len(kinds))]
        for state, kinds in by_state.items()
        if state not in left_out
    ] + _of_its_kind(targets, route)


def _of_its_kind(targets: list[Target], route: Route) -> list[Target]:
    """Addresses of one kind are tried with that kind in every state that somebody sees."""
    kind = route.name.partition("-")[0]
    return [t for t in targets if t.kind == kind and not t.state.startswith("own ")]


def outside(response: HttpResponse, url: str) -> bool:
    """Whether somebody who is not signed in was sent to the door."""
    if url.startswith("/api/"):
        return response.status_code == 401
    return response.status_code == 302 and response["Location"].startswith("/login?next=")


def fits(response: HttpResponse, expected: str, url: str, *, public: bool) -> bool:
    if public:
        return response.status_code < 400 or response.status_code == 422
    if expected == "outside":
        return outside(response, url)
    if expected == OK:
        return response.status_code < 400 and not outside(response, url)
    return response.status_code in ANSWERS[expected]


def try_door(
    house: House, route: Route, method: str, door: Door, target: Target, who: str, wrong: list[str]
) -> None:
    """One request: the answer the oracle foresees, and, when it is a no, not one row changed."""
    expected = house.expected(who, door, target)
    url = address(route, door, target, house.world)
    sent: Mapping[str, Any] = door.send(target, house.world)
    headers = door.versions(target, house.world)
    with taken_back():
        files, mails = stored_files(), len(mail.outbox)
        with watched() as writes:
            response = house.guests.ask(who, method, url, sent, headers=headers)
        place = f"{method} {route.name} of {target} as {who}"
        if not fits(response, expected, url, public=door.public):
            wrong.append(f"{place}: {response.status_code}, should be {expected}")
        if expected != OK and not door.public:
            if writes.tables and (changed := house.changed()):
                wrong.append(f"{place}: changed {changed[:3]}")
            if stored_files() != files or len(mail.outbox) != mails:
                wrong.append(f"{place}: left a file or a mail")


@pytest.mark.parametrize("key", sorted(all_doors()), ids=" ".join)
def test_everybody_meets_what_the_policy_says(
    key: tuple[str, str], house: House, request: pytest.FixtureRequest
) -> None:
    name, method = key
    route, door = routes()[name], all_doors()[key]
    wrong: list[str] = []
    whole = request.config.option.long
    for target in targets_for(house, route, whole=whole):
        people = (
            sorted(house.guests.browsers) if whole else sample(house, name, method, door, target)
        )
        for who in people:
            try_door(house, route, method, door, target, who, wrong)
    assert wrong == [], f"{len(wrong)} wrong:\n" + "\n".join(wrong[:12])


def test_the_sample_meets_every_answer_and_every_role(house: House) -> None:
    """The quick run is no idle one: each role, each answer, and many of each."""
    met: dict[str, int] = {}
    people: set[str] = set()
    for (name, method), door in all_doors().items():
        for target in targets_for(house, routes()[name], whole=False):
            for who in sample(house, name, method, door, target):
                people.add(who)
                met[house.expected(who, door, target)] = (
                    met.get(house.expected(who, door, target), 0) + 1
                )
    assert people == set(house.guests.browsers)
    assert len(people) >= 12
    assert min(met[a] for a in (OK, HIDDEN, REFUSED, "outside")) >= 200, met


def test_methods_nobody_declared_do_nothing(house: House) -> None:
    """For who may the most, on what they own: no answer of success, and not one row changed."""
    target = next(t for t in house.world.targets if t.state == "everyone" and t.kind == "deal")
    wrong = []
    for name, route in routes().items():
        named = {m: d for (n, m), d in all_doors().items() if n == name}
        if not named:
            continue
        url = address(route, next(iter(named.values())), target, house.world)
        same = {n for n, other in routes().items() if other.pattern == route.pattern}
        doors = {m: d for (n, m), d in all_doors().items() if n in same}
        for method in METHODS:
            reads_anyway = method in ("HEAD", "OPTIONS") and ("GET" in doors or method[0] == "O")
            if method in doors or (name, method) in BY_HAND or reads_anyway:
                continue
            with taken_back(), watched() as writes:
                response = house.guests.ask("administrator", method, url, {})
                changed = house.changed() if writes.tables else []
            if response.status_code < 400 or response.status_code >= 500 or changed:
                wrong.append(f"{method} {name}: {response.status_code} {changed or ''}")
    assert wrong == [], "\n".join(wrong)


def test_what_is_hidden_and_what_never_was_are_one(house: House) -> None:
    """Byte by byte the same answer, with right content and with none."""
    compared, wrong = 0, []
    for (name, method), door in all_doors().items():
        route = routes()[name]
        if not set(PARTS) & set(route.parameters):
            continue
        for target, missing, who in hidden_and_missing(house, name, door):
            for sent in (door.send(target, house.world), {}):
                answers = [
                    ask_masked(house, who, (name, method), t, sent) for t in (target, missing)
                ]
                compared += 1
                if answers[0] != answers[1]:
                    wrong.append(f"{method} {name} of {target} as {who}: {answers}")
    assert compared > 250
    assert wrong == [], f"{len(wrong)}:\n" + "\n".join(wrong)[:3000]


def hidden_and_missing(house: House, name: str, door: Door) -> Iterator[tuple[Target, Target, str]]:
    """Things out of sight, each beside one that never was, and from whom."""
    states = ("me", "other team", "entry-me")
    begin = chance(name, len(states))
    for state in (states + states)[begin : begin + 2]:
        kinds = [t for t in house.world.targets if t.state == state]
        target = kinds[chance(f"{name} {state}", len(kinds))]
        missing = next(
            t for t in house.world.targets if t.state == "missing" and t.kind == target.kind
        )
        for who in ("member", "outsider")[chance(state + name, 2) :][:1]:
            if {house.expected(who, door, t) for t in (target, missing)} == {HIDDEN}:
                yield target, missing, who


def ask_masked(
    house: House, who: str, key: tuple[str, str], target: Target, sent: Mapping[str, Any]
) -> object:
    """The answer without the numbers that were asked for."""
    route, door = routes()[key[0]], all_doors()[key]
    parts = ("thrown_entry", "thrown_comment", "moved")
    numbers = {*values_for(route, target).values(), *(target.number(p) for p in parts)}
    url = address(route, door, target, house.world)
    with taken_back():
        versions = door.versions(target, house.world)
        return masked(house.guests.ask(who, key[1], url, sent, headers=versions), *numbers)


def test_a_key_that_may_only_read_changes_nothing(house: House) -> None:
    target = next(t for t in house.world.targets if t.state == "everyone" and t.kind == "deal")
    for (name, method), door in CALLS.items():
        if method == "GET" or door.public:
            continue
        url = address(routes()[name], door, target, house.world)
        with taken_back(), watched() as writes:
            response = house.guests.ask(
                "administrator",
                method,
                url,
                door.send(target, house.world),
                scope="read",
                headers=door.versions(target, house.world),
            )
            assert response.status_code == 403, name
            assert not writes.tables or not house.changed(), name


def test_only_the_own_token_is_revoked(house: House) -> None:
    route = routes()["token-revocation"]
    for who, person in house.persons.items():
        theirs = [who, *sorted(house.world.token_rows)[chance(who, 5) :: 6]]
        for whose in dict.fromkeys([*theirs, "nobody"]):
            number = house.world.token_rows.get(whose, MISSING)
            url = route.url({"token_id": number})
            with taken_back(), watched() as writes:
                response = house.guests.ask(who, "POST", url)
                if not person.active:
                    assert outside(response, url)
                elif who == whose:
                    assert response.status_code == 302
                    continue
                else:
                    assert response.status_code == 404, (who, whose)
                assert not writes.tables or not house.changed()


def test_a_link_that_opens_nothing_says_nothing(house: House) -> None:
    url = routes()["one_time_link"].url({"secret": "unknown"})
    for who in house.guests.browsers:
        for method in ("GET", "POST"):
            with taken_back(), watched() as writes:
                response = house.guests.ask(who, method, url, {"password": "a long enough word"})
                assert response.status_code == 404
                assert not writes.tables or not house.changed()


def test_a_password_is_not_changed_without_the_old_one(house: House) -> None:
    url = routes()["my-password"].url({})
    sent = {"old": "not this one", "new": "a long enough word"}
    for who, person in house.persons.items():
        with taken_back(), watched() as writes:
            response = house.guests.ask(who, "POST", url, sent)
            assert response.status_code == (422 if person.active else 302)
            told = {"accounts_signinfailure", "trail_line", "trail_end"}  # that somebody tried
            assert writes.tables <= told or not house.changed()
