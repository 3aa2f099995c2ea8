"""File names: shown truthfully, and harmless wherever they go."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.shared.filenames import (
    content_disposition,
    content_type,
    is_inline_safe,
    safe_name,
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Umowa Łódź (2).pdf", "Umowa Łódź (2).pdf"),
        ("فاکتور\u200cها.xlsx", "فاکتور\u200cها.xlsx"),
        ("👩‍👩‍👧.png", "👩‍👩‍👧.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.docx", "a.docx"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\u2066b\u2069.txt", "ab.txt"),
        ("a\ud800.txt", "a.txt"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("nul .txt", "_nul .txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.txt", "console.txt"),
        ('a:b*?"<>|.txt', "a_b______.txt"),
        ("name. . ", "name"),
        (".htaccess", ".htaccess"),
        *((empty, "file") for empty in ("", " ", ".", "..", "...", "/", "\0", "///", "\u202e")),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@pytest.mark.parametrize("letter", ["a", "ą", "😀", "ن"])
def test_a_long_name_keeps_its_extension(letter: str) -> None:
    name = safe_name(letter * 500 + ".pdf")
    assert name.endswith(f"{letter}.pdf")
    assert len(name) <= 200
    assert len(name.encode()) <= 240


@given(st.text())
def test_any_name_is_safe_and_stays_so(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert safe == safe_name(safe)
    assert len(safe) <= 200
    assert len(safe.encode()) <= 240
    assert not re.search(r'[/\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069<>:"|?*]', safe)
    assert safe not in {".", ".."}


@given(st.text(), st.booleans())
def test_the_header_is_one_line_of_ascii_and_true(name: str, inline: bool) -> None:
    header = content_disposition(name, inline)
    match = re.fullmatch(
        r"""(inline|attachment); filename="([\w.\- ()]+)"; filename\*=UTF-8''([\w.\-~%]+)""",
        header,
        re.ASCII,
    )
    assert match
    assert match[1] == ("inline" if inline else "attachment")
    assert unquote(match[3]) == safe_name(name)


def test_the_plain_name_stays_readable() -> None:
    assert 'filename="Umowa odz 100_.pdf"' in content_disposition("Umowa Łódź 100%.pdf", False)
    assert 'filename="file.pdf"' in content_disposition("فاکتور.pdf", False)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.txt", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.gif", b"GIF89a", "image/gif"),
        ("a.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        ("a.wav", b"RIFF\x10\0\0\0WAVEfmt ", "audio/wav"),
        ("a", b"%PDF-1.7", "application/pdf"),
        ("a.m4a", b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        ("a.mp4", b"\0\0\0\x20ftypisom", "video/mp4"),
        ("a.heic", b"\0\0\0\x20ftypheic", "image/heic"),
        ("a.zip", b"PK\x03\x04", "application/zip"),
        ("a.html", b"PK\x03\x04", "application/zip"),
        ("a.ods", b"PK\x03\x04", "application/vnd.oasis.opendocument.spreadsheet"),
        ("a.CSV", b"a;b", "text/csv"),
        ("a.txt", b"", "text/plain"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "application/msword"),
    ],
)
def test_a_type_is_seen_in_bytes_and_extension(name: str, head: bytes, kind: str) -> None:
    assert content_type(name, head) == kind


ACTIVE = (
    "html htm xhtml xht shtml svg svgz xml xsl xslt js mjs swf mht mhtml jar php sh exe hta rdf"
)


@pytest.mark.parametrize(
    "head", [b"", b"<html><script>", b"<svg onload=x>", b"<?xml", b"\xef\xbb\xbf<"]
)
@pytest.mark.parametrize(
    "extension", [*ACTIVE.split(), "png", "jpg", "webp", "pdf", "docx", "x", ""]
)
def test_what_a_browser_might_run_has_no_type_of_its_own(extension: str, head: bytes) -> None:
    for name in (f"a.{extension}", f"a.{extension.upper()}", f"a.png.{extension}"):
        assert content_type(name, head) == "application/octet-stream"


def test_only_four_picture_types_are_shown_inline() -> None:
    kinds = ["image/png", "image/jpeg", "image/gif", "image/webp"]
    assert all(map(is_inline_safe, kinds))
    for other in ("image/svg+xml", "text/html", "application/pdf", "image/png; x", "IMAGE/PNG", ""):
        assert not is_inline_safe(other)
