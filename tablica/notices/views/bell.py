"""The bell: one's notices, and marking them as read."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.notices.queries import SHOWN, notices_of, unread_count
from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.shared.paging import BadCursor, Cursor
from tablica.wall.models import Entry
from tablica.wall.views.answering import is_partial, reader

PAGE = "/notifications"
MOST_SEEN = 200


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What one is told, grouped by wall; `?show=unread` or `?show=mentions`."""
    user = reader(request)
    show = request.GET.get("show", "all")
    show = show if show in SHOWN else "all"
    page = notices_of(user, show=show, before=_before(request))
    context = {"page": page, "show": show, "current": "notices"}
    if page.next:
        context["next_url"] = f"{PAGE}?show={show}&before={page.next.encode()}"
    if is_partial(request) and request.GET.get("before"):
        return render(request, "notices/_further.html", context)
    return render(request, "notices/notices_page.html", context)


def _before(request: HttpRequest) -> Cursor | None:
    try:
        return Cursor.decode(request.GET["before"]) if request.GET.get("before") else None
    except BadCursor:
        return None


@require_POST
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one notice as read."""
    commands.mark_read(reader(request), notices=[my_notice(request, notice_id).pk])
    return _marked(request)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """What is before the reader's eyes (`entry`, `comment`: numbers) is read; the bell as it is."""
    entries, comments = _numbers(request, "entry"), _numbers(request, "comment")
    commands.mark_seen(reader(request), entries=entries, comments=comments)
    return _marked(request)


def _numbers(request: HttpRequest, name: str) -> list[int]:
    said = request.POST.getlist(name)[:MOST_SEEN]
    return [int(n) for n in said if n.isdecimal() and len(n) < 19]


@require_POST
def unread(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Keep one notice for later."""
    commands.mark_unread(reader(request), my_notice(request, notice_id).pk)
    return _marked(request)


def my_notice(request: HttpRequest, notice_id: int) -> Notice:
    """A notice of the reader's; else `Hidden`."""
    mine = Notice.objects.visible_to(reader(request)).select_related("entry__record")
    found = mine.filter(pk=notice_id).first()
    if found is None:
        raise Hidden
    return found


def _marked(request: HttpRequest) -> HttpResponse:
    if not is_partial(request):
        return HttpResponseRedirect(PAGE)
    return render(request, "notices/_bell.html", {"unread_notices": unread_count(reader(request))})


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell as it is now, for pages that are open."""
    return render(request, "notices/_bell.html")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    commands.mark_read(reader(request))
    return HttpResponseRedirect(PAGE)


@require_POST
def read_talk(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Mark what one is told of a discussion as read."""
    if not Entry.objects.visible_to(reader(request)).filter(pk=entry_id).exists():
        raise Hidden
    commands.mark_read(reader(request), entry=entry_id)
    return back(request)


@require_POST
def read_wall(request: HttpRequest, record_id: int) -> HttpResponse:
    """Mark what one is told of a wall as read."""
    if not Record.objects.visible_to(reader(request)).filter(pk=record_id).exists():
        raise Hidden
    commands.mark_read(reader(request), record=record_id)
    return back(request)


def back(request: HttpRequest) -> HttpResponse:
    """To the notices as they were shown."""
    show = request.POST.get("show", "")
    return HttpResponseRedirect(f"{PAGE}?show={show}" if show in SHOWN[1:] else PAGE)
