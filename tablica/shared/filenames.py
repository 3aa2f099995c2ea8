"""Names and types of files that came from outside."""

import mimetypes
import re
import unicodedata
from urllib.parse import quote

LONGEST_NAME = 200
LONGEST_BYTES = 240
"""UTF-8 bytes of a name; most file systems end at 255."""
OPAQUE = "application/octet-stream"

# Controls, halves of characters, and what turns the order of letters around: a name that reads
# `invoice‮fdp.exe` must not be read as `invoiceexe.pdf`.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_REFUSED_BY_WINDOWS = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|$)", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.[^.\s/]{1,16}$")

_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_SOUNDS = {
    "audio/webm",
    "audio/mp4",
    "audio/ogg",
    "audio/mpeg",
    "audio/wav",
    "audio/flac",
}
# Sounds in a wrapping that films have, too: the name alone tells.
_HEARD = {("video/webm", ".weba"): "audio/webm", ("video/mp4", ".m4a"): "audio/mp4"}
_BY_HEAD = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"\x1f\x8b", "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {b"M4A": "audio/mp4", b"hei": "image/heic", b"mif": "image/heic", b"avi": "image/avif"}
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
_ZIPPED = {
    ".docx": f"{_OPEN_XML}.wordprocessingml.document",
    ".xlsx": f"{_OPEN_XML}.spreadsheetml.sheet",
    ".pptx": f"{_OPEN_XML}.presentationml.presentation",
    ".odt": f"{_OPEN_DOCUMENT}.text",
    ".ods": f"{_OPEN_DOCUMENT}.spreadsheet",
    ".odp": f"{_OPEN_DOCUMENT}.presentation",
}
_BY_EXTENSION = {
    ".md": "text/markdown",
    ".log": "text/plain",
    ".ics": "text/calendar",
    ".vcf": "text/vcard",
}
# What a browser might run if it ever met it with its own type.
_ACTIVE = re.compile(
    r"html|xml|svg|script|xsl|flash|java|mhtml|rfc822|php|multipart|x-sh|msdownload"
)
_SHOWS_IN_BYTES = {*(kind for _start, kind in _BY_HEAD), *_RIFF.values(), "application/zip"}
_TYPES = mimetypes.MimeTypes()  # Python's own table, not the machine's


def safe_name(name: str) -> str:
    """Return `name` fit to be shown, stored and offered for download.

    The last part of a path, without controls and bidi controls; letters of every script, emoji
    and spaces stay. At most 200 characters and 240 bytes, with the extension kept. A name
    reserved by Windows gets a `_` in front; nothing at all becomes `file`.
    """
    name = unicodedata.normalize("NFC", _UNSAFE.sub("", name))
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1]
    name = _REFUSED_BY_WINDOWS.sub("_", name).strip().rstrip(". ")
    if not name.strip("."):
        return "file"
    if _RESERVED.match(name):
        name = f"_{name}"
    return _shortened(name)


def _shortened(name: str) -> str:
    extension = match[0] if (match := _EXTENSION.search(name)) else ""
    stem = name.removesuffix(extension)[: LONGEST_NAME - len(extension)]
    room = LONGEST_BYTES - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore") + extension


def content_type(name: str, head: bytes) -> str:
    """Return the type to serve a file with, by its first bytes (32 suffice) and its extension.

    A type that shows in its bytes must be seen there: a picture's extension on other bytes counts
    for nothing. HTML, SVG, scripts and all else that a browser might run, like everything not
    recognised, is `application/octet-stream`.
    """
    extension = match[0].lower() if (match := _EXTENSION.search(name)) else ""
    seen = _seen(head)
    if seen:
        return _HEARD.get((seen, extension), seen)
    if head.startswith(b"PK\x03\x04"):
        return _ZIPPED.get(extension, "application/zip")
    if extension in _ZIPPED:
        return OPAQUE
    claimed = _BY_EXTENSION.get(extension) or _TYPES.guess_type(f"x{extension}")[0] or OPAQUE
    is_unseen = claimed.startswith(("image/", "video/")) or claimed in _SHOWS_IN_BYTES
    return OPAQUE if is_unseen or _ACTIVE.search(claimed) else claimed


def _seen(head: bytes) -> str:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:11], "video/mp4")
    return next((kind for start, kind in _BY_HEAD if head.startswith(start)), "")


def is_inline_safe(type: str) -> bool:
    """Whether a file of this type may be shown inside a page: the four plain picture types."""
    return type in _PICTURES


def is_played(type: str) -> bool:
    """Whether a page may play it: a sound, which no browser takes for anything else."""
    return type in _SOUNDS


def content_disposition(name: str, inline: bool) -> str:
    """Return the header's value after RFC 6266: a plain `filename` and the true `filename*`."""
    name = safe_name(name)
    spelled = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    spelled = re.sub(r"[^\w.\- ()]", "_", spelled)
    if not re.sub(r"\.\w*$", "", spelled).strip(" ._-"):
        extension = match[0] if (match := _EXTENSION.search(spelled)) else ""
        spelled = f"file{extension}"
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{spelled}\"; filename*=UTF-8''{quote(name, safe='')}"
