"""Giving out the bytes of files, never as something that runs in our own origin."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import IO

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tablica.shared.errors import Hidden
from tablica.shared.filenames import content_disposition, is_inline_safe, is_played
from tablica.wall.commands.files import store
from tablica.wall.models import File
from tablica.wall.views.answering import reader

RANGE = re.compile(r"bytes=(?:(?P<first>\d{1,18})-(?P<last>\d{1,18})?|-(?P<of_end>\d{1,18}))")
PIECE = 64 * 2**10  # bytes
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def respond_with(file: File) -> FileResponse:
    """The bytes of a file the reader may have: pictures shown, everything else downloaded."""
    inline = is_inline_safe(file.type)
    try:
        opened = store().open(file.sha256)
    except FileNotFoundError:
        raise Hidden from None
    kind = file.type if inline or is_played(file.type) else "application/octet-stream"
    response = FileResponse(opened, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition(file.name, inline)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def part_of(file: File, asked: str) -> FileResponse | None:
    """The part of a sound that a player asks for, so that one can go back and forth in it.

    None when no single part is asked for, or one that is not there: then it is given the whole.
    """
    wanted = RANGE.fullmatch(asked)
    if wanted is None or not is_played(file.type):
        return None
    first, last, of_end = (wanted[name] for name in ("first", "last", "of_end"))
    begin = int(first) if first else max(file.size - int(of_end), 0)
    end = min(int(last), file.size - 1) if last else file.size - 1
    if begin > end:
        return None
    response = respond_with(file)
    whole = response.file_to_stream
    assert whole is not None
    whole.seek(begin)
    response.streaming_content = Part(whole, end - begin + 1)
    response.status_code = 206
    response.headers["Content-Length"] = str(end - begin + 1)
    response.headers["Content-Range"] = f"bytes {begin}-{end}/{file.size}"
    return response


@dataclass
class Part:
    """Some bytes of an opened file, from where it stands."""

    file: IO[bytes]
    left: int

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size`, none after the last."""
        found = self.file.read(self.left if size < 0 else min(size, self.left))
        self.left -= len(found)
        return found

    def __iter__(self) -> Iterator[bytes]:
        return iter(partial(self.read, PIECE), b"")

    def close(self) -> None:
        """Close the file."""
        self.file.close()


@require_safe
def download(request: HttpRequest, file_id: int, name: str = "") -> HttpResponseBase:
    """A file, for whoever reads the entry it hangs on. The name in the address is decoration."""
    file = File.objects.visible_to(reader(request)).filter(pk=file_id).first()
    if file is None:
        raise Hidden
    answer = part_of(file, request.headers.get("Range", "")) or respond_with(file)
    if is_played(file.type):
        answer.headers["Accept-Ranges"] = "bytes"
    return answer
