"""Hearing of something later, or no more."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tablica.notices import commands
from tablica.notices.commands import SNOOZES, snooze_until
from tablica.notices.models import Notice
from tablica.notices.queries import hushed
from tablica.notices.views.bell import back, my_notice
from tablica.shared.ui.templatetags.ui import said
from tablica.shared.writing import in_digits
from tablica.wall.commands import follows
from tablica.wall.views.answering import is_partial, reader, refusal, say

PAGE = "/notifications"


@require_safe
def menu(request: HttpRequest, notice_id: int) -> HttpResponse:
    """What one may do with a notice."""
    notice = my_notice(request, notice_id)
    now = timezone.now()
    context = {
        "notice": notice,
        "at": f"{PAGE}/{notice.pk}",
        "times": {name: snooze_until(name, now) for name in SNOOZES},
        "least": timezone.localtime(now),
        "is_off": notice.up_at > now,
        "hushed": hushed(reader(request), notice),
        "show": request.GET.get("show", ""),
    }
    template = "notices/_menu.html" if is_partial(request) else "notices/menu_page.html"
    return render(request, template, context)


@require_POST
def snooze(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Put a notice and its discussion off: `until` is a usual time or one's own."""
    notice = my_notice(request, notice_id)
    try:
        until = _until(request.POST.get("until", ""), request.POST.get("at", ""))
        commands.put_off(reader(request), notice.pk, until=until)
    except ValidationError as error:
        return refusal(request, error, page="wall/refused_page.html", back=PAGE)
    when = in_digits(said(timezone.localtime(until)))
    say(request, _("Comes back: %(when)s.") % {"when": when}, f"{PAGE}/{notice.pk}/snooze/undo")
    return back(request)


def _until(name: str, own: str) -> datetime:
    if name in SNOOZES:
        return snooze_until(name, timezone.now())
    try:
        found = parse_datetime(own)
    except ValueError:
        found = None
    if found is None:
        raise ValidationError({"until": _("Choose a day and a time.")})
    return found if timezone.is_aware(found) else timezone.make_aware(found)


@require_POST
def unsnooze(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take up again what was put off, as if it never was, or (`early`) before its time."""
    number = my_notice(request, notice_id).pk
    commands.take_up(reader(request), number, undo="early" not in request.POST)
    return back(request)


@require_POST
def mute(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Hear no more of the discussion, but for where one is meant."""
    notice = my_notice(request, notice_id)
    follows.mute_entry(notice.entry_id, by=reader(request))
    toast = _("You hear no more of this discussion, unless you are meant by name.")
    return _hushed(request, notice, toast, "mute/undo")


@require_POST
def unmute(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Hear of the discussion again."""
    follows.unmute_entry(my_notice(request, notice_id).entry_id, by=reader(request))
    return back(request)


@require_POST
def mute_wall(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Hear nothing more of the wall."""
    notice = my_notice(request, notice_id)
    was = follows.mute_wall(notice.entry.record_id, by=reader(request))
    return _hushed(
        request, notice, _("You hear no more of this wall."), f"mute-wall/undo?was={was}"
    )


@require_POST
def unmute_wall(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Follow the wall as before."""
    record = my_notice(request, notice_id).entry.record_id
    follows.unmute_wall(record, by=reader(request), was=request.GET.get("was", ""))
    return back(request)


def _hushed(request: HttpRequest, notice: Notice, toast: str, undo: str) -> HttpResponse:
    say(request, toast, f"{PAGE}/{notice.pk}/{undo}")
    return back(request)
