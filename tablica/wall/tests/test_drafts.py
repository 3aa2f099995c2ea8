"""Drafts: on every device, never overwritten in silence, gone with the post, seen by nobody."""

from __future__ import annotations

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tablica.accounts.models import User
from tablica.wall.commands import drafts, entries, lives
from tablica.wall.commands.purging import purge_loose_files
from tablica.wall.models import Draft, Entry, File
from tests import world
from tests.cast import Three, make_comment, make_entry, make_record, three_people
from tests.checksum import nothing_changes


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def number() -> str:
    return str(uuid.uuid4())


class Page:
    """A page on which somebody writes: it has a hand, counts its saves and knows its draft."""

    def __init__(self, user: User, address: str, key: str = "", version: int = 0) -> None:
        self.client, self.address = browser(user), address
        self.key, self.version, self.hand, self.turn = key or number(), version, number(), 0

    def open(self) -> list[dict[str, Any]]:
        """What is found there; the page goes on with the first."""
        found: list[dict[str, Any]] = self.client.get(self.address).json()["drafts"]
        if found:
            self.key, self.version = found[0]["key"], found[0]["version"]
        return found

    def send(self, text: str, *, turn: int | None = None, **more: Any) -> Any:
        """Save, as the script does; the answer."""
        self.turn += 1
        sent = {"key": self.key, "version": self.version, "hand": self.hand, "text": text}
        answer = self.client.post(self.address, sent | {"turn": turn or self.turn} | more)
        draft = answer.json().get("draft") if answer.status_code == 200 else None
        if draft:
            self.key, self.version = draft["key"], draft["version"]
        return answer

    def texts(self) -> list[str]:
        return [draft["text"] for draft in self.client.get(self.address).json()["drafts"]]


def wall_of(three: Three) -> str:
    return f"/r/{three.company.pk}/draft"


def test_a_draft_is_there_on_another_device(three: Three) -> None:
    file = world.file(three.owner)
    page = Page(three.owner, wall_of(three))
    chosen: dict[str, Any] = {"type": "call", "tags": "vip", "minutes": "12", "audience": "some"}
    page.send("half a sen", readers=[three.colleague.pk], files=[file.pk], **chosen)
    (found,) = Page(three.owner, wall_of(three)).open()
    assert found["text"] == "half a sen"
    assert found["chosen"] == chosen | {"readers": [three.colleague.pk]}
    assert [one["id"] for one in found["files"]] == [file.pk]


