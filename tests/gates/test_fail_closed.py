"""X12: when a rule raises or the database dies in the middle of a check, the answer is a no.

Every rule that a request asks is made to raise, one after another, and the database dies with each
of its statements: for a moment, or for good. No answer of success, no word of what is hidden, and
the page that says so speaks the reader's language. Not one row has changed; or, where somebody may
do it and only the answer could not be told any more, all that it changes has, never a part of it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse  # noqa: TID251  answers are what is looked at
from django.utils import translation

from tablica.accounts.models import User
from tests.checksum import difference, rows_of, snapshot
from tests.gates import worlds
from tests.gates.api_policy import CALLS
from tests.gates.doors import Guests, Route, body_of, routes, taken_back, values_for, watched
from tests.gates.faults import Happened, asked, dying, met, raising, rules
from tests.gates.policy import OK, PAGES, PARTS, Door
from tests.gates.test_canaries import CANARY, Planter, _hide
from tests.gates.test_doors import chance
from tests.gates.worlds import Target, World
from tests.oracle import Person

pytestmark = pytest.mark.django_db

PEOPLE = ("outsider", "no-deals", "manager", "member", "administrator", "deputy", "shared-to")
"""Who asks: the first of these who may; the hidden things are hidden from them all."""
LANGUAGE = "pl"
PART = 20
"""The quick run tries each so-manieth fault at a door."""
WHOLE = {
    ("company", "GET"),
    ("entry-trash", "POST"),
    ("letter-retry", "POST"),
    ("api-1:list_records", "GET"),
    ("api-1:change_record", "PATCH"),
}
"""Doors at which the quick run tries every fault."""
Shape = Counter[tuple[str, str]]
"""How many rows of which tables came and went."""


@dataclass
class House:
    """The world with what is hidden in it, and how its database looks."""

    world: World
    guests: Guests
    hidden: dict[str, Target]
    before: dict[str, list[str]]


@dataclass
class Try:
    """One request of somebody."""

    house: House
    who: str
    method: str
    url: str
    door: Door
    target: Target

    def ask(self) -> tuple[int, bytes]:
        """Status, and body with headers; a body that breaks off ends there, as on the line."""
        headers = {**self.door.versions(self.target, self.house.world), "Accept-Language": LANGUAGE}
        sent: Mapping[str, Any] = self.door.send(self.target, self.house.world)
        answer = self.house.guests.ask(self.who, self.method, self.url, sent, headers=headers)
        return answer.status_code, _whole(answer)


def _whole(answer: HttpResponse) -> bytes:
    said = repr(sorted(answer.items())).encode()
    if not answer.streaming:
        return said + body_of(answer)
    parts = iter(answer.streaming_content)
    try:
        for part in parts:
            said += part
    except Exception as error:
        return said + f" broken off: {error!r}".encode()
    return said


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    logging.disable(logging.CRITICAL)  # thousands of errors on purpose
    with django_db_blocker.unblock(), taken_back():
        world = worlds.build()
        User.objects.update(language=LANGUAGE)
        guests = Guests(world)
        hidden = {target.kind: target for target in _hide(world, Planter())}
        yield House(world, guests, hidden, snapshot())
    logging.disable(logging.NOTSET)


@pytest.fixture(autouse=True)
def one_language() -> Iterator[None]:
    """What breaks on the way out leaves the reader's language behind: the next test has its own."""
    with translation.override("en"):
        yield


def tries(house: House, key: tuple[str, str]) -> list[Try]:
    """The door with what everybody sees, as who may, and with what is hidden from them."""
    name, method = key
    route, door = routes()[name], {**PAGES, **CALLS}[key]
    everyone = [t for t in house.world.targets if t.state == "everyone"]
    kinds = [t for t in everyone if t.kind == name.partition("-")[0]] or everyone
    target = kinds[chance(name, len(kinds))]
    named = set(PARTS) & set(route.parameters)
    targets = [target, house.hidden[target.kind]] if named else [target]
    persons = {who: Person(house.world.people[who]) for who in PEOPLE}
    who = next((w for w, p in persons.items() if door.rule(p, target, house.world) == OK), "member")
    return [Try(house, who, method, _url(route, door, t, house.world), door, t) for t in targets]


def _url(route: Route, door: Door, target: Target, world: World) -> str:
    return route.url({**values_for(route, target), **door.at(target, world)}) + door.query


Fault = Callable[[], AbstractContextManager[Happened]]


@dataclass
class Plain:
    """What the request answers and does when nothing breaks, and everything that can break."""

    words: set[bytes]
    shape: Shape
    faults: dict[str, Fault]


def undisturbed(one: Try) -> Plain:
    named = rules()
    with taken_back():
        with watched() as writes, met(named) as calls, asked() as statements:
            _status, said = one.ask()
        shape = shape_of(changes(one.house, writes.tables))
    found: dict[str, Fault] = {}
    for name, count in sorted(calls.items()):
        for call in sorted({1, count}):
            found[f"{name} raises at call {call}"] = _raising(name, named[name], call)
    for at in range(1, statements.asked + 1):
        for for_good in (False, True):
            found[f"statement {at} fails{', and all after' * for_good}"] = _dying(at, for_good)
    return Plain(set(CANARY.findall(said)), shape, found)


def _raising(name: str, function: Any, call: int) -> Fault:
    return lambda: raising(name, function, call=call)


def _dying(at: int, for_good: bool) -> Fault:
    return lambda: dying(at, for_good=for_good)


def changes(house: House, tables: Iterable[str]) -> list[str]:
    """What differs in these tables."""
    before = {table: house.before[table] for table in tables}
    return difference(before, {table: rows_of(table) for table in tables})


def shape_of(changed: Iterable[str]) -> Shape:
    return Counter((line.split(": ")[0], line.split(": ")[1][0]) for line in changed)


def wrong_with(one: Try, plain: Plain, fault: Fault) -> Iterator[str]:
    """What was answered or done although something broke."""
    with taken_back():
        with watched() as writes, fault() as happened:
            status, said = one.ask()
        connection.set_rollback(False)  # ours is around theirs, and theirs has ended
        if not happened.count:  # what was kept from the time before is not asked again
            return
        if status < 400 and b" broken off: " not in said:
            yield f"answered {status}"
        if words := set(CANARY.findall(said)) - plain.words:
            yield f"gave away {words}"
        if status >= 500 and b"text/html" in said and b'lang="pl"' not in said:
            yield "spoke another language"
        changed = changes(one.house, writes.tables)
        if changed and shape_of(changed) != plain.shape:
            yield f"changed {changed[:3]}"


@pytest.mark.parametrize("key", sorted({**PAGES, **CALLS}), ids=" ".join)
def test_what_breaks_is_a_no(
    key: tuple[str, str], house: House, request: pytest.FixtureRequest
) -> None:
    wrong: list[str] = []
    whole = request.config.option.long or key in WHOLE
    for one in tries(house, key):
        plain = undisturbed(one)
        for name, fault in plain.faults.items():
            if not whole and chance(f"{key} {name}", PART):
                continue
            for said in wrong_with(one, plain, fault):
                wrong.append(f"{one.method} {one.url} as {one.who}, {name}: {said}")
    assert wrong == [], f"{len(wrong)} wrong:\n" + "\n".join(wrong[:12])
