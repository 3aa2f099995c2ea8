"""Files through the API."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tablica.api.tests.conftest import Program, fields_of
from tests import world
from tests.checksum import nothing_changes

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def bytes_of(program: Program, file: dict[str, Any]) -> Any:
    return program.client.get(file["url"])


def test_a_file_is_sent_attached_and_fetched(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user)
    answer = owner.upload("umowa zażółć.pdf", b"%PDF-1.7 words")
    assert answer.status_code == 201
    file = answer.json()
    assert file["name"] == "umowa zażółć.pdf"
    assert (file["size"], file["type"]) == (14, "application/pdf")
    assert file["sha256"] == hashlib.sha256(b"%PDF-1.7 words").hexdigest()
    assert bytes_of(colleague, file).status_code == 404
    made = owner.post(f"/records/{company.pk}/wall", {"files": [file["id"]]})
    assert made["files"] == [file]
    fetched = bytes_of(colleague, file)
    assert b"".join(fetched.streaming_content) == b"%PDF-1.7 words"
    assert colleague.get(f"/files/{file['id']}/about") == file
    assert [e["id"] for e in owner.get("/feed?has_file=1")["items"]] == [made["id"]]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>alert(1)</script>"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("paper.pdf", b"%PDF-1.7"),
        ("picture.png", b"<script>alert(1)</script>"),
        ("code.js", b"alert(1)"),
    ],
)
def test_nothing_active_runs_in_our_name(owner: Program, name: str, content: bytes) -> None:
    answer = bytes_of(owner, owner.upload(name, content).json())
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_plain_picture_is_shown(owner: Program) -> None:
    answer = bytes_of(owner, owner.upload("p.png", PNG).json())
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline")


def test_what_is_no_file(owner: Program, settings: Any) -> None:
    with nothing_changes():
        assert fields_of(owner.upload("a.txt", b"").json()) == ["file"]
        answer = owner.client.post("/api/v1/files", {"other": "x"})
        assert (answer.status_code, fields_of(answer.json())) == (422, ["file"])
        owner.post("/files", {"file": "x"}, 415)
        broken = b"--x\r\nnonsense"
        owner.post("/files", broken, 422, Content_Type="multipart/form-data; boundary=x")
        owner.post("/files", broken, 400, Content_Type="multipart/form-data")


def test_a_file_that_is_too_large(owner: Program, settings: Any) -> None:
    settings.MAX_FILE_BYTES = 100
    with nothing_changes():
        assert owner.upload("a.txt", b"x" * 101).status_code == 413
        assert owner.upload("a.txt", b"x" * 2**21).status_code == 413
    assert owner.upload("a.txt", b"x" * 100).status_code == 201


def test_a_file_is_attached_once_and_by_its_owner(owner: Program, colleague: Program) -> None:
    company = world.company(owner.user)
    file = world.file(owner.user)
    with nothing_changes():
        problem = colleague.post(f"/records/{company.pk}/wall", {"files": [file.pk]}, 422)
    assert fields_of(problem) == ["files"]
    owner.post(f"/records/{company.pk}/wall", {"files": [file.pk]})
    with nothing_changes():
        owner.post(f"/records/{company.pk}/wall", {"files": [file.pk]}, 422)


def test_a_hidden_file_is_not_there(owner: Program, stranger: Program) -> None:
    company = world.company(owner.user, audience=world.only_me())
    file = world.file(owner.user)
    entry = world.note(company, owner.user, files=[file.pk])
    for path in (f"/files/{file.pk}", f"/files/{file.pk}/about"):
        assert stranger.get(path, 404) == stranger.get("/files/999999", 404)
    owner.delete(f"/entries/{entry.pk}", 1)
    owner.get(f"/files/{file.pk}", 404)


def test_bytes_that_are_lost_are_not_there(owner: Program) -> None:
    from tablica.wall.commands.files import store

    file = world.file(owner.user, content=b"only here")
    store().path(file.sha256).unlink()
    owner.get(f"/files/{file.pk}", 404)
