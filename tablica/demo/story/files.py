"""Small real files, made of bytes by our own hands: PDF, PNG, CSV and plain text."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Sequence
from random import Random

# Polish letters that the standard PDF fonts name but the usual encoding lacks.
_GLYPHS = {
    "ą": "aogonek",
    "ć": "cacute",
    "ę": "eogonek",
    "ł": "lslash",
    "ń": "nacute",
    "ś": "sacute",
    "ź": "zacute",
    "ż": "zdotaccent",
    "Ą": "Aogonek",
    "Ć": "Cacute",
    "Ę": "Eogonek",
    "Ł": "Lslash",
    "Ń": "Nacute",
    "Ś": "Sacute",
    "Ź": "Zacute",
    "Ż": "Zdotaccent",
}
_CODES = {letter: 128 + place for place, letter in enumerate(_GLYPHS)}


def _pdf_string(text: str) -> bytes:
    found = bytearray()
    for letter in text:
        code = _CODES.get(letter)
        if code is None:
            raw = letter.encode("latin-1", "replace")
            code = raw[0] if raw[0] < 128 or raw[0] >= 160 else 63
        if code in b"()\\":
            found.append(92)
        found.append(code)
    return bytes(found)


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """One A4 page with a heading and lines in a Latin alphabet; other letters become `?`."""
    page = bytearray(b"BT /F2 16 Tf 60 780 Td (" + _pdf_string(title) + b") Tj ET\n")
    page += b"0.6 w 60 768 m 535 768 l S\n"
    for place, line in enumerate(lines):
        at = f"BT /F1 11 Tf 60 {740 - place * 18} Td (".encode()
        page += at + _pdf_string(line) + b") Tj ET\n"
    differences = " ".join(f"/{glyph}" for glyph in _GLYPHS.values())
    encoding = f"/Encoding << /Type /Encoding /Differences [128 {differences}] >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), bytes(page)),
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica {encoding} >>".encode(),
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold {encoding} >>".encode(),
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def png(width: int, height: int, rows: Sequence[bytes]) -> bytes:
    """A picture of `rows`, each `width` times red, green, blue."""
    raw = b"".join(b"\0" + row for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + _chunk(b"IDAT", zlib.compress(raw, 6))
        + _chunk(b"IEND", b"")
    )


class _Canvas:
    """Rectangles on a plain ground."""

    def __init__(self, width: int, height: int, ground: tuple[int, int, int]) -> None:
        self.width, self.height = width, height
        self.rows = [bytearray(bytes(ground) * width) for _ in range(height)]

    def fill(self, left: int, top: int, width: int, height: int, ink: tuple[int, int, int]) -> None:
        left, right = max(left, 0), min(left + width, self.width)
        for row in self.rows[max(top, 0) : max(top + height, 0)]:
            row[left * 3 : right * 3] = bytes(ink) * max(right - left, 0)

    def frame(
        self, left: int, top: int, width: int, height: int, ink: tuple[int, int, int]
    ) -> None:
        for at in (top, top + height - 2):
            self.fill(left, at, width, 2, ink)
        for at in (left, left + width - 2):
            self.fill(at, top, 2, height, ink)

    def png(self) -> bytes:
        return png(self.width, self.height, [bytes(row) for row in self.rows])


def floor_plan(seed: int, units: int) -> bytes:
    """A drawn plan: walls, a door, and `units` pieces of furniture along the walls, as PNG."""
    rng = Random(seed)
    canvas = _Canvas(480, 320, (250, 249, 245))
    for at in range(20, 480, 20):
        canvas.fill(at, 0, 1, 320, (236, 234, 228))
    for at in range(20, 320, 20):
        canvas.fill(0, at, 480, 1, (236, 234, 228))
    ink = (58, 62, 70)
    canvas.frame(30, 30, 420, 260, ink)
    canvas.frame(34, 34, 412, 252, ink)
    canvas.fill(60 + rng.randrange(260), 284, 50, 8, (250, 249, 245))
    tint = rng.choice([(122, 162, 118), (150, 132, 190), (196, 150, 96), (104, 148, 180)])
    for unit in range(min(units, 18)):
        along, side = unit % 9, unit // 9
        canvas.fill(48 + along * 44, 44 + side * 206, 38, 26, tint)
        canvas.frame(48 + along * 44, 44 + side * 206, 38, 26, ink)
    if rng.random() < 0.6:
        canvas.fill(180 + rng.randrange(60), 120, 90, 60, (226, 222, 212))
    return canvas.png()


def photo(seed: int) -> bytes:
    """A drawn view of shelves against a wall, as PNG."""
    rng = Random(seed)
    wall = rng.choice([(233, 228, 218), (222, 230, 232), (238, 232, 222), (226, 224, 232)])
    canvas = _Canvas(480, 320, wall)
    canvas.fill(0, 262, 480, 58, (196, 178, 152))
    wood = rng.choice([(156, 116, 76), (92, 96, 102), (188, 150, 104), (120, 140, 116)])
    columns = 3 + rng.randrange(3)
    span = 420 // columns
    for column in range(columns):
        left = 30 + column * span
        canvas.fill(left, 48, span - 10, 220, wood)
        for shelf in range(4):
            top = 58 + shelf * 52
            canvas.fill(left + 8, top, span - 26, 42, (246, 242, 234))
            at = left + 12
            while at < left + span - 40:
                width = 8 + rng.randrange(14)
                height = 16 + rng.randrange(22)
                ink = (90 + rng.randrange(140), 80 + rng.randrange(130), 70 + rng.randrange(130))
                canvas.fill(at, top + 42 - height, width, height, ink)
                at += width + 3
    return canvas.png()


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A CSV table in UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode()


def text(lines: Sequence[str]) -> bytes:
    """Lines of plain text in UTF-8."""
    return ("\n".join(lines) + "\n").encode()
