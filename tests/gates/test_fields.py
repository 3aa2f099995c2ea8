"""Rights to fields: what is hidden cannot be told apart by any door, and nobody sets what they
may not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import time_machine

from tablica.records.kinds import kind_named
from tablica.records.models import Change
from tablica.records.values import raw, read_value
from tests.checksum import checksum
from tests.gates import fields, worlds
from tests.gates.doors import Guests, masked, taken_back
from tests.gates.fields import NOON, Company, every_field, value_of
from tests.gates.reading import addresses as all_addresses
from tests.gates.test_two_worlds import difference

pytestmark = pytest.mark.django_db

Answer = tuple[int, bytes, list[tuple[str, str]]]
FIELDS = every_field()
PLAIN = ("mine", "entry-mine")
"""The states of two records of each kind that everybody sees."""


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    with django_db_blocker.unblock(), taken_back(), time_machine.travel(NOON, tick=False):
        yield fields.build()


def in_world(
    company: Company, kind: str, values: dict[str, Any], urls: Iterable[str], parts: Iterable[str]
) -> dict[str, Answer]:
    """What the reader is given after the owner set these values: whole pages, and some parts."""
    reader, partial = company.reader, {"HX-Request": "true"}
    company.browsers[reader.pk].cookies.pop("messages", None)  # a toast from another test
    with taken_back():
        company.set(kind, values)
        found = {url: masked(company.ask(reader, "GET", url)) for url in urls}
        for url in parts:
            found[f"{url} (part)"] = masked(company.ask(reader, "GET", url, headers=partial))
        return found


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda said: said)
def test_nobody_can_tell_what_a_hidden_field_holds(company: Company, kind: str, name: str) -> None:
    """Nor whether it was ever set."""
    with time_machine.travel(NOON, tick=False), taken_back():
        company.hide({kind: {name: "hidden"}})
        urls = dict.fromkeys(fields.addresses(company, kind, name))
        parts = list(fields.parts(company, kind, name))
        one, *others = (
            in_world(company, kind, value_of(company, kind, name, n), urls, parts)
            for n in (None, 0, 1)
        )
        wrong = [
            f"{u}: {difference(one[u], two[u])}" for two in others for u in one if one[u] != two[u]
        ]
    assert {answer[0] for answer in one.values()} <= {200, 302, 400, 404, 422}
    assert wrong == [], f"{len(wrong)} of {len(one)}:\n" + "\n".join(wrong[:12])


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda said: said)
def test_who_may_see_it_can_tell(company: Company, kind: str, name: str) -> None:
    """The comparison has eyes: for the same person with the right to read, pages differ."""
    with time_machine.travel(NOON, tick=False), taken_back():
        company.hide({kind: {name: "read"}})
        path, pk = kind_named(kind).path, company.records[kind].pk
        urls = [f"/{path}/{pk}", f"/api/v1/records/{pk}", f"/api/v1/records/{pk}/wall", "/"]
        one, two = (
            in_world(company, kind, value_of(company, kind, name, n), urls, ()) for n in (0, 1)
        )
        assert [url for url in urls if one[url] == two[url]] == []


@pytest.mark.parametrize("right", ["hidden", "read"])
@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda said: said)
def test_nobody_sets_what_is_not_theirs_to_set(
    company: Company, kind: str, name: str, right: str
) -> None:
    with time_machine.travel(NOON, tick=False), taken_back():
        company.set(kind, value_of(company, kind, name, 0))
        company.hide({kind: {name: right}})
        before = checksum()
        for value in (0, 1):
            for method, url, more in _tries(company, kind, name, value):
                with taken_back():
                    answer = company.ask(company.reader, method, url, **more)
                    assert _stored(company, kind, name) == _raw(company, kind, name, 0), url
                    unchanged = right == "read" and value == 0
                    refused = answer.status_code in (403, 404, 422)
                    assert refused or unchanged or url.endswith("/edit"), (url, answer.status_code)
        assert checksum() == before


def _tries(
    company: Company, kind: str, name: str, which: int
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each door by which the field of a record could be set, and the request for it."""
    record = company.records[kind]
    record.refresh_from_db()
    sent = value_of(company, kind, name, which)
    page = {**sent, "version": record.version}
    must = {"stage": "new", "currency": "EUR", "outcome": "open"} if kind == "deal" else {}
    yield "POST", f"/r/{record.pk}/edit", {"sent": {**must, **page, "title": record.title}}
    yield "POST", f"/r/{record.pk}/fields/{name}", {"sent": page}
    match = {"headers": {"If-Match": f'"{record.version}"'}}
    body = {"sent": json.dumps({"fields": {name: sent[name]}})}
    yield "PATCH", f"/api/v1/records/{record.pk}", {**body, **match}
    new = {"kind": kind, "title": "New", "fields": {name: sent[name]}}
    if which:
        yield "POST", "/api/v1/records", {"sent": json.dumps(new)}
    doors = {"stage": ("stage",), "outcome": ("win", "lose"), "outcome_reason": ("win", "lose")}
    for door in doors.get(name, ()) if kind == "deal" and which else ():
        said = {"stage": "offer", "reason": "Because"}
        yield "POST", f"/deals/{record.pk}/{door}", {"sent": said}
        asked = {"stage": "offer"} if door == "stage" else {"reason": "Because"}
        yield "POST", f"/api/v1/records/{record.pk}/{door}", {"sent": json.dumps(asked)}


