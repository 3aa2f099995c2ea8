"""The same call sent twice is carried out once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tablica.api.tests.conftest import Program
from tablica.records.models import Record, Tag
from tablica.wall.models import Entry, File
from tests import world
from tests.checksum import nothing_changes


def notes() -> int:
    return Entry.objects.unguarded(reason="a test").filter(type="note").count()


def test_the_same_key_gives_the_same_answer(owner: Program) -> None:
    company = world.company(owner.user)
    path = f"/records/{company.pk}/wall"
    first = owner.send("post", path, {"text": "once"}, Idempotency_Key="k1")
    again = owner.send("post", path, {"text": "once"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["ETag"] == first["ETag"]
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert notes() == 1
    owner.post(path, {"text": "once"}, Idempotency_Key="k2")
    assert notes() == 2


def test_the_same_key_with_another_body_is_refused(owner: Program) -> None:
    company = world.company(owner.user)
    path = f"/records/{company.pk}/wall"
    owner.post(path, {"text": "one"}, Idempotency_Key="k")
    with nothing_changes():
        owner.post(path, {"text": "two"}, 422, Idempotency_Key="k")
        owner.post("/tags", {"name": "x"}, 422, Idempotency_Key="k")


def test_keys_are_each_persons_own(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user)
    path = f"/records/{company.pk}/wall"
    owner.post(path, {"text": "one"}, Idempotency_Key="k")
    assert colleague.post(path, {"text": "one"}, Idempotency_Key="k")["author"]["name"] == "Kamil"


def test_a_refused_call_may_be_mended_under_its_key(owner: Program) -> None:
    sent = {"kind": "company", "title": ""}
    with nothing_changes():
        owner.post("/records", sent, 422, Idempotency_Key="k")
    owner.post("/records", sent | {"title": "A"}, Idempotency_Key="k")
    assert Record.objects.unguarded(reason="a test").count() == 1


def test_every_writing_call_takes_a_key(owner: Program, manager: Program) -> None:
    company = world.company(owner.user, tags=["vip"])
    entry = world.note(company, owner.user)
    tag = Tag.objects.get()
    calls: list[tuple[Program, str, str, Any, dict[str, str]]] = [
        (owner, "post", "/tags", {"name": "x"}, {}),
        (owner, "patch", f"/records/{company.pk}", {"title": "B"}, {"If_Match": '"1"'}),
        (owner, "put", f"/entries/{entry.pk}/reactions/👍", None, {}),
        (owner, "post", f"/entries/{entry.pk}/comments", {"text": "x"}, {}),
        (owner, "delete", f"/entries/{entry.pk}", None, {"If_Match": '"1"'}),
        (manager, "patch", f"/tags/{tag.pk}", {"name": "y"}, {"If_Match": '"1"'}),
        (owner, "delete", f"/records/{company.pk}", None, {"If_Match": '"2"'}),
    ]
    for number, (program, method, path, body, headers) in enumerate(calls):
        key = {"Idempotency_Key": f"k{number}"} | headers
        first = program.send(method, path, body, **key)
        assert first.status_code < 300, (path, first.content)
        with nothing_changes():
            again = program.send(method, path, body, **key)
        assert (again.status_code, again.content) == (first.status_code, first.content)


def test_a_file_sent_twice_is_one(owner: Program) -> None:
    first = owner.upload("a.txt", b"words", **{"Idempotency-Key": "k"})
    again = owner.upload("a.txt", b"words", **{"Idempotency-Key": "k"})
    assert first.json() == again.json()
    assert File.objects.unguarded(reason="a test").count() == 1
    assert owner.upload("a.txt", b"other", **{"Idempotency-Key": "k"}).status_code == 422


@pytest.mark.parametrize("key", ["a b", "ż", "x" * 201])
def test_a_key_that_is_none(owner: Program, key: str) -> None:
    with nothing_changes():
        answer = owner.send("post", "/tags", {"name": "x"}, Idempotency_Key=key)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_form_under_a_key_is_no_json(owner: Program) -> None:
    with nothing_changes():
        answer = owner.client.post("/api/v1/tags", {"name": "x"}, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 415


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one() -> None:
    world.ready()
    program = Program(world.user("Olga"))
    company = world.company(program.user)

    def send(_number: int) -> tuple[int, bytes]:
        try:
            body = {"text": "once"}
            path = f"/records/{company.pk}/wall"
            answer = program.send("post", path, body, Idempotency_Key="same")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(send, range(20)))
    assert len(answers) == 1
    status, content = answers.pop()
    assert status == 201
    assert json.loads(content)["text"] == "once"
    assert notes() == 1
