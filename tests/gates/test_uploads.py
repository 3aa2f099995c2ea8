"""S10 and X5: a file is its entry's, and nothing that could act is ever shown in our own pages."""

from __future__ import annotations

import io
import itertools
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tablica.accounts.commands.tokens import make_token
from tablica.shared.filenames import is_inline_safe
from tablica.wall.commands import entries, lives, placing
from tablica.wall.models import Entry, File
from tests.cast import Three, make_entry, make_record
from tests.gates.doors import body_of
from tests.signing import stay_signed_in

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
XHTML = b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script>1</script></html>'
XSL = b'<?xml version="1.0"?><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"/>'
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 16
GIF = b"GIF89a" + b"\x01\x00\x01\x00\x00\x00\x00;"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
WEBP = b"RIFF\x10\x00\x00\x00WEBPVP8 "
PICTURES = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/gif": b"GIF8",
    "image/jpeg": b"\xff\xd8\xff",
    "image/webp": b"RIFF",
}

CONTENTS: dict[str, bytes] = {
    "html": HTML,
    "html after a mark": b"\xef\xbb\xbf" + HTML,
    "html after spaces": b" \r\n\t" * 200 + HTML,
    "html in utf-16": HTML.decode().encode("utf-16"),
    "svg": SVG,
    "svg after xml": b'<?xml version="1.0"?><!DOCTYPE svg>' + SVG,
    "xhtml": XHTML,
    "xsl": XSL,
    "xml with a style": b'<?xml-stylesheet href="data:text/xsl,x"?><a/>',
    "mhtml": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + HTML,
    "script": b"alert(document.domain)",
    "style": b"@import 'https://evil.example';",
    "flash": b"FWS\x06" + b"\0" * 40,
    "flash packed": b"CWS\x06" + b"\0" * 40,
    "pdf with script": b"%PDF-1.7\n/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "java": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "wasm": b"\0asm\x01\0\0\0",
    "calendar": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR",
    "hta": b"<hta:application>" + HTML,
    "svgz": b"\x1f\x8b\x08\x00" + SVG,
    "manifest": b"CACHE MANIFEST\n/",
    "event stream": b"data: x\n\n",
    "json with script": b'{"a":"</script><script>alert(1)</script>"}',
    "shell": b"#!/bin/sh\nid",
    "exe": b"MZ" + b"\0" * 60,
    "gif and script": b"GIF89a/*" + b"\0" * 8 + b"*/=1;alert(1)//",
    "gif and html": GIF + HTML,
    "png and html": PNG + HTML,
    "jpeg and html": JPEG + HTML,
    "webp and html": WEBP + HTML,
    "png and svg": PNG + SVG,
    "bmp and script": b"BM/*" + b"\0" * 30 + b"*/=1;alert(1)//",
    "ico and html": b"\0\0\1\0" + HTML,
    "tiff and html": b"II*\0" + HTML,
    "mp4 and html": b"\0\0\0\x18ftypmp42" + HTML,
    "pdf and html": b"%PDF-1.4\n" + HTML,
    "zip and html": b"PK\x03\x04" + HTML,
    "plain": b"plain words",
    "one byte": b"<",
    "rtf": rb"{\rtf1 {\field{\*\fldinst HYPERLINK javascript:alert(1)}}}",
}
NAMES = [
    "a.html",
    "a.svg",
    "a.xhtml",
    "a.PNG",
    "a.jpg.html",
    "a.png\u202elmth.exe",
    "a.mht",
    "../../etc/a.js",
    'a";filename=b.html',
    "no-extension",
]
TYPES = ["text/html", "image/svg+xml", "image/png", "application/xhtml+xml", "text/xml; charset=x"]
assert len(CONTENTS) * len(NAMES) >= 400


class Program:
    """A browser and a key of one person."""

    def __init__(self, user: Any) -> None:
        self.browser = Client()
        stay_signed_in(self.browser, user)
        self.key = {"Authorization": f"Bearer {make_token(user, scope='write')}"}

    def send(self, name: str, content: bytes, claimed: str) -> File:
        file = SimpleUploadedFile("x", content, content_type=claimed)
        file._name = name
        sent = Client().post("/api/v1/files", {"file": file}, headers=self.key)
        assert sent.status_code == 201, sent.content
        return File.objects.unguarded(reason="tests").get(pk=sent.json()["id"])

    def fetch(self, file: File, which: slice = slice(None)) -> list[Any]:
        """Through every address that gives its bytes, or some of them."""
        browse, program = self.browser, Client()
        ways = [
            lambda: browse.get(file.url),
            lambda: program.get(f"/api/v1/files/{file.pk}", headers=self.key),
            lambda: browse.get(f"/files/{file.pk}/other.html"),
            lambda: browse.get(f"/files/{file.pk}"),
            lambda: browse.head(file.url),
            lambda: browse.get(file.url, headers={"Range": "bytes=0-3"}),
            lambda: browse.get(file.url, headers={"Accept": "text/html", "HX-Request": "true"}),
        ]
        return [way() for way in ways[which]]


