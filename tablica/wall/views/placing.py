"""Moving an entry, or also showing it on another wall."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tablica.records.forms import LONGEST_TITLE
from tablica.records.kinds import kind_named
from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.shared.writing import isolated
from tablica.wall.commands import placing
from tablica.wall.queries.context import context_ids, related_to
from tablica.wall.rules import may_move_entry
from tablica.wall.views.answering import (
    entry_answer,
    gone_answer,
    is_partial,
    reader,
    refusal,
    say,
    the_entry,
    wall_of,
)

OFFERED = 8


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, entry_id: int) -> HttpResponse:
    """GET: choose a wall. POST: move there."""
    return _place(request, entry_id, keep=False)


@require_http_methods(["GET", "HEAD", "POST"])
def show_on(request: HttpRequest, entry_id: int) -> HttpResponse:
    """GET: choose a wall. POST: also show the entry there."""
    return _place(request, entry_id, keep=True)


def _place(request: HttpRequest, entry_id: int, *, keep: bool) -> HttpResponse:
    user = reader(request)
    entry = the_entry(request, entry_id)
    if not may_move_entry(user, entry):
        raise Hidden
    if request.method != "POST":
        related = related_to(user, entry.record)
        near = Record.objects.visible_to(user).filter(pk__in=context_ids(related)[:OFFERED])
        offered = [(r, kind_named(r.kind)) for r in near.order_by("-touched_at")]
        context = {"entry": entry, "keep": keep, "offered": offered, "on": wall_of(request)}
        template = "wall/_move_dialog.html" if is_partial(request) else "wall/move_page.html"
        return render(request, template, context)
    try:
        target = _chosen(request)
        placing.move_entry(entry_id, to=target.pk, by=user, keep=keep)
    except ValidationError as error:
        back = f"/e/{entry_id}"
        return refusal(request, error, page="wall/refused_page.html", back=back)
    return _placed(request, entry_id, target, keep=keep)


def _chosen(request: HttpRequest) -> Record:
    """The record chosen by number, or by its exact name."""
    records = Record.objects.visible_to(reader(request))
    number, name = (
        request.POST.get("to", ""),
        request.POST.get("name", "").replace("\0", "").strip()[: LONGEST_TITLE + 1],
    )
    found: list[Record] = []
    if number.isdecimal() and len(number) < 19:
        found = list(records.filter(pk=int(number)))
    elif name:
        found = list(records.filter(title__iexact=name)[:2])
    if len(found) != 1:
        raise ValidationError({"to": _("Choose the wall from the list.")})
    return found[0]


def _placed(request: HttpRequest, entry_id: int, target: Record, *, keep: bool) -> HttpResponse:
    undo = f"/e/{entry_id}/move/undo"
    if keep:
        toast = _("Also shown on %(wall)s.") % {"wall": isolated(target.title)}
        return entry_answer(request, entry_id, toast=toast, undo=undo)
    toast = _("Moved to %(wall)s.") % {"wall": isolated(target.title)}
    on = wall_of(request)
    if on is None or on == target.pk:
        return entry_answer(request, entry_id, toast=toast, undo=undo)
    back = kind_named(target.kind).url_of(target.pk)
    return gone_answer(request, entry_id, text=toast, toast=toast, undo=undo, back=back)


@require_POST
def undo_move(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Take the last move back."""
    placing.undo_move(entry_id, by=reader(request))
    return entry_answer(request, entry_id, toast="" if is_partial(request) else _("Moved back."))


@require_POST
def unplace(request: HttpRequest, entry_id: int, record_id: int) -> HttpResponse:
    """Show the entry no longer on this other wall."""
    entry = placing.unplace_entry(entry_id, record=record_id, by=reader(request))
    text = _("No longer shown here.")
    if wall_of(request) == record_id:
        back = kind_named(entry.record.kind).url_of(entry.record_id)
        return gone_answer(request, entry_id, text=text, toast=text, undo="", back=back)
    say(request, "" if is_partial(request) else text)
    return entry_answer(request, entry_id)
