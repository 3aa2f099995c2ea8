"""Taking out a list, and fetching the files that it became."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tablica.exports.commands import ask_for_file, store
from tablica.exports.models import ListFile
from tablica.exports.queries.files import file_for, files_of
from tablica.exports.queries.rows import Taking
from tablica.exports.rules import AT_ONCE, MOST_ROWS, may_take
from tablica.records.kinds import kind_named
from tablica.records.rules import may_export
from tablica.shared.errors import Hidden
from tablica.shared.filenames import content_disposition
from tablica.wall.views.answering import errors_of, reader, say
from tablica.web.queries.lists import Wanted, records_wanted

TYPES = {
    ListFile.Format.CSV: "text/csv; charset=utf-8",
    ListFile.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """GET: what the file of this list will hold. POST: make it, in a `format`."""
    user, of = reader(request), kind_named(kind)
    if not may_export(user, kind):
        raise Hidden
    wanted = Wanted.of(user, of, request.GET)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            file = ask_for_file(of, by=user, wanted=wanted, format=request.POST.get("format", ""))
        except ValidationError as error:
            errors = errors_of(error)
        else:
            if file.is_ready:
                return HttpResponseRedirect(f"/exports/{file.pk}")
            say(request, _("The file is being made. You find it here when it is ready."))
            return HttpResponseRedirect("/exports")
    taking = Taking(user, of, wanted)
    rows, listed = taking.records().count(), records_wanted(user, of, wanted).count()
    context: dict[str, Any] = {
        "kind": of,
        "current": of.name,
        "headings": taking.headings(),
        "rows": rows,
        "left": listed - rows,
        "wanted": wanted,
        "query": urlencode(wanted.values()),
        "formats": ListFile.Format.choices,
        "chosen": request.POST.get("format", ListFile.Format.CSV),
        "takes_long": rows > AT_ONCE,
        "most": None if may_take(user, rows) else MOST_ROWS,
        "sentences": [sentence for found in errors.values() for sentence in found],
    }
    return render(request, "exports/export_page.html", context, status=422 if errors else 200)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The lists that I took out in the last day."""
    files = list(files_of(reader(request)))
    context = {
        "files": [(file, kind_named(file.kind)) for file in files],
        "making": any(file.ended_at is None for file in files),
    }
    template = "exports/_files.html" if request.GET.get("part") else "exports/files_page.html"
    return render(request, template, context)


@require_safe
def download(request: HttpRequest, file_number: int) -> HttpResponseBase:
    """A file that I asked for, while it is kept and my rights are what they were."""
    file = file_for(reader(request), file_number)
    if file is None:
        raise Hidden
    try:
        opened = store().open(file.sha256)
    except FileNotFoundError:
        raise Hidden from None
    response = FileResponse(opened, content_type=TYPES[ListFile.Format(file.format)])
    response.headers["Content-Disposition"] = content_disposition(file.name, inline=False)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
