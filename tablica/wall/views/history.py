"""The history of an entry or a comment: what each version changed, and bringing one back."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tablica.accounts.models import User
from tablica.shared.html import TrustedHtml
from tablica.shared.ui.templatetags.ui import said
from tablica.shared.writing import in_digits, isolated
from tablica.wall.commands import comments, entries
from tablica.wall.mentions import drawn
from tablica.wall.models import Comment, Entry
from tablica.wall.queries.cards import cards_in
from tablica.wall.queries.history import history_of, merged_with, readable_version
from tablica.wall.rules import may_change_comment, may_change_entry
from tablica.wall.views.answering import reader, say, the_comment, the_entry, version_of


@require_safe
def of_entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """What each edit of the entry changed."""
    return _history(request, the_entry(request, entry_id))


@require_safe
def of_comment(request: HttpRequest, comment_id: int) -> HttpResponse:
    """What each edit of the comment changed."""
    return _history(request, the_comment(request, comment_id))


@require_safe
def entry_version(request: HttpRequest, entry_id: int, number: int) -> HttpResponse:
    """One version of the entry, whole."""
    return _version(request, the_entry(request, entry_id), number)


@require_safe
def comment_version(request: HttpRequest, comment_id: int, number: int) -> HttpResponse:
    """One version of the comment, whole."""
    return _version(request, the_comment(request, comment_id), number)


@require_POST
def bring_back_entry(request: HttpRequest, entry_id: int, number: int) -> HttpResponse:
    """Make the entry say again what it said then."""
    was = the_entry(request, entry_id).version
    entry = entries.bring_back_entry(
        entry_id, number, by=reader(request), version=version_of(request)
    )
    return _brought_back(request, entry, number, was)


@require_POST
def bring_back_comment(request: HttpRequest, comment_id: int, number: int) -> HttpResponse:
    """Make the comment say again what it said then."""
    was = the_comment(request, comment_id).version
    comment = comments.bring_back_comment(
        comment_id, number, by=reader(request), version=version_of(request)
    )
    return _brought_back(request, comment, number, was)


def _history(request: HttpRequest, thing: Entry | Comment) -> HttpResponse:
    number = request.GET.get("before", "")
    before = int(number) if number.isdecimal() and len(number) < 10 else None
    found = history_of(reader(request), thing, before=before)
    context = {"thing": thing, "history": found, "newest": before is None}
    return render(request, "wall/history_page.html", context | _around(request, thing))


def _version(request: HttpRequest, thing: Entry | Comment, number: int) -> HttpResponse:
    found = readable_version(reader(request), thing, number)
    context = {"thing": thing, "version": found, "html": _html(request, found.body)}
    return render(request, "wall/version_page.html", context | _around(request, thing))


def _html(request: HttpRequest, body: str) -> TrustedHtml:
    return cards_in(reader(request), [body]).html(drawn(body))


def _around(request: HttpRequest, thing: Entry | Comment) -> dict[str, object]:
    user = reader(request)
    if isinstance(thing, Comment):
        return {
            "address": f"/comments/{thing.pk}",
            "back": f"/e/{thing.entry_id}?comment={thing.pk}",
            "may_edit": may_change_comment(user, thing),
        }
    address = f"/e/{thing.pk}"
    return {"address": address, "back": address, "may_edit": may_change_entry(user, thing)}


def _brought_back(
    request: HttpRequest, thing: Entry | Comment, number: int, was: int
) -> HttpResponse:
    address = str(_around(request, thing)["address"])
    undo = f"{address}/history/{was}/restore" if thing.version != was else ""
    say(request, _("It says again what version %(n)s said.") % {"n": in_digits(str(number))}, undo)
    return HttpResponseRedirect(f"{address}/history")


def merged_sentence(thing: Entry | Comment, seen: int | None) -> str:
    """What a toast says after an edit of version `seen` that met another one; else nothing."""
    other = merged_with(thing, seen) if seen is not None else None
    if other is None:
        return ""
    return merged_words(other.at, other.by)


def merged_words(at: datetime, by: User | None) -> str:
    """That an edit met another one, of whom and when."""
    words = {"time": said(timezone.localtime(at)), "name": isolated(by.name if by else "")}
    return _("Merged with the edit by %(name)s, %(time)s.") % words