def _stored(company: Company, kind: str, name: str) -> Any:
    bodies = kind_named(kind).model.objects.unguarded(reason="tests")
    return raw(read_value(bodies.get(pk=company.records[kind].pk), name))


def _raw(company: Company, kind: str, name: str, which: int) -> Any:
    """The value as it is stored, by the record's own history."""
    changes = Change.objects.filter(record=company.records[kind].pk).order_by("-version")
    return next(c.fields[name][1] for c in changes if name in c.fields)


def test_every_field_hidden_at_every_door() -> None:
    """All pages and calls that only read, in every variant, with all fields hidden."""
    with taken_back(), time_machine.travel(NOON, tick=False):
        world = worlds.build()
        guests = Guests(world)
        role = world.people["member"].role
        hidden: dict[str, dict[str, str]] = {}
        for kind, name in FIELDS:
            hidden.setdefault(kind, {})[name] = "hidden"
        role.fields = hidden
        role.save()
        urls = all_addresses(world, [t for t in world.targets if t.state == "everyone"])
        one, two = (_answers_of_all(world, guests, urls, n) for n in (0, 1))
        wrong = [f"{u}: {difference(one[u], two[u])}" for u in one if one[u] != two[u]]
        role.fields = {}
        role.save()
        urls = [f"/{kind_named(kind).path}" for kind in hidden]
        open_ = [_answers_of_all(world, guests, urls, n) for n in (0, 1)]
    assert len(one) > 150
    assert wrong == [], f"{len(wrong)} of {len(one)}:\n" + "\n".join(wrong[:12])
    assert all(open_[0][url] != open_[1][url] for url in urls), "without the rule one can tell"


def _answers_of_all(
    world: worlds.World, guests: Guests, urls: list[str], which: int
) -> dict[str, Answer]:
    """What the member is given after every field of a record of each kind was set."""
    seen = {t.kind: t.record for t in world.targets if t.state == "everyone" and t.record}
    more = {
        kind: [t.record for t in world.targets if t.kind == kind and t.record and t.state in PLAIN]
        for kind in seen
    }
    owner, member = world.people["owner"], world.people["member"]
    entry = next(t.entry for t in world.targets if t.entry)
    company = Company(owner, owner, member, member.role, seen, more, {}, entry)
    found: dict[str, Answer] = {}
    with taken_back():
        for kind in seen:
            values: dict[str, Any] = {}
            for name in (name for of, name in FIELDS if of == kind):
                values |= value_of(company, kind, name, which)
            company.set(kind, values)
        for url in urls:
            for partial in (False, True):
                if not (partial and url.startswith(("/api/", "/files/"))):
                    answer = guests.ask("member", "GET", url, partial=partial)
                    found[f"{url}{' (part)' if partial else ''}"] = masked(answer)
    return found


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=lambda said: said)
def test_who_may_set_it_does(company: Company, kind: str, name: str) -> None:
    """The refusals prove something: the same requests go through for who may write the field."""
    with time_machine.travel(NOON, tick=False), taken_back():
        company.set(kind, value_of(company, kind, name, 0))
        before = _stored(company, kind, name)
        company.hide({})
        for method, url, more in list(_tries(company, kind, name, 1))[:3]:
            with taken_back():
                answer = company.ask(company.reader, method, url, **more)
                assert answer.status_code in (200, 302), url
                assert _stored(company, kind, name) != before, url
