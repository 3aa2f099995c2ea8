"""Comments and reactions through the API."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tablica.api.tests.conftest import Program, every_page, fields_of
from tablica.wall.models import Entry
from tests import world
from tests.checksum import nothing_changes


@pytest.fixture
def entry(owner: Program) -> Entry:
    return world.note(world.company(owner.user), owner.user)


@pytest.fixture
def secret(owner: Program) -> Entry:
    company = world.company(owner.user, audience=world.only_me())
    return world.note(company, owner.user)


def test_a_comment_is_written_changed_and_thrown_away(
    owner: Program, colleague: Program, entry: Entry
) -> None:
    made = colleague.post(f"/entries/{entry.pk}/comments", {"text": "**yes**"})
    assert made["author"]["name"] == "Kamil"
    assert (made["entry"], made["version"]) == (entry.pk, 1)
    assert "<strong>" in made["html"]
    path = f"/comments/{made['id']}"
    assert colleague.get(path) == made
    assert owner.get(f"/entries/{entry.pk}/comments")["items"] == [made]
    assert owner.get(f"/entries/{entry.pk}")["comments"] == 1
    assert colleague.patch(path, {"text": "no"}, 1)["text"] == "no"
    with nothing_changes():
        owner.patch(path, {"text": "mine"}, 2, 403)
        problem = colleague.patch(path, {"text": "stale"}, 1, 412)
        assert problem["current"]["text"] == "no"
        assert colleague.send("patch", path, {"text": "x"}).status_code == 428
        assert colleague.send("delete", path).status_code == 428
        assert fields_of(colleague.patch(path, {"text": " "}, 2, 422)) == ["text"]
        assert fields_of(colleague.patch(path, {}, 2, 422)) == ["text"]
    colleague.delete(path, 2)
    colleague.get(path, 404)
    assert owner.get(f"/entries/{entry.pk}")["comments"] == 0
    assert colleague.post(f"{path}/restore", status=200)["text"] == "no"


def test_pages_of_comments(owner: Program, entry: Entry) -> None:
    for number in range(7):
        world.comment(entry, owner.user, f"c{number}")
    found = every_page(owner, f"/entries/{entry.pk}/comments", 3)
    assert [c["text"] for c in found] == [f"c{n}" for n in range(7)]


@pytest.mark.parametrize("emoji", ["👍", "❤️", "🎉", "👩‍💻", "✅"])
def test_reactions(owner: Program, colleague: Program, entry: Entry, emoji: str) -> None:
    comment = world.comment(entry, owner.user)
    for target in (f"/entries/{entry.pk}", f"/comments/{comment.pk}"):
        path = f"{target}/reactions/{quote(emoji)}"
        assert owner.put(path) == {"reactions": {emoji: 1}, "mine": [emoji]}
        assert owner.put(path)["reactions"] == {emoji: 1}
        assert colleague.put(path)["reactions"] == {emoji: 2}
        assert owner.get(target)["reactions"] == {emoji: 2}
        assert owner.delete(path, status=200) == {"reactions": {emoji: 1}, "mine": []}
        assert owner.delete(path, status=200)["reactions"] == {emoji: 1}


@pytest.mark.parametrize("emoji", ["like", "<b>", "%20", "👍" * 20, "a👍"])
def test_what_is_no_emoji(owner: Program, entry: Entry, emoji: str) -> None:
    with nothing_changes():
        problem = owner.put(f"/entries/{entry.pk}/reactions/{quote(emoji)}", status=422)
    assert fields_of(problem) == ["emoji"]


def test_a_stranger_answers_nothing(owner: Program, stranger: Program, secret: Entry) -> None:
    comment = world.comment(secret, owner.user)
    with nothing_changes():
        stranger.get(f"/entries/{secret.pk}/comments", 404)
        stranger.post(f"/entries/{secret.pk}/comments", {"text": "x"}, 404)
        stranger.get(f"/comments/{comment.pk}", 404)
        stranger.patch(f"/comments/{comment.pk}", {"text": "x"}, 1, 404)
        stranger.delete(f"/comments/{comment.pk}", 1, 404)
        stranger.put(f"/entries/{secret.pk}/reactions/👍", status=404)
        stranger.put(f"/comments/{comment.pk}/reactions/👍", status=404)
        stranger.put(f"/entries/{secret.pk}/pin", status=404)
        stranger.get(f"/entries/{secret.pk}/history", 404)