def is_harmless(response: Any, content: bytes) -> bool:
    """Either a download of bytes that mean nothing, or a picture that is one."""
    headers = response.headers
    policy = headers["Content-Security-Policy"]
    walled = headers["X-Content-Type-Options"] == "nosniff" and "sandbox" in policy
    alone = "default-src 'none'" in policy and "allow-" not in policy
    kind, disposition = headers["Content-Type"], headers["Content-Disposition"]
    if "\r" in disposition or "\n" in disposition:
        return False
    if disposition.startswith("attachment"):
        return walled and alone and kind == "application/octet-stream"
    begin = PICTURES.get(kind)
    return (
        walled
        and alone
        and is_inline_safe(kind)
        and begin is not None
        and content[:4]
        in (
            begin[:4],
            begin[:3] + content[3:4],
        )
    )


def test_nothing_active_is_shown_in_our_pages(three: Three) -> None:
    program = Program(three.owner)
    wrong, tried, inline = [], 0, 0
    for at, ((what, content), name) in enumerate(itertools.product(CONTENTS.items(), NAMES)):
        file = program.send(name, content, TYPES[at % len(TYPES)])
        some = slice(None) if at % 40 == 0 else slice(at % 7, at % 7 + 1)
        for response in program.fetch(file, some):
            tried += 1
            inline += response.headers.get("Content-Disposition", "").startswith("inline")
            if response.status_code != 200 or not is_harmless(response, content):
                wrong.append(f"{what} as {name}: {dict(response.headers)}")
            body_of(response)
    assert tried >= 400
    assert inline
    assert wrong == [], f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:10])


def test_the_same_holds_for_files_written_with_a_note(three: Three) -> None:
    program = Program(three.owner)
    sent = [io.BytesIO(HTML), io.BytesIO(SVG)]
    for file, name in zip(sent, ("a.html", "a.png"), strict=True):
        file.name = name
    response = program.browser.post(f"/r/{three.company.pk}/wall", {"text": "x", "files": sent})
    assert response.status_code == 302
    kept = list(File.objects.visible_to(three.owner).order_by("pk"))
    assert [file.name for file in kept] == ["a.html", "a.png"]
    for file in kept:
        for answer in program.fetch(file):
            assert is_harmless(answer, HTML)
            assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_is_shown(three: Three) -> None:
    program = Program(three.owner)
    for content in (PNG, GIF, JPEG, WEBP):
        answer = program.fetch(program.send("a.html", content, "text/html"))[0]
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert is_harmless(answer, content)


def test_a_file_is_read_by_who_reads_its_entry_and_from_then_on(three: Three) -> None:
    owner, stranger, colleague = map(Program, (three.owner, three.stranger, three.colleague))
    file = owner.send("plan.txt", b"plan", "text/plain")
    public = make_record("space", owner=three.owner).record

    def reads(who: Program) -> bool:
        found = {answer.status_code for answer in who.fetch(file)}
        assert found in ({200}, {404})
        return found == {200}

    def readers() -> list[bool]:
        return [reads(who) for who in (owner, colleague, stranger)]

    assert readers() == [True, False, False]
    entry = entries.write_entry(three.company.pk, by=three.owner, files=[file.pk])
    assert readers() == [True, True, False]
    placing.move_entry(entry.pk, to=public.pk, by=three.owner, keep=True)
    assert readers() == [True, True, False]
    placing.move_entry(entry.pk, to=public.pk, by=three.owner)
    assert readers() == [True, True, True]
    placing.undo_move(entry.pk, by=three.owner)
    assert readers() == [True, True, False]
    only_me = make_entry(public, who="me").audience
    entries.edit_entry(entry.pk, by=three.owner, version=None, values={"audience": only_me})
    assert readers() == [True, False, False]
    entries.edit_entry(entry.pk, by=three.owner, version=None, values={"audience": None})
    entries.trash_entry(entry.pk, by=three.owner)
    assert readers() == [False, False, False]
    entries.restore_entry(entry.pk, by=three.owner)
    lives.trash_record(three.company.pk, by=three.owner)
    assert readers() == [False, False, False]
    lives.restore_record(three.company.pk, by=three.owner)
    assert readers() == [True, True, False]
    three.colleague.teams.clear()
    assert readers() == [True, False, False]
    assert Entry.objects.visible_to(three.owner).filter(pk=entry.pk).exists()


def test_without_signing_in_there_is_no_file(three: Three) -> None:
    file = Program(three.owner).send("plan.txt", b"plan", "text/plain")
    answer = Client().get(file.url)
    assert (answer.status_code, answer["Location"][:12]) == (302, "/login?next=")
    assert Client().get(f"/api/v1/files/{file.pk}").status_code == 401


def test_files_are_not_kept_by_shared_caches(three: Three) -> None:
    program = Program(three.owner)
    file = program.send("plan.txt", b"plan", "text/plain")
    for answer in program.fetch(file):
        said = answer.headers["Cache-Control"]
        assert "no-store" in said or "private" in said
