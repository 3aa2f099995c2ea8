"""Giving out the bytes of files, never as something that runs in our own origin."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from tablica.shared.errors import Hidden
from tablica.shared.filenames import content_disposition, is_inline_safe
from tablica.wall.commands.files import store
from tablica.wall.models import File
from tablica.wall.views.answering import reader

SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def respond_with(file: File) -> FileResponse:
    """The bytes of a file the reader may have: pictures shown, everything else downloaded."""
    inline = is_inline_safe(file.type)
    try:
        opened = store().open(file.sha256)
    except FileNotFoundError:
        raise Hidden from None
    response = FileResponse(
        opened, content_type=file.type if inline else "application/octet-stream"
    )
    response.headers["Content-Disposition"] = content_disposition(file.name, inline)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_safe
def download(request: HttpRequest, file_id: int, name: str = "") -> HttpResponseBase:
    """A file, for whoever reads the entry it hangs on. The name in the address is decoration."""
    file = File.objects.visible_to(reader(request)).filter(pk=file_id).first()
    if file is None:
        raise Hidden
    return respond_with(file)
