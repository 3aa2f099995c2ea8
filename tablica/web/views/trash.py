"""The trash: what the reader may take out of it, for 30 days."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tablica.shared.paging import BadCursor, Cursor
from tablica.shared.writing import isolated
from tablica.wall.commands import comments, entries, lives
from tablica.wall.queries.trash import trash_of
from tablica.wall.views.answering import is_partial, reader, say


@require_safe
def trash(request: HttpRequest) -> HttpResponse:
    """What was thrown away last, first; more as one scrolls."""
    page = trash_of(reader(request), before=_before(request))
    context = {
        "current": "trash",
        "rows": page.rows,
        "next_url": f"/trash?before={page.next.encode()}" if page.next else "",
    }
    is_more = is_partial(request) and "before" in request.GET
    return render(request, "web/_trash_rows.html" if is_more else "web/trash_page.html", context)


def _before(request: HttpRequest) -> Cursor | None:
    try:
        return Cursor.decode(request.GET["before"]) if request.GET.get("before") else None
    except BadCursor:
        return None


@require_POST
def restore_record(request: HttpRequest, number: int) -> HttpResponse:
    """Take a record out of the trash, with everything on it."""
    record = lives.restore_record(number, by=reader(request))
    return _restored(request, _("“%(title)s” is back.") % {"title": isolated(record.title)})


@require_POST
def restore_entry(request: HttpRequest, number: int) -> HttpResponse:
    """Take an entry out of the trash."""
    entry = entries.restore_entry(number, by=reader(request))
    wall = entry.record.title
    return _restored(request, _("The entry is back on %(wall)s.") % {"wall": isolated(wall)})


@require_POST
def restore_comment(request: HttpRequest, number: int) -> HttpResponse:
    """Take a comment out of the trash."""
    comment = comments.restore_comment(number, by=reader(request))
    wall = comment.entry.record.title
    return _restored(request, _("The comment is back on %(wall)s.") % {"wall": isolated(wall)})


def _restored(request: HttpRequest, toast: str) -> HttpResponse:
    """Nothing in place of the row, and a toast; else the trash anew."""
    if is_partial(request):
        return render(request, "_toast_oob.html", {"toast": toast})
    say(request, toast)
    return HttpResponseRedirect("/trash")
