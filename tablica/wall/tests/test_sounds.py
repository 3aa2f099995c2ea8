"""Sounds are played on the wall, also from their middle, and are nothing else to any browser."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.shared.filenames import content_type
from tablica.wall.commands import files
from tablica.wall.models import File
from tests import world
from tests.cast import Three

WEBM = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 4
MP4 = b"\0\0\0\x18ftypmp42" + bytes(64)
HTML = b"<!doctype html><script>alert(1)</script>"


def browser(three: Three) -> Client:
    client = Client()
    client.force_login(three.owner)
    return client


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("memo.weba", WEBM, "audio/webm"),
        ("memo.WEBA", WEBM, "audio/webm"),
        ("film.webm", WEBM, "video/webm"),
        ("memo.m4a", MP4, "audio/mp4"),
        ("film.mp4", MP4, "video/mp4"),
        ("memo.weba", HTML, "application/octet-stream"),
        ("memo.m4a", HTML, "application/octet-stream"),
        ("memo.mp3", HTML, "application/octet-stream"),
    ],
    ids=["webm", "upper case", "film", "mp4", "film in mp4", "no webm", "no mp4", "no mp3"],
)
def test_a_sound_is_known_by_its_bytes_and_its_name(name: str, content: bytes, kind: str) -> None:
    assert content_type(name, content) == kind


def memo(three: Three, content: bytes = WEBM, name: str = "memo.weba") -> File:
    return world.file(three.owner, name, content)


def test_a_sound_is_given_as_a_sound_and_saved_when_opened(three: Three) -> None:
    answer = browser(three).get(memo(three, WEBM + HTML).url)
    assert answer["Content-Type"] == "audio/webm"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Accept-Ranges"] == "bytes"
    film = browser(three).get(memo(three, name="film.webm").url)
    assert film["Content-Type"] == "application/octet-stream"
    assert "Accept-Ranges" not in film


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, None),
        ("bytes=10-19", 10, 19),
        ("bytes=1000-999999", 1000, None),
        ("bytes=-5", len(WEBM) - 5, None),
        ("bytes=-999999", 0, None),
    ],
    ids=["all", "ten", "beyond the end", "the end", "more than all"],
)
def test_a_part_of_a_sound_is_that_part(
    asked: str, first: int, last: int | None, three: Three
) -> None:
    answer = browser(three).get(memo(three).url, headers={"Range": asked})
    end = len(WEBM) - 1 if last is None else last
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.status_code == 206
    assert content == WEBM[first : end + 1]
    assert answer["Content-Range"] == f"bytes {first}-{end}/{len(WEBM)}"
    assert answer["Content-Length"] == str(len(content))


@pytest.mark.parametrize(
    "asked",
    ["bytes=5000-", "bytes=9-3", "bytes=-0", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=-"],
)
def test_what_is_no_part_is_answered_with_the_whole(asked: str, three: Three) -> None:
    answer = browser(three).get(memo(three).url, headers={"Range": asked})
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == WEBM  # type: ignore[attr-defined]


def test_no_part_of_a_sound_is_for_who_may_not_hear_it(three: Three) -> None:
    client = Client()
    client.force_login(three.stranger)
    answer = client.get(memo(three).url, headers={"Range": "bytes=0-3"})
    assert answer.status_code == 404


def test_other_files_are_given_whole(three: Three) -> None:
    file = files.add_file("plan.txt", [b"some words"], by=three.owner)
    answer = browser(three).get(file.url, headers={"Range": "bytes=0-3"})
    assert answer.status_code == 200
