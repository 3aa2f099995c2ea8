"""What is hidden and what is not there: the same answer to the byte, and nothing happens."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tablica.api.openapi import whole
from tablica.api.tests.conftest import Program
from tests import world
from tests.checksum import nothing_changes

NOWHERE = 987_654_321
BODIES: dict[str, Any] = {
    "change_record": {"title": "X"},
    "write_entry": {"text": "X"},
    "change_entry": {"text": "X"},
    "write_comment": {"text": "X"},
    "change_comment": {"text": "X"},
    "move_entry": {"to": 1},
    "follow_record": {"mode": "all"},
    "rename_tag": {"name": "x"},
    "merge_tag": {"into": 1},
    "move_to_stage": {"stage": "offer"},
    "win_deal": {"reason": "x"},
    "lose_deal": {"reason": "x"},
    "vote": {"choices": [1]},
    "decide_idea": {"status": "done"},
    "accept_answer": {"comment": 1},
}


def operations() -> list[tuple[str, str, str]]:
    """Every call that names one thing: method, path, operation."""
    return [
        (method, path, operation["operationId"])
        for path, methods in whole()["paths"].items()
        for method, operation in methods.items()
        if "_id}" in path
    ]


@pytest.fixture
def numbers(owner: Program) -> dict[str, int]:
    """One hidden thing of each sort."""
    deal = world.deal(owner.user, audience=world.only_me(), tags=["canary"])
    file = world.file(owner.user)
    entry = world.note(deal, owner.user, "#canary", files=[file.pk])
    comment = world.comment(entry, owner.user)
    tag = deal.record.tags.get()
    return {
        "record_id": deal.pk,
        "entry_id": entry.pk,
        "comment_id": comment.pk,
        "file_id": file.pk,
        "tag_id": tag.pk,
    }


def test_every_call_that_names_a_thing(
    owner: Program, stranger: Program, numbers: dict[str, int]
) -> None:
    calls = operations()
    assert len(calls) > 30
    for method, path, operation in calls:
        (name,) = re.findall(r"{(\w+_id)}", path)
        here = path.removeprefix("/api/v1").replace("{emoji}", "👍")
        body = BODIES.get(operation)

        def ask(number: int, path: str = here, name: str = name, send: Any = (method, body)) -> Any:
            method, body = send
            address = path.replace(f"{{{name}}}", str(number))
            return stranger.send(method, address, body, If_Match='"1"')

        with nothing_changes():
            hidden, nowhere = ask(numbers[name]), ask(NOWHERE)
        assert hidden.status_code == nowhere.status_code == 404, (operation, hidden.content)
        assert hidden.content == nowhere.content, operation
        assert dict(hidden.headers) == dict(nowhere.headers), operation


def test_lists_are_the_same_with_and_without_what_is_hidden(
    owner: Program, stranger: Program
) -> None:
    company = world.company(owner.user, "Open", tags=["open"])
    world.note(company, owner.user, "open #open")
    lists = [
        "/records", "/records?kind=deal", "/records?q=open", "/feed", "/feed?q=open", "/tags",
        "/search?q=open", "/search?q=canary", "/search/suggest?q=open", "/search/suggest",
        f"/records/{company.pk}/wall?context=1", f"/records/{company.pk}",
    ]  # fmt: skip
    before = [stranger.send("get", path).content for path in lists]
    deal = world.deal(owner.user, "open", company=company, audience=world.only_me())
    world.note(deal, owner.user, "open #canary")
    world.note(company, owner.user, "open #canary", audience=world.only_me())
    entry = world.note(company, owner.user, "mine", audience=world.only_me())
    world.comment(entry, owner.user, "open canary")
    after = [json.loads(stranger.send("get", path).content) for path in lists]
    for path, one, two in zip(lists, before, after, strict=True):
        assert _timeless(json.loads(one)) == _timeless(two), path


def _timeless(value: Any) -> Any:
    """Without when a visible record was last touched."""
    if isinstance(value, dict):
        return {k: _timeless(v) for k, v in value.items() if k != "touched_at"}
    return [_timeless(v) for v in value] if isinstance(value, list) else value
