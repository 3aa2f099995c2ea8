"""Files that hang on no entry: so many and no more, and gone after a day."""

from __future__ import annotations

import io
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import User
from tablica.shared.jobs.regular import REGULAR
from tablica.wall.commands import files
from tablica.wall.commands.purging import purge_loose_files, sweep_blobs
from tablica.wall.models import File
from tests import world
from tests.cast import Three, make_user
from tests.checksum import nothing_changes

DAY = timedelta(days=1)
SENTENCE = "Too many of your files wait to be attached."


@pytest.fixture
def few(settings: Any) -> None:
    """Three files, ten bytes."""
    settings.LOOSE_FILES = 3
    settings.LOOSE_BYTES = settings.MAX_FILE_BYTES = 10


def kept_bytes() -> int:
    """How many bytes of files are on the disk, finished or not."""
    return sum(path.stat().st_size for path in files.store().root.rglob("*") if path.is_file())


def loose(user: User) -> int:
    return File.objects.visible_to(user).filter(entry=None).count()


def send(token: str, content: bytes) -> Any:
    """Through the API."""
    file = io.BytesIO(content)
    file.name = "a.txt"
    key = {"Authorization": f"Bearer {token}"}
    return Client().post("/api/v1/files", {"file": file}, headers=key)


def make_old(*stored: File) -> None:
    """As if their bytes had come long ago."""
    for file in stored:
        os.utime(files.store().path(file.sha256), (0, 0))


def assert_refused(user: User, content: bytes) -> None:
    before = kept_bytes()
    with nothing_changes(), pytest.raises(ValidationError, match=SENTENCE):
        files.add_file("more.txt", [content], by=user)
    assert kept_bytes() == before


def test_so_many_files_and_no_more(three: Three, few: None) -> None:
    for number in range(3):
        world.file(three.owner, content=b"%d" % number)
    assert_refused(three.owner, b"4")
    world.file(three.colleague, content=b"4")


def test_so_many_bytes_and_no_more(three: Three, few: None) -> None:
    world.file(three.owner, content=b"six by")
    assert_refused(three.owner, b"fives")
    world.file(three.owner, content=b"four")


def test_the_same_bytes_count_again(three: Three, few: None) -> None:
    world.file(three.owner, content=b"six by")
    assert_refused(three.owner, b"six by")
    (file,) = File.objects.visible_to(three.owner)
    assert files.store().verify(file.sha256)


def test_one_file_of_the_largest_size_is_always_let_in(three: Three, settings: Any) -> None:
    settings.MAX_FILE_BYTES, settings.LOOSE_BYTES = 10, 5
    world.file(three.owner, content=b"0123456789")
    assert_refused(three.owner, b"0")


def test_what_is_attached_makes_room(three: Three, few: None) -> None:
    waiting = [world.file(three.owner, content=b"%d" % number).pk for number in range(3)]
    assert_refused(three.owner, b"4")
    world.note(three.company, three.owner, files=waiting)
    world.file(three.owner, content=b"4")


def test_the_api_says_so(three: Three, few: None) -> None:
    token = make_token(three.owner, scope="write")
    for number in range(3):
        assert send(token, b"%d" % number).status_code == 201
    with nothing_changes():
        answer = send(token, b"4")
    assert answer.status_code == 422
    (said,) = answer.json()["errors"]
    assert said["field"] == "file"
    assert said["message"].startswith(SENTENCE)


def test_a_page_needs_no_room(three: Three, settings: Any) -> None:
    """What comes with a note hangs on it at once."""
    settings.LOOSE_FILES = 3
    for number in range(3):
        world.file(three.owner, content=b"%d" % number)
    answer = write(three, "note", b"4", b"5")
    assert answer.status_code == 302
    assert File.objects.visible_to(three.owner).filter(entry__body="note").count() == 2
    assert loose(three.owner) == 3


def write(three: Three, text: str, *contents: bytes, **fields: str) -> Any:
    browser = Client()
    browser.force_login(three.owner)
    sent = [io.BytesIO(content) for content in contents]
    for number, file in enumerate(sent):
        file.name = f"{number}.txt"
    return browser.post(f"/r/{three.company.pk}/wall", {"text": text, "files": sent, **fields})


@pytest.mark.parametrize("once", [{}, {"_once": "a-key"}])
def test_a_page_that_is_refused_leaves_no_bytes(three: Three, once: dict[str, str]) -> None:
    content = secrets.token_bytes(5)
    before = kept_bytes()
    with nothing_changes():
        for fields in ({"type": "nonsense"}, {"minutes": "x"}, {"text": "a" * 100_001}):
            values = {"text": "note", **fields, **once}
            assert write(three, values.pop("text"), content, **values).status_code == 422
        assert write(three, "note", content, b"", **once).status_code == 422
    assert kept_bytes() == before
    assert write(three, "note", content, **once).status_code == 302
    assert kept_bytes() == before + 5


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_only_so_many_are_kept(few: None) -> None:
    user = make_user()
    start = threading.Barrier(8)

    def add(number: int) -> bool:
        start.wait()
        try:
            files.add_file("a.txt", [b"%d" % number], by=user)
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(add, range(8)))
    assert sum(kept) == loose(user) == 3


def test_for_a_day_it_stays_and_then_it_goes(three: Three) -> None:
    file = world.file(three.owner, content=b"nobody attached me")
    hung = world.file(three.owner, content=b"somebody did")
    world.note(three.company, three.owner, files=[hung.pk])
    now = timezone.now()
    with nothing_changes():
        assert purge_loose_files(now + DAY * 0.99) == 0
    assert purge_loose_files(now + DAY * 1.01) == 1
    assert list(File.objects.visible_to(three.owner)) == [hung]
    store = files.store()
    sweep_blobs()
    assert store.exists(file.sha256)
    make_old(file, hung)
    assert sweep_blobs() == 1
    assert [store.exists(one.sha256) for one in (file, hung)] == [False, True]


def test_bytes_that_come_again_while_they_are_swept_stay(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, content = files.store(), b"again"
    file = world.file(three.owner, content=content)
    make_old(file)
    purge_loose_files(timezone.now() + 2 * DAY)
    really: Callable[..., bool] = type(store).remove

    def late(self: Any, sha256: str, **more: Any) -> bool:
        if sha256 == file.sha256:  # and not what other tests left in this store
            world.file(three.owner, content=content)
        return really(self, sha256, **more)

    monkeypatch.setattr(type(store), "remove", late)
    sweep_blobs()
    assert store.verify(file.sha256)


def test_it_happens_by_itself() -> None:
    assert REGULAR.keys() >= {"tablica.wall.jobs.forget_loose_files"}


def test_it_is_for_who_sent_it(three: Three) -> None:
    file = world.file(three.owner, content=b"not attached yet")
    assert list(File.objects.visible_to(three.owner)) == [file]
    for other in (three.colleague, make_user(role="administrator")):
        assert not File.objects.visible_to(other).exists()
