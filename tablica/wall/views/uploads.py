"""Files in pieces, by the tus protocol 1.0.0: core, creation, termination, expiration, checksum.

What is uploaded becomes a file that hangs nowhere yet; its number comes with the last piece, in the
header `Tablica-File`.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tablica.accounts.models import User
from tablica.wall.commands import uploads as commands
from tablica.wall.commands.uploads import CHECKSUMS, KEPT
from tablica.wall.models import Upload
from tablica.wall.views.answering import errors_of, reader

VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
PIECE = 64 * 2**10  # bytes that are read and written at a time
OFFSET_STREAM = "application/offset+octet-stream"
FILE = "Tablica-File"


@require_http_methods(["POST", "OPTIONS"])
def uploads(request: HttpRequest) -> HttpResponse:
    """POST: begin an upload. OPTIONS: what this server understands."""
    if request.method == "OPTIONS":
        return _options()
    if (refused := _other_version(request)) is not None:
        return refused
    length = _number(request, "Upload-Length")
    if length is None:
        return _no(400, _("Say how long the file is."))
    try:
        name = _metadata(request).get("filename", "")
        begun = commands.begin_upload(name, length, by=reader(request))
    except ValidationError as error:
        too_large = length > settings.MAX_FILE_BYTES
        return _refusal(error, 413 if too_large else 422)
    except commands.DiskFull:
        return _disk_full()
    except ValueError:
        return _no(400, _("The name of the file cannot be read."))
    answer = _yes(201, begun)
    answer.headers["Location"] = f"/uploads/{begun.pk}"
    return answer


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
def upload(request: HttpRequest, upload_number: uuid.UUID) -> HttpResponse:
    """HEAD: how far it has come. PATCH: the next piece. DELETE: give it up."""
    if request.method == "OPTIONS":
        return _options()
    user = reader(request)
    found = commands.own_upload(upload_number, by=user)
    if (refused := _other_version(request)) is not None:
        return refused
    if request.method == "HEAD":
        found = commands.settled_upload(upload_number, by=user)
        answer = _yes(200, found)
        answer.headers["Upload-Length"] = str(found.size)
        return answer
    try:
        if request.method == "DELETE":
            commands.drop_upload(upload_number, by=user)
            return _yes(204)
        return _add(request, found, user)
    except commands.Busy:
        return _no(423, _("Another piece of this file is just coming."))


def _add(request: HttpRequest, found: Upload, user: User) -> HttpResponse:
    """The next piece, streamed to the disk while it comes."""
    if request.content_type != OFFSET_STREAM:
        return _no(415, _("Send pieces as %(type)s.") % {"type": OFFSET_STREAM})
    offset, length = _number(request, "Upload-Offset"), _number(request, "Content-Length")
    if offset is None or length is None:
        return _no(400, _("Say where the piece begins and how long it is."))
    try:
        checksum = _checksum(request)
        added = commands.add_piece(
            found.pk,
            by=user,
            offset=offset,
            length=length,
            pieces=_pieces(request),
            checksum=checksum,
        )
    except commands.WrongOffset as error:
        answer = _no(409, _("The file goes on elsewhere."))
        answer.headers["Upload-Offset"] = str(error.offset)
        return answer
    except commands.TooLong:
        return _no(413, _("This is more than the file was said to have."))
    except commands.WrongChecksum:
        return _no(460, _("The piece came damaged."))
    except commands.DiskFull:
        return _disk_full()
    except ValidationError as error:
        return _refusal(error, 422)
    except ValueError:
        return _no(400, _("This checksum is not understood."))
    except UnreadablePostError:
        return _no(400, _("The line broke. What has come is kept."))
    return _yes(204, added)


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(PIECE):
        yield piece


def _number(request: HttpRequest, header: str) -> int | None:
    said = request.headers.get(header, "")
    return int(said) if said.isdecimal() and said.isascii() and len(said) < 19 else None


def _metadata(request: HttpRequest) -> dict[str, str]:
    """What is said of the file. Raises ValueError for what is no Base64 of UTF-8."""
    pairs = (pair.split() for pair in request.headers.get("Upload-Metadata", "").split(","))
    return {
        pair[0]: base64.b64decode(pair[1], validate=True).decode().replace("\0", "")
        for pair in pairs
        if len(pair) == 2
    }


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    """The algorithm and the digest of the piece. Raises ValueError for others than ours."""
    said = request.headers.get("Upload-Checksum", "")
    if not said:
        return None
    algorithm, _space, digest = said.partition(" ")
    if algorithm not in CHECKSUMS:
        raise ValueError(algorithm)
    try:
        return algorithm, base64.b64decode(digest, validate=True)
    except binascii.Error as error:
        raise ValueError(digest) from error


def _other_version(request: HttpRequest) -> HttpResponse | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    answer = _no(412, _("Speak tus %(version)s.") % {"version": VERSION})
    answer.headers["Tus-Version"] = VERSION
    return answer


def _options() -> HttpResponse:
    answer = _yes(204)
    answer.headers["Tus-Version"] = VERSION
    answer.headers["Tus-Extension"] = EXTENSIONS
    answer.headers["Tus-Max-Size"] = str(settings.MAX_FILE_BYTES)
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(CHECKSUMS)
    return answer


def _yes(status: int, of: Upload | None = None) -> HttpResponse:
    answer = HttpResponse(status=status)
    answer.headers["Tus-Resumable"] = VERSION
    if of is not None:
        answer.headers["Upload-Offset"] = str(of.offset)
        if of.file_id is not None:
            answer.headers[FILE] = str(of.file_id)
        else:
            answer.headers["Upload-Expires"] = http_date((of.touched_at + KEPT).timestamp())
    return answer


def _no(status: int, sentence: str) -> HttpResponse:
    answer = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    answer.headers["Tus-Resumable"] = VERSION
    return answer


def _refusal(error: ValidationError, status: int) -> HttpResponse:
    return _no(status, " ".join(s for found in errors_of(error).values() for s in found))


def _disk_full() -> HttpResponse:
    """A sentence for who sends it; who runs the house reads of it elsewhere."""
    return _no(507, _("There is no room on the server for this file. Tell your administrator."))
