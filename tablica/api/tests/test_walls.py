"""Walls and entries through the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.api.tests.conftest import Program, every_page, fields_of
from tablica.people.models import Company
from tests import world
from tests.checksum import nothing_changes


@pytest.fixture
def company(owner: Program) -> Company:
    return world.company(owner.user, "Świt")


def texts(program: Program, path: str) -> list[str]:
    return [entry["text"] for entry in program.get(path)["items"] if entry["text"]]


def test_a_note_is_written_and_read(owner: Program, company: Company) -> None:
    sent = {
        "type": "call",
        "text": "They want **bread** #urgent",
        "tags": ["north"],
        "happened_at": "2026-03-02T14:30:00+01:00",
        "source": "Exchange 7",
        "data": {"seconds": 90},
    }
    made = owner.post(f"/records/{company.pk}/wall", sent)
    assert made["type"] == "call"
    assert made["record"] == {"id": company.pk, "kind": "company", "title": "Świt"}
    assert made["author"] == {"id": owner.user.pk, "name": "Olga"}
    assert made["happened_at"] == "2026-03-02T13:30:00Z"
    assert "<strong>bread</strong>" in made["html"]
    assert made["text"] == sent["text"]
    assert set(made["tags"]) == {"urgent", "north"}
    assert (made["source"], made["data"]) == ("Exchange 7", {"seconds": 90})
    assert (made["audience"], made["comments"], made["reactions"]) == (None, 0, {})
    assert (made["files"], made["placed_on"], made["from_context"]) == ([], [], False)
    assert (made["version"], made["url"]) == (1, f"/e/{made['id']}")
    assert owner.get(f"/entries/{made['id']}") == made
    assert made in owner.get(f"/records/{company.pk}/wall")["items"]
    assert made in owner.get("/feed")["items"]


@pytest.mark.parametrize("type_", ["note", "call", "meeting", "chat", "message"])
def test_every_type_that_is_written(owner: Program, company: Company, type_: str) -> None:
    sent = {"type": type_, "text": "x"}
    assert owner.post(f"/records/{company.pk}/wall", sent)["type"] == type_


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"text": ""}, "text"),
    ({"text": 5}, "text"),
    ({"text": "x" * 100_001}, "text"),
    ({"text": "a\x07b"}, "text"),
    ({"type": "changed"}, "type"),
    ({"type": "dragon"}, "type"),
    ({"type": None}, "type"),
    ({"tags": ["#"]}, "tags"),
    ({"tags": [str(n) for n in range(31)]}, "tags"),
    ({"files": [10**9]}, "files"),
    ({"files": ["1"]}, "files"),
    ({"happened_at": "2026-03-02T14:30:00"}, "happened_at"),
    ({"happened_at": "yesterday"}, "happened_at"),
    ({"happened_at": "0001-01-01T00:00:00+14:00"}, "happened_at"),
    ({"happened_at": "9999-12-31T23:59:59-14:00"}, "happened_at"),
    ({"happened_at": 0}, "happened_at"),
    ({"audience": "team"}, "audience"),
    ({"audience": {"people": [10**9]}}, "audience"),
    ({"audience": "some"}, "audience"),
    ({"source": "x" * 81}, "source"),
    ({"data": []}, "data"),
    ({"data": {"a": "x" * 70_000}}, "data"),
    ({"html": "<script>"}, "html"),
    ({"author": 1}, "author"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG, ids=[str(w[0])[:40] for w in WRONG])
def test_a_wrong_entry_is_named_and_not_kept(
    owner: Program, company: Company, wrong: dict[str, Any], field: str
) -> None:
    with nothing_changes():
        problem = owner.post(f"/records/{company.pk}/wall", {"text": "x"} | wrong, 422)
    assert field in fields_of(problem)


def test_active_content_stays_text(owner: Program, company: Company) -> None:
    text = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    made = owner.post(f"/records/{company.pk}/wall", {"text": text})
    assert made["text"] == text
    assert "<script" not in made["html"]
    assert "<img" not in made["html"]
    assert 'href="javascript' not in made["html"]


def test_filters_combine(owner: Program, colleague: Program, company: Company) -> None:
    now = timezone.now()
    world.note(company, owner.user, "old #vip", happened_at=now - timedelta(days=9))
    world.note(company, colleague.user, "new #vip", type_="call")
    world.note(company, owner.user, "file", files=[world.file(owner.user).pk])
    wall = f"/records/{company.pk}/wall"
    day = (now - timedelta(days=3)).date().isoformat()
    assert set(texts(owner, f"{wall}?tag=vip")) == {"old #vip", "new #vip"}
    assert texts(owner, f"{wall}?tag=vip&type=call") == ["new #vip"]
    assert texts(owner, f"{wall}?author={owner.user.pk}&tag=vip") == ["old #vip"]
    assert texts(owner, f"{wall}?since={day}&tag=vip") == ["new #vip"]
    assert texts(owner, f"{wall}?until={day}") == ["old #vip"]
    assert texts(owner, f"{wall}?has_file=1") == ["file"]
    assert texts(owner, f"{wall}?q=old") == ["old #vip"]
    assert texts(owner, f"{wall}?type=dragon") == []
    assert len(owner.get(f"{wall}?talk=1")["items"]) == 3


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("author=me", "author"),
        ("since=soon", "since"),
        ("since=2026-02-30", "since"),
        ("since=0001-01-01", "since"),
        ("until=9999-12-31", "until"),
        ("until=0001-01-01T00:00:00%2B14:00", "until"),
        ("has_file=perhaps", "has_file"),
        ("context=perhaps", "context"),
        ("colour=red", "colour"),
        ("limit=x", "limit"),
        ("cursor=x", "cursor"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(
    owner: Program, company: Company, query: str, field: str
) -> None:
    assert fields_of(owner.get(f"/records/{company.pk}/wall?{query}", 400)) == [field]


def test_days_are_those_of_the_reader(db: None) -> None:
    program = Program(world.user("Tara", timezone_name="Asia/Tehran"))
    company = world.company(program.user)
    moment = "2026-03-01T21:00:00+00:00"  # already the 2nd of March in Tehran
    program.post(f"/records/{company.pk}/wall", {"text": "late", "happened_at": moment})
    wall = f"/records/{company.pk}/wall"
    assert texts(program, f"{wall}?since=2026-03-02&until=2026-03-02") == ["late"]
    assert texts(program, f"{wall}?since=2026-03-01&until=2026-03-01") == []


def test_context_is_set_apart(owner: Program, stranger: Program, company: Company) -> None:
    deal = world.deal(owner.user, "Ovens", company=company)
    hidden = world.deal(owner.user, "Hidden", company=company, audience=world.only_me())
    world.note(company, owner.user, "at home")
    world.note(deal, owner.user, "at the deal")
    world.note(hidden, owner.user, "at the hidden deal")
    wall = f"/records/{company.pk}/wall"
    assert texts(owner, wall) == ["at home"]
    mixed = owner.get(f"{wall}?context=1")["items"]
    assert {(e["text"], e["from_context"]) for e in mixed if e["text"]} == {
        ("at home", False),
        ("at the deal", True),
        ("at the hidden deal", True),
    }
    assert set(texts(stranger, f"{wall}?context=1")) == {"at home", "at the deal"}


def test_the_feed_of_what_is_followed(owner: Program, stranger: Program) -> None:
    mine, other = world.company(owner.user), world.company(owner.user)
    world.note(mine, owner.user, "followed")
    world.note(other, owner.user, "not followed")
    assert set(texts(stranger, "/feed")) == {"followed", "not followed"}
    assert texts(stranger, "/feed?followed=1") == []
    stranger.put(f"/records/{mine.pk}/follow", {"mode": "talk"})
    assert texts(stranger, "/feed?followed=1") == ["followed"]
    stranger.put(f"/records/{mine.pk}/follow", {"mode": "muted"})
    assert texts(stranger, "/feed?followed=1") == []


def test_following(owner: Program, stranger: Program, company: Company) -> None:
    path = f"/records/{company.pk}/follow"
    assert stranger.get(path) == {"mode": None}
    assert stranger.get(f"/records/{company.pk}")["followed"] is False
    assert stranger.put(path) == {"mode": "all"}
    assert stranger.put(path, {"mode": "mentions"}) == {"mode": "mentions"}
    assert stranger.get(path) == {"mode": "mentions"}
    assert stranger.get(f"/records/{company.pk}")["followed"] is True
    stranger.put(path, {"mode": "muted"})
    assert stranger.get(f"/records/{company.pk}")["followed"] is False
    assert fields_of(stranger.put(path, {"mode": "loud"}, 422)) == ["mode"]
    assert stranger.delete(path, status=200) == {"mode": None}
    assert stranger.get(path) == {"mode": None}


def test_pages_of_a_wall_have_no_gaps(owner: Program, stranger: Program, company: Company) -> None:
    moment = timezone.now() - timedelta(days=1)
    hidden = [world.company(owner.user, audience=world.only_me()) for _ in range(3)]
    for number in range(25):
        world.note(company, owner.user, f"n{number}", happened_at=moment)
        if number % 5 == 0:
            circle = world.only_me()
            world.note(company, owner.user, f"secret {number}", audience=circle)
            change = {"title": "x"} if number else {"title": "y"}
            deal = world.deal(owner.user)
            owner.patch(f"/records/{deal.pk}", {"fields": {"company": hidden[0].pk}} | change, 1)
    wall = f"/records/{company.pk}/wall"
    whole = [e["id"] for e in stranger.get(f"{wall}?limit=200")["items"]]
    for limit in (1, 3, 7):
        assert [e["id"] for e in every_page(stranger, wall, limit)] == whole
    feed = [e["id"] for e in stranger.get("/feed?limit=200")["items"]]
    assert [e["id"] for e in every_page(stranger, "/feed", 4)] == feed
    assert "secret" not in str(stranger.get(f"{wall}?limit=200"))


def test_an_entry_for_few_is_for_few(owner: Program, colleague: Program, company: Company) -> None:
    made = owner.post(f"/records/{company.pk}/wall", {"text": "hush", "audience": "me"})
    assert made["audience"] == "me"
    colleague.get(f"/entries/{made['id']}", 404)
    assert texts(colleague, "/feed") == []
    assert colleague.get("/search?q=hush")["entries"] == []
    circle = {"people": [colleague.user.pk], "teams": []}
    after = owner.patch(f"/entries/{made['id']}", {"audience": circle}, 1)
    assert after["audience"] == circle
    assert texts(colleague, "/feed") == ["hush"]
    assert owner.patch(f"/entries/{made['id']}", {"audience": None}, 2)["audience"] is None


def test_an_entry_is_changed_by_who_wrote_it(
    owner: Program, colleague: Program, company: Company
) -> None:
    made = owner.post(f"/records/{company.pk}/wall", {"text": "one #a", "tags": ["b"]})
    path = f"/entries/{made['id']}"
    after = owner.patch(path, {"text": "two #c"}, 1)
    assert (after["text"], set(after["tags"]), after["version"]) == ("two #c", {"b", "c"}, 2)
    assert after["edited_at"] is not None
    assert owner.patch(path, {"tags": []}, 2)["tags"] == []
    with nothing_changes():
        colleague.patch(path, {"text": "theirs"}, 3, 403)
        problem = owner.patch(path, {"text": "stale"}, 1, 412)
        assert problem["current"] == owner.get(path)
        assert fields_of(owner.patch(path, {"text": ""}, 3, 422)) == ["text"]
        assert owner.send("patch", path, {"text": "x"}).status_code == 428
    history = owner.get(f"{path}/history")["items"]
    told = [(t["version"], t["text"], t["tags"]) for t in history]
    assert told == [
        (3, "two #c", []),
        (2, "two #c", ["b", "c"]),
        (1, "one #a", ["a", "b"]),
    ]
    assert history[0]["by"]["name"] == "Olga"
    assert owner.get(f"{path}/history?limit=2")["next"] == "2"
    assert owner.get(f"{path}/history?limit=2&cursor=2")["items"] == history[2:]


def test_what_happened_by_itself_stays(owner: Program, company: Company) -> None:
    created = owner.get(f"/records/{company.pk}/wall")["items"][0]
    assert created["type"] == "created"
    path = f"/entries/{created['id']}"
    other = world.company(owner.user)
    with nothing_changes():
        owner.patch(path, {"text": "x"}, 1, 403)
        owner.delete(path, 1, 403)
        owner.post(f"{path}/move", {"to": other.pk}, 403)


def test_an_entry_goes_to_the_trash_and_back(owner: Program, company: Company) -> None:
    made = owner.post(f"/records/{company.pk}/wall", {"text": "one", "tags": ["a"]})
    path = f"/entries/{made['id']}"
    owner.delete(path, 9, 412)
    owner.delete(path, 1)
    owner.get(path, 404)
    owner.get(f"{path}/history", 404)
    assert texts(owner, "/feed") == []
    after = owner.post(f"{path}/restore", status=200)
    assert (after["text"], after["tags"]) == ("one", ["a"])


def test_moving_and_undoing(owner: Program, stranger: Program, company: Company) -> None:
    deal = world.deal(owner.user, "Ovens", company=company)
    made = owner.post(f"/records/{company.pk}/wall", {"text": "mail"})
    path = f"/entries/{made['id']}"
    assert owner.post(f"{path}/move", {"to": deal.pk}, 200)["record"]["id"] == deal.pk
    trace = owner.get(f"/records/{company.pk}/wall")["items"][0]
    assert (trace["type"], trace["data"]) == ("moved", {"record": deal.pk})
    assert owner.post(f"{path}/move/undo", status=200)["record"]["id"] == company.pk
    shown = owner.post(f"{path}/move", {"to": deal.pk, "keep": True}, 200)
    assert shown["record"]["id"] == company.pk
    assert shown["placed_on"] == [{"id": deal.pk, "kind": "deal", "title": "Ovens"}]
    assert texts(owner, f"/records/{deal.pk}/wall") == ["mail"]
    assert owner.post(f"{path}/move/undo", status=200)["placed_on"] == []
    owner.post(f"{path}/move/undo", status=404)


def test_nobody_moves_to_where_they_do_not_see(
    owner: Program, stranger: Program, company: Company
) -> None:
    hidden = world.company(owner.user, audience=world.only_me())
    entry = world.note(company, stranger.user)
    with nothing_changes():
        first = stranger.post(f"/entries/{entry.pk}/move", {"to": hidden.pk}, 404)
        assert stranger.post(f"/entries/{entry.pk}/move", {"to": 10**9}, 404) == first
        assert fields_of(stranger.post(f"/entries/{entry.pk}/move", {}, 422)) == ["to"]


def test_a_move_to_a_hidden_wall_leaves_no_trace_for_others(
    owner: Program, stranger: Program, company: Company
) -> None:
    hidden = world.company(owner.user, "Canary", audience=world.only_me())
    entry = world.note(company, owner.user, "mail")
    owner.post(f"/entries/{entry.pk}/move", {"to": hidden.pk}, 200)
    assert [e["type"] for e in stranger.get(f"/records/{company.pk}/wall")["items"]] == ["created"]
    stranger.get(f"/entries/{entry.pk}", 404)


def test_pins(owner: Program, stranger: Program, company: Company) -> None:
    entry = world.note(company, owner.user)
    path = f"/entries/{entry.pk}"
    assert owner.put(f"{path}/pin")["pinned"] is True
    assert owner.get(path)["pinned"] is True
    assert owner.delete(f"{path}/pin", status=200)["pinned"] is False


def test_a_wall_costs_the_same_however_long(owner: Program, company: Company) -> None:
    def fill(number: int) -> None:
        for at in range(number):
            circle = world.named(owner.user) if at % 3 == 0 else None
            entry = world.note(company, owner.user, f"n{at} #t{at}", audience=circle)
            world.comment(entry, owner.user)
            owner.put(f"/entries/{entry.pk}/reactions/👍")

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            owner.get(f"/records/{company.pk}/wall?limit=200&context=1")
        return len(queries)

    fill(10)
    few = cost()
    fill(60)
    assert cost() == few
