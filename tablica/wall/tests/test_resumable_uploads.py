"""Files in pieces: whatever breaks, they come whole, to their owner alone, within the limits."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from tablica.accounts.models import User
from tablica.shared.jobs.regular import REGULAR
from tablica.wall.commands import drafts, files, uploads
from tablica.wall.models import Draft, File, Upload, waiting_room
from tests import world
from tests.cast import Three, three_people
from tests.checksum import nothing_changes
from tests.gates.doors import masked

PNG = b"\x89PNG\r\n\x1a\n" + os.urandom(300)


class Line:
    """Somebody who sends files by the protocol."""

    def __init__(self, user: User) -> None:
        self.browser = Client()
        self.browser.force_login(user)
        self.user = user

    def ask(self, method: str, url: str, body: bytes = b"", **headers: str) -> Any:
        sent = {"Tus-Resumable": "1.0.0"} | {k.replace("_", "-"): v for k, v in headers.items()}
        sent = {name: value for name, value in sent.items() if value is not None}
        kind = sent.pop("Content-Type", "application/offset+octet-stream")
        return self.browser.generic(method, url, body, kind, headers=sent)

    def begin(self, size: int | str, name: str = "big.bin", **more: str) -> Any:
        said = base64.b64encode(name.encode()).decode()
        headers: dict[str, Any] = {
            "Upload_Length": str(size),
            "Upload_Metadata": f"filename {said},empty",
        }
        return self.ask("POST", "/uploads", **(headers | more))

    def url(self, size: int, name: str = "big.bin") -> str:
        answer = self.begin(size, name)
        assert answer.status_code == 201, answer.content
        return str(answer["Location"])

    def piece(self, url: str, offset: int | str, content: bytes, **more: str) -> Any:
        return self.ask("PATCH", url, content, Upload_Offset=str(offset), **more)

    def offset(self, url: str) -> int:
        answer = self.ask("HEAD", url)
        assert answer.status_code == 200
        return int(answer["Upload-Offset"])

    def file(self, answer: Any) -> File:
        return File.objects.visible_to(self.user).get(pk=answer["Tablica-File"])


@pytest.fixture
def line(three: Three) -> Line:
    return Line(three.owner)


def content_of(file: File) -> bytes:
    with files.store().open(file.sha256) as opened:
        return opened.read()


def parts() -> set[str]:
    return {path.name for path in waiting_room().glob("*")}


def test_pieces_become_a_file(line: Line) -> None:
    url = line.url(len(PNG), "Zdjęcie łąki.png")
    first = line.piece(url, 0, PNG[:100])
    assert (first.status_code, first["Upload-Offset"], first["Tus-Resumable"]) == (
        204,
        "100",
        "1.0.0",
    )
    assert "Upload-Expires" in first
    assert "Tablica-File" not in first
    answer = line.ask("HEAD", url)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("100", str(len(PNG)))
    assert answer["Cache-Control"] == "no-store"
    last = line.piece(url, 100, PNG[100:])
    file = line.file(last)
    assert (file.name, file.type, file.size) == ("Zdjęcie łąki.png", "image/png", len(PNG))
    assert file.sha256 == hashlib.sha256(PNG).hexdigest()
    assert content_of(file) == PNG
    assert files.store().verify(file.sha256)
    assert line.ask("HEAD", url)["Tablica-File"] == str(file.pk)
    assert url.rpartition("/")[2] not in parts()


@pytest.mark.parametrize("saved", ["while the last piece comes", "after it came"])
def test_a_draft_saved_meanwhile_keeps_the_file(saved: str, line: Line, three: Three) -> None:
    number = line.url(6).rpartition("/")[2]
    upload = uploads.add_piece(uuid.UUID(number), by=line.user, offset=0, length=3, pieces=[b"abc"])

    def save() -> None:
        typed = drafts.Typed(
            uuid.uuid4(), 0, uuid.uuid4(), 1, "see it", {}, uploads=[upload.number]
        )
        drafts.save_draft(Draft.Place.WALL, three.company.pk, typed, by=line.user)

    def last() -> Iterator[bytes]:
        yield b"de"
        if saved == "while the last piece comes":
            save()
        yield b"f"

    uploads.add_piece(upload.number, by=line.user, offset=3, length=3, pieces=last())
    if saved == "after it came":
        save()
    (draft,) = Draft.objects.visible_to(line.user).open()
    assert [file.name for file in draft.files.visible_to(line.user)] == ["big.bin"]


def test_what_the_server_understands(line: Line, settings: Any) -> None:
    for url in ("/uploads", f"/uploads/{uuid.uuid4()}"):
        answer = line.ask("OPTIONS", url, Tus_Resumable=None)  # type: ignore[arg-type]
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert answer["Tus-Max-Size"] == str(settings.MAX_FILE_BYTES)
        assert {"creation", "termination", "checksum"} <= set(answer["Tus-Extension"].split(","))
        assert set(answer["Tus-Checksum-Algorithm"].split(",")) == {"sha1", "sha256"}


@pytest.mark.parametrize("version", [None, "", "0.2.2", "2.0.0"])
def test_another_version_is_refused(version: Any, line: Line) -> None:
    url = line.url(3)
    with nothing_changes():
        for answer in (
            line.begin(3, Tus_Resumable=version),
            line.ask("HEAD", url, Tus_Resumable=version),
            line.piece(url, 0, b"abc", Tus_Resumable=version),
            line.ask("DELETE", url, Tus_Resumable=version),
        ):
            assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("size", ["", "-1", "1.5", "x", "٣", "9" * 30])
def test_a_length_that_is_none_is_refused(size: str, line: Line) -> None:
    with nothing_changes():
        assert line.begin(size).status_code == 400


@pytest.mark.parametrize("said", ["filename %%%", "filename /w==", "filename YQ"])
def test_a_name_that_cannot_be_read_is_refused(said: str, line: Line) -> None:
    with nothing_changes():
        assert line.begin(3, Upload_Metadata=said).status_code == 400


def test_a_name_is_made_harmless(line: Line) -> None:
    url = line.url(3, "../../etc/a\u202egnp.exe")
    assert line.file(line.piece(url, 0, b"abc")).name == "agnp.exe"
    assert line.ask("POST", "/uploads", Upload_Length="3").status_code == 201


def test_too_large_and_empty_are_refused_before_anything_comes(line: Line, settings: Any) -> None:
    settings.MAX_FILE_BYTES = 2**20
    with nothing_changes():
        too_large = line.begin(2**20 + 1)
        assert too_large.status_code == 413
        assert "larger than 1 MB" in too_large.content.decode()
        empty = line.begin(0)
        assert (empty.status_code, "empty" in empty.content.decode()) == (422, True)
    assert line.begin(2**20).status_code == 201


@pytest.mark.parametrize("offset", [0, 2, 4, 10**12])
def test_a_piece_that_does_not_fit_is_refused_and_says_where_to_go_on(
    offset: int, line: Line
) -> None:
    url = line.url(6)
    line.piece(url, 0, b"abc")
    with nothing_changes():
        answer = line.piece(url, offset, b"xyz")
        assert (answer.status_code, answer["Upload-Offset"]) == (409, "3")
    assert content_of(line.file(line.piece(url, 3, b"def"))) == b"abcdef"


def test_a_piece_without_its_place_length_or_type_is_refused(line: Line) -> None:
    url = line.url(6)
    with nothing_changes():
        assert line.piece(url, "", b"abc").status_code == 400
        assert line.piece(url, "-1", b"abc").status_code == 400
        assert line.piece(url, 0, b"abc", Content_Type="text/plain").status_code == 415
        assert line.piece(url, 0, b"abcdefg").status_code == 413
    assert line.offset(url) == 0


def test_after_the_last_piece_nothing_more_comes(line: Line) -> None:
    url = line.url(3)
    file = line.file(line.piece(url, 0, b"abc"))
    assert line.piece(url, 3, b"x").status_code == 409
    assert line.piece(url, 0, b"xyz").status_code == 409
    assert content_of(file) == b"abc"


def test_it_is_nobody_elses(line: Line, three: Three) -> None:
    url, unknown = line.url(6), f"/uploads/{uuid.uuid4()}"
    line.piece(url, 0, b"abc")
    other = Line(three.colleague)
    with nothing_changes():
        for address in (url, unknown):
            assert other.ask("HEAD", address).status_code == 404
            assert other.piece(address, 3, b"def").status_code == 404
            assert other.ask("DELETE", address).status_code == 404
        ways = [masked(other.piece(address, 3, b"def")) for address in (url, unknown)]
        assert ways[0] == ways[1]
        assert Client().head(url).status_code == 302
    three.owner.deactivated_at = timezone.now()
    three.owner.save()
    assert line.ask("HEAD", url).status_code == 302


def test_forged_pieces_change_nothing(line: Line) -> None:
    url = line.url(6)
    forger = Client(enforce_csrf_checks=True)
    forger.force_login(line.user)
    with nothing_changes():
        for method, address in (("POST", "/uploads"), ("PATCH", url), ("DELETE", url)):
            answer = forger.generic(
                method,
                address,
                b"abc",
                "application/offset+octet-stream",
                headers={"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Upload-Length": "3"},
            )
            assert answer.status_code == 403


def test_a_piece_with_a_wrong_checksum_is_thrown_away(line: Line) -> None:
    url = line.url(6)
    right = base64.b64encode(hashlib.sha1(b"abc", usedforsecurity=False).digest()).decode()
    assert line.piece(url, 0, b"xyz", Upload_Checksum=f"sha1 {right}").status_code == 460
    assert line.offset(url) == 0
    assert line.piece(url, 0, b"abc", Upload_Checksum="md5 x").status_code == 400
    assert line.piece(url, 0, b"abc", Upload_Checksum="sha1 %").status_code == 400
    assert line.piece(url, 0, b"abc", Upload_Checksum=f"sha1 {right}").status_code == 204
    right = base64.b64encode(hashlib.sha256(b"def").digest()).decode()
    assert (
        content_of(line.file(line.piece(url, 3, b"def", Upload_Checksum=f"sha256 {right}")))
        == b"abcdef"
    )


def test_what_came_before_the_line_broke_is_kept(three: Three) -> None:
    upload = uploads.begin_upload("a.bin", 9, by=three.owner)

    def broken() -> Iterator[bytes]:
        yield b"abc"
        yield b"de"
        raise ConnectionResetError

    def send(offset: int, pieces: Any, length: int, **more: Any) -> Upload:
        return uploads.add_piece(
            upload.pk, by=three.owner, offset=offset, length=length, pieces=pieces, **more
        )

    with pytest.raises(ConnectionResetError):
        send(0, broken(), 9)
    assert Upload.objects.visible_to(three.owner).get().offset == 5
    with pytest.raises(ConnectionResetError):
        send(5, broken(), 4, checksum=("sha256", b"x"))
    assert Upload.objects.visible_to(three.owner).get().offset == 5, "unproven, it is thrown away"
    file = send(5, [b"fghi"], 4).file
    assert file is not None
    assert content_of(file) == b"abcdefghi"


def test_bytes_that_were_written_and_not_noted_are_sent_again(line: Line) -> None:
    """As after a `kill -9`: the row says 3, the disk has more of a piece that nobody finished."""
    url = line.url(9)
    line.piece(url, 0, b"abc")
    with Upload.objects.visible_to(line.user).get().path.open("ab") as part:
        part.write(b"XX")
    assert line.offset(url) == 3
    assert content_of(line.file(line.piece(url, 3, b"defghi"))) == b"abcdefghi"


def test_bytes_that_were_lost_begin_anew(line: Line) -> None:
    url = line.url(6)
    line.piece(url, 0, b"abc")
    Upload.objects.visible_to(line.user).get().path.unlink()
    answer = line.piece(url, 3, b"def")
    assert (answer.status_code, answer["Upload-Offset"]) == (409, "0")
    assert content_of(line.file(line.piece(url, 0, b"abcdef"))) == b"abcdef"


def test_a_file_in_the_store_is_not_written_to_again(line: Line) -> None:
    """As after a kill between storing the bytes and noting it: the last piece comes once more."""
    url = line.url(6)
    line.piece(url, 0, b"abc")
    part = Upload.objects.visible_to(line.user).get().path
    part.write_bytes(b"abcdef")
    with files.store().adopt(part) as received:
        received.keep()
    stored = received.blob.sha256
    line.piece(url, 3, b"XYZ")
    assert files.store().verify(stored)


def test_two_at_once_write_one_after_the_other(three: Three) -> None:
    upload = uploads.begin_upload("a.bin", 6, by=three.owner)

    def slow() -> Iterator[bytes]:
        yield b"abc"
        with pytest.raises(uploads.Busy):
            uploads.add_piece(upload.pk, by=three.owner, offset=0, length=6, pieces=[b"XXXXXX"])
        with pytest.raises(uploads.Busy):
            uploads.drop_upload(upload.pk, by=three.owner)
        yield b"def"

    done = uploads.add_piece(upload.pk, by=three.owner, offset=0, length=6, pieces=slow())
    assert done.file is not None
    assert content_of(done.file) == b"abcdef"


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_file() -> None:
    world.ready()
    owner = three_people().owner
    url = Line(owner).url(400)
    lines, gate = [Line(owner) for _ in range(8)], threading.Barrier(8)

    def send(one: Line, letter: bytes) -> int:
        gate.wait()
        try:
            return int(one.piece(url, 0, letter * 400).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        letters = [bytes([65 + n]) for n in range(8)]
        found = list(pool.map(send, lines, letters))
    assert found.count(204) == 1
    assert set(found) <= {204, 409, 423}
    (file,) = File.objects.visible_to(owner)
    assert content_of(file) == letters[found.index(204)] * 400


def test_giving_up_removes_everything(line: Line, three: Three) -> None:
    url = line.url(6)
    line.piece(url, 0, b"abc")
    assert line.ask("DELETE", url).status_code == 204
    assert line.ask("HEAD", url).status_code == 404
    assert not any(name.startswith(url.rpartition("/")[2]) for name in parts())
    whole = line.url(3)
    file = line.file(line.piece(whole, 0, b"abc"))
    assert line.ask("DELETE", whole).status_code == 204
    assert not File.objects.visible_to(three.owner).filter(pk=file.pk).exists()


def test_giving_up_leaves_what_hangs_on_an_entry(line: Line, three: Three) -> None:
    url = line.url(3)
    file = line.file(line.piece(url, 0, b"abc"))
    line.browser.post(f"/r/{three.company.pk}/wall", {"text": "x", "attached": [file.pk]})
    assert line.ask("DELETE", url).status_code == 204
    assert File.objects.visible_to(three.colleague).filter(pk=file.pk).exists()


def test_what_is_on_its_way_counts_as_if_it_were_there(line: Line, settings: Any) -> None:
    settings.LOOSE_FILES, settings.LOOSE_BYTES, settings.MAX_FILE_BYTES = 3, 10, 10
    url = line.url(6)
    with nothing_changes():
        refused = line.begin(5)
        assert (refused.status_code, "wait to be attached" in refused.content.decode()) == (
            422,
            True,
        )
    with pytest.raises(ValidationError):
        files.add_file("a.txt", [b"12345"], by=line.user)
    line.file(line.piece(url, 0, b"abcdef"))
    line.url(1)
    line.url(1)
    assert line.begin(1).status_code == 422


def test_a_file_that_may_not_be_kept_can_be_sent_again(line: Line, settings: Any) -> None:
    settings.LOOSE_BYTES = settings.MAX_FILE_BYTES = 10
    url = line.url(6)
    line.piece(url, 0, b"abc")
    settings.LOOSE_BYTES = settings.MAX_FILE_BYTES = 5
    assert line.piece(url, 3, b"def").status_code == 422
    assert not File.objects.visible_to(line.user).exists()
    assert line.offset(url) == 3
    settings.LOOSE_BYTES = settings.MAX_FILE_BYTES = 10
    assert content_of(line.file(line.piece(url, 3, b"def"))) == b"abcdef"


def test_a_full_disk_is_said_and_leaves_nothing_half(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = line.url(6)
    line.piece(url, 0, b"abc")
    real = os.pwrite

    def full(number: int, content: Any, at: int) -> int:
        real(number, content[:1], at)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        answer = line.piece(url, 3, b"def")
    assert (answer.status_code, "no room" in answer.content.decode()) == (507, True)
    assert Upload.objects.visible_to(line.user).get().path.read_bytes() == b"abc"
    monkeypatch.setattr(uploads, "SPARE", 2**62)
    with nothing_changes():
        assert line.begin(6).status_code == 507
    assert content_of(line.file(line.piece(url, 3, b"def"))) == b"abcdef"


def test_what_nobody_goes_on_with_is_removed_after_a_day(line: Line) -> None:
    url, fresh = line.url(6), line.url(6)
    line.piece(url, 0, b"abc")
    stray = waiting_room() / str(uuid.uuid4())
    stray.write_bytes(b"x")
    now = timezone.now()
    Upload.objects.visible_to(line.user).filter(pk=url.rpartition("/")[2]).update(
        touched_at=now - timedelta(hours=25)
    )
    for path in (stray, waiting_room() / url.rpartition("/")[2]):
        os.utime(path, (0, 0))
    uploads.forget_uploads(now)
    assert line.ask("HEAD", url).status_code == 404
    assert line.offset(fresh) == 0
    assert not {stray.name, url.rpartition("/")[2]} & parts()
    assert fresh.rpartition("/")[2] in parts()
    assert any("forget_drafts_and_uploads" in name for name in REGULAR)


def test_an_upload_of_a_draft_has_a_week(line: Line, three: Three) -> None:
    url = line.url(6)
    number = url.rpartition("/")[2]
    sent = {"key": str(uuid.uuid4()), "hand": str(uuid.uuid4()), "version": 0, "turn": 1}
    place = f"/r/{three.company.pk}/draft"
    line.browser.post(place, sent | {"text": "", "uploads": [number]})
    (draft,) = line.browser.get(place).json()["drafts"]
    assert [(one["number"], one["offset"]) for one in draft["uploads"]] == [(number, 0)]
    now = timezone.now()
    uploads.forget_uploads(now + timedelta(days=6))
    assert line.offset(url) == 0
    file = line.file(line.piece(url, 0, b"abcdef"))
    (draft,) = line.browser.get(place).json()["drafts"]
    assert ([one["id"] for one in draft["files"]], draft["uploads"]) == ([file.pk], [])


def test_pieces_pass_by_the_memory(line: Line) -> None:
    """A piece far beyond what a form may have in memory comes through in small parts."""
    url = line.url(12 * 2**20)
    seen: list[int] = []
    real = os.pwrite

    def watched(number: int, content: Any, at: int) -> int:
        seen.append(len(content))
        return real(number, content, at)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "pwrite", watched)
        answer = line.piece(url, 0, io.BytesIO(b"x" * 12 * 2**20).getvalue())
    assert answer.status_code == 204
    assert max(seen) <= 64 * 2**10