def test_a_poll_is_kept_with_its_choices(three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    poll: dict[str, Any] = {
        "choices": "Lake\nForest",
        "closes_on": "2026-12-12",
        "several": "1",
        "secret": "1",
    }
    page.send("", type="poll", **poll)
    (found,) = Page(three.owner, wall_of(three)).open()
    assert found["chosen"] == poll | {"type": "poll"}


def test_the_page_of_the_wall_carries_it_in_one_statement(three: Three) -> None:
    client = browser(three.owner)
    address = f"/companies/{three.company.pk}"
    entry = make_entry(three.company, author=three.colleague)
    client.get(address)
    with world_counts() as none:
        assert "data-drafts" not in client.get(address).content.decode()
    Page(three.owner, wall_of(three)).send("half a sentence")
    Page(three.owner, f"/e/{entry.pk}/comments/draft").send("half an answer")
    with world_counts() as some:
        said = client.get(address).content.decode()
    assert "half a sentence" in said
    assert "half an answer" in said
    assert len(some) == len(none) + 2, "the files of drafts and their uploads, however many"
    assert "half a" not in browser(three.colleague).get(address).content.decode()


def world_counts() -> Any:
    from django.test.utils import CaptureQueriesContext

    return CaptureQueriesContext(connection)


def places(three: Three) -> dict[str, str]:
    entry = make_entry(three.company, author=three.owner)
    comment = make_comment(entry, author=three.owner)
    return {
        "wall": wall_of(three),
        "comment": f"/e/{entry.pk}/comments/draft",
        "entry": f"/e/{entry.pk}/draft",
        "comment-edit": f"/comments/{comment.pk}/draft",
    }


@pytest.mark.parametrize("place", ["wall", "comment", "entry", "comment-edit"])
def test_each_place_has_its_own_drafts_and_nobody_else_sees_them(place: str, three: Three) -> None:
    there = places(three)
    for name, address in there.items():
        assert Page(three.owner, address).send(f"at {name}").status_code == 200
    assert Page(three.owner, there[place]).texts() == [f"at {place}"]
    may_write_there = place in ("wall", "comment")
    colleague = Page(three.colleague, there[place])
    if may_write_there:
        assert colleague.texts() == []
    else:
        assert colleague.client.get(there[place]).status_code == 404
    with nothing_changes():
        stranger = Page(three.stranger, there[place])
        assert stranger.client.get(there[place]).status_code == 404
        assert stranger.send("x").status_code == 404
        if not may_write_there:
            assert colleague.send("x").status_code == 404


def test_a_number_of_somebody_elses_draft_opens_nothing(three: Three) -> None:
    mine = Page(three.owner, wall_of(three))
    mine.send("mine")
    theirs = Page(three.colleague, wall_of(three), mine.key, mine.version)
    assert theirs.send("theirs").status_code == 410
    theirs = Page(three.colleague, wall_of(three), mine.key)
    assert theirs.send("theirs").status_code == 200
    assert (mine.texts(), theirs.texts()) == (["mine"], ["theirs"])
    draft = Draft.objects.visible_to(three.owner).get()
    for action in ("discard", "discard/undo"):
        address = f"/drafts/{draft.pk}/{action}"
        assert theirs.client.post(address).status_code == 404
        assert mine.client.post(address).status_code == 302
    assert mine.texts() == ["mine"]


def test_two_devices_overwrite_nothing(three: Three) -> None:
    one = Page(three.owner, wall_of(three))
    one.send("begun")
    two = Page(three.owner, wall_of(three))
    two.open()
    two.send("begun, by the telephone")
    answer = one.send("begun, at the desk").json()
    assert sorted(one.texts()) == ["begun, at the desk", "begun, by the telephone"]
    assert [other["text"] for other in answer["others"]] == ["begun, by the telephone"]
    assert one.key != two.key
    one.send("begun, at the desk, and on")
    two.send("begun, by the telephone, and on")
    ends = ["begun, at the desk, and on", "begun, by the telephone, and on"]
    assert sorted(one.texts()) == ends


def test_the_same_words_twice_are_one_draft(three: Three) -> None:
    one = Page(three.owner, wall_of(three))
    one.send("begun")
    two = Page(three.owner, wall_of(three))
    two.open()
    one.send("begun and more")
    two.send("begun and more")
    assert one.texts() == ["begun and more"]


def test_a_save_that_comes_late_changes_nothing(three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    page.send("first")
    page.send("second", turn=3)
    page.version = 1
    assert page.send("what was sent before", turn=2).status_code == 200
    assert page.texts() == ["second"]
    page.version = 1
    page.send("the answer was lost, the page went on", turn=4)
    assert page.texts() == ["the answer was lost, the page went on"]


@pytest.mark.parametrize("saved_before", [False, True], ids=["unsaved", "saved"])
@pytest.mark.parametrize("place", ["wall", "comment", "entry", "comment-edit"])
def test_posting_ends_the_draft_and_a_late_save_does_not_bring_it_back(
    place: str, saved_before: bool, three: Three
) -> None:
    address = places(three)[place]
    page = Page(three.owner, address)
    if saved_before:
        page.send("half")
        assert page.texts() == ["half"]
    post = address.removesuffix("/draft")
    posted = page.client.post(
        f"{post}/wall" if place == "wall" else post, {"text": "whole", "draft": page.key}
    )
    assert posted.status_code == 302
    assert page.texts() == []
    assert page.send("hal").status_code == 410
    page.version = 0
    assert page.send("hal").status_code == 410
    assert page.texts() == []
    assert not Draft.objects.visible_to(three.owner).exclude(text="").exists()


def test_what_is_refused_ends_no_draft(three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    page.send("half")
    wrong = {"text": "half", "draft": page.key, "happened_at": "never"}
    assert page.client.post(f"/r/{three.company.pk}/wall", wrong).status_code == 422
    assert page.texts() == ["half"]
    assert page.send("half and on").status_code == 200


def test_the_files_of_a_draft_are_posted_by_their_numbers(three: Three) -> None:
    file, not_theirs = world.file(three.owner), world.file(three.colleague)
    page = Page(three.owner, wall_of(three))
    page.send("", files=[file.pk, not_theirs.pk])
    assert [one["id"] for one in page.open()[0]["files"]] == [file.pk]
    wall = f"/r/{three.company.pk}/wall"
    both = {"text": "x", "attached": [file.pk, not_theirs.pk], "draft": page.key}
    with nothing_changes():
        assert page.client.post(wall, both).status_code == 422
    page.client.post(wall, {"text": "x", "attached": [file.pk], "draft": page.key})
    entry = Entry.objects.visible_to(three.owner).get(body="x")
    assert list(File.objects.visible_to(three.owner).filter(entry=entry)) == [file]


def test_files_that_wait_with_a_draft_outlive_the_day(three: Three) -> None:
    waits, loose = world.file(three.owner, "a.txt"), world.file(three.owner, "b.txt")
    page = Page(three.owner, wall_of(three))
    page.send("", files=[waits.pk])
    purge_loose_files(timezone.now() + timedelta(days=2))
    left = File.objects.visible_to(three.owner)
    assert list(left) == [waits]
    assert loose not in left
    page.send("without it")
    purge_loose_files(timezone.now() + timedelta(days=2))
    assert not File.objects.visible_to(three.owner).exists()


def test_an_empty_draft_is_none(three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    page.send("  \n ")
    assert not Draft.objects.visible_to(three.owner).exists()
    page.send("words")
    assert page.send(" ").json() == {"draft": None, "others": []}
    assert page.texts() == []


def test_discarding_can_be_undone_for_a_day(three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    page.send("a treasure", tags="gold")
    draft = Draft.objects.visible_to(three.owner).get()
    page.client.post(f"/drafts/{draft.pk}/discard")
    assert page.texts() == []
    assert page.send("a treasure, and on").status_code == 410
    page.client.post(f"/drafts/{draft.pk}/discard/undo")
    assert page.texts() == ["a treasure"]
    page.client.post(f"/drafts/{draft.pk}/discard")
    drafts.forget_drafts(timezone.now() + timedelta(hours=23))
    assert Draft.objects.visible_to(three.owner).exists()
    drafts.forget_drafts(timezone.now() + timedelta(hours=25))
    assert page.client.post(f"/drafts/{draft.pk}/discard/undo").status_code == 404


def test_open_drafts_are_never_forgotten(three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    page.send("for later")
    drafts.forget_drafts(timezone.now() + timedelta(days=3000))
    assert page.texts() == ["for later"]


def test_a_wall_out_of_reach_shows_no_draft_and_loses_none(three: Three) -> None:
    page = Page(three.colleague, wall_of(three))
    page.send("what I know of them")
    three.colleague.teams.clear()
    assert page.client.get(wall_of(three)).status_code == 404
    assert page.send("what I know of them, and more").status_code == 200
    listed = page.client.get("/drafts").content.decode()
    assert "what I know of them, and more" in listed
    assert three.company.title not in listed
    assert f"/companies/{three.company.pk}" not in listed


def test_a_wall_that_is_gone_for_good_leaves_the_words(three: Three) -> None:
    Page(three.owner, wall_of(three)).send("words")
    lives.trash_record(three.company.pk, by=three.owner)
    from tablica.records.commands import purge_records

    purge_records([three.company.pk])
    assert "words" in browser(three.owner).get("/drafts").content.decode()


def test_the_list_costs_the_same_for_few_and_many(three: Three) -> None:
    client = browser(three.owner)
    counts = []
    for many in (1, 12):
        for _each in range(many):
            record = make_record("company", owner=three.owner).record
            entry = make_entry(record, author=three.owner)
            Page(three.owner, f"/r/{record.pk}/draft").send("x")
            Page(three.owner, f"/e/{entry.pk}/draft").send("x")
        client.get("/drafts")
        with world_counts() as statements:
            assert client.get("/drafts").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_so_long_and_so_many_and_no_more(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(three.owner, wall_of(three))
    assert page.send("x" * 100_000).status_code == 200
    with nothing_changes():
        refused = page.send("x" * 100_001)
        assert (refused.status_code, "100000" in refused.json()["sentence"]) == (422, True)
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    for _each in range(2):
        assert Page(three.owner, wall_of(three)).send("x").status_code == 200
    with nothing_changes():
        refused = Page(three.owner, wall_of(three)).send("x")
        assert "You have 3 drafts" in refused.json()["sentence"]
    assert Page(three.colleague, wall_of(three)).send("x").status_code == 200
    assert page.send("still going on").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""},
        {"key": "1; DROP TABLE"},
        {"hand": "x" * 5000},
        {"version": "-1", "key": ""},
        {"turn": "9" * 30, "key": "é"},
    ],
    ids=["no key", "no number", "long hand", "negative", "huge"],
)
def test_what_is_no_draft_is_refused(wrong: dict[str, Any], three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    with nothing_changes():
        assert page.send("x", **wrong).status_code == 422


NAUGHTY = [
    "\0a\0",
    "a\r\nb",
    "\u202ex",
    "🏳️‍🌈" * 300,
    "<script>alert(1)</script>",
    "'; --",
    "ي\u200cک",
    "\ufeff x",
]


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_what_is_typed_comes_back_as_it_was(text: str, three: Three) -> None:
    page = Page(three.owner, wall_of(three))
    page.send(text, tags=text, type=text)
    kept = text.replace("\0", "").replace("\r\n", "\n")
    assert page.texts() == [kept]
    said = page.client.get(f"/companies/{three.company.pk}").content.decode()
    assert "<script>alert" not in said


@pytest.mark.django_db(transaction=True)
def test_the_first_two_saves_at_once_make_one_draft_and_posting_at_once_ends_it() -> None:
    world.ready()
    three = three_people()
    for _round in range(5):
        page, gate = Page(three.owner, wall_of(three)), threading.Barrier(3)

        def save(turn: int, page: Page = page, gate: threading.Barrier = gate) -> int:
            gate.wait()
            try:
                sent = {"key": page.key, "version": 0, "hand": page.hand, "text": "x" * turn}
                client = browser(three.owner)
                return client.post(page.address, sent | {"turn": turn}).status_code
            finally:
                connection.close()

        def post(page: Page = page, gate: threading.Barrier = gate) -> int:
            gate.wait()
            try:
                sent = {"text": "posted", "draft": page.key}
                return (
                    browser(three.owner)
                    .post(page.address.replace("draft", "wall"), sent)
                    .status_code
                )
            finally:
                connection.close()

        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(save, 1), pool.submit(save, 2), pool.submit(post)]
            found = [one.result() for one in asked]
        assert set(found[:2]) <= {200, 410}
        assert found[2] == 302
        assert page.texts() == []
    assert Entry.objects.visible_to(three.owner).filter(body="posted").count() == 5


def test_without_a_script_a_form_posts_as_before(three: Three) -> None:
    client = browser(three.owner)
    for draft in ({}, {"draft": ""}, {"draft": "no number"}):
        sent = client.post(f"/r/{three.company.pk}/wall", {"text": "plain"} | draft)
        assert sent.status_code == 302
    assert Entry.objects.visible_to(three.owner).filter(body="plain").count() == 3
    entry = entries.write_entry(three.company.pk, by=three.owner, text="x")
    assert client.post(f"/e/{entry.pk}/comments", {"text": "plain"}).status_code == 302
