"""Editing one field in place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tablica.records.forms import RecordForm
from tablica.records.kinds import Kind
from tablica.records.merging import met
from tablica.records.models import RecordModel
from tablica.records.rules import hidden_fields, may, withheld
from tablica.records.values import read_value
from tablica.shared.errors import Hidden, Stale
from tablica.shared.text.differences import GONE, NEW, compare, folded
from tablica.wall.commands import lives
from tablica.wall.queries import walls
from tablica.wall.views.answering import is_partial, reader, say, seen_and_kept, version_of
from tablica.wall.views.history import merged_words
from tablica.web.queries import profile
from tablica.web.views.records import the_record

TOGETHER = {"amount": ("amount", "currency")}


@require_http_methods(["GET", "HEAD", "POST"])
def field(request: HttpRequest, record_id: int, name: str) -> HttpResponse:
    """GET: the field in words. POST: save what was typed; a stale write shows both texts."""
    kind, body = _editable(request, record_id, name)
    if request.method != "POST":
        return _shown(request, kind, body, name)
    user = reader(request)
    form = _form(request, kind, body, name, request.POST)
    if not form.is_valid():
        return _form_answer(request, kind, body, name, form, 422)
    seen, keep = seen_and_kept(request)
    before = body.record.version
    try:
        changed = lives.change_record(
            record_id, by=user, values=form.changes(), version=seen, keep=keep
        )
    except Stale as error:
        assert isinstance(error.current, RecordModel)
        return _clash(request, kind, error.current, name, form, str(error))
    other = met(changed.record, seen, form.fields) if changed.record.version != before else None
    toast = merged_words(other.at, other.by) if other else ""
    if not is_partial(request):
        say(request, toast or _("Saved."))
        return HttpResponseRedirect(kind.url_of(record_id))
    kind, body = the_record(request, record_id)
    is_new = body.record.version != before
    return _shown(request, kind, body, name, saved=True, changed=is_new, toast=toast)


def _clash(
    request: HttpRequest, kind: Kind, body: RecordModel, name: str, form: RecordForm, sentence: str
) -> HttpResponse:
    """Both values at the place of the field; of a long text what differs between them."""
    theirs = profile.field_rows(reader(request), kind, body, name)[0].text
    more: dict[str, Any] = {"sentence": sentence, "theirs": theirs, "seen": version_of(request)}
    now = read_value(body, name)
    if getattr(form.fields[name], "multiline", False):
        pieces = compare(now, str(form[name].value() or ""))
        more["theirs"] = now
        more["their_pieces"] = folded([p for p in pieces if p.kind != NEW])
        more["my_pieces"] = folded([p for p in pieces if p.kind != GONE])
    return _form_answer(request, kind, body, name, form, 409, **more)


@require_safe
def field_form(request: HttpRequest, record_id: int, name: str) -> HttpResponse:
    """The field as a small form."""
    kind, body = _editable(request, record_id, name)
    if name in withheld(reader(request), body.record):
        raise Hidden
    return _form_answer(request, kind, body, name, _form(request, kind, body, name), 200)


def _editable(request: HttpRequest, record_id: int, name: str) -> tuple[Kind, RecordModel]:
    kind, body = the_record(request, record_id)
    hidden = hidden_fields(reader(request), kind.name)
    known = name in kind.form_class().base_fields and name not in hidden
    if not known or not may(reader(request), "edit", body.record):
        raise Hidden
    return kind, body


def _form(
    request: HttpRequest, kind: Kind, body: RecordModel, name: str, data: Any = None
) -> RecordForm:
    only = TOGETHER.get(name, (name,))
    return kind.form_class()(data, user=reader(request), body=body, only=only)


def _shown(
    request: HttpRequest,
    kind: Kind,
    body: RecordModel,
    name: str,
    *,
    saved: bool = False,
    changed: bool = False,
    toast: str = "",
) -> HttpResponse:
    if not is_partial(request):
        return HttpResponseRedirect(kind.url_of(body.pk))
    user = reader(request)
    row = profile.field_rows(user, kind, body, name)[0]
    context: dict[str, Any] = {
        "record": body.record,
        "field": row,
        "may_edit": True,
        "saved": saved,
    }
    if not changed:
        return render(request, "web/_field.html", context)
    context |= {"row": walls.last_told(user, body.pk), "on": body.pk, "toast": toast}
    context["about"] = kind.describe([body.pk], hidden_fields(user, kind.name)).get(body.pk, "")
    return render(request, "web/_field_answer.html", context)


def _form_answer(
    request: HttpRequest,
    kind: Kind,
    body: RecordModel,
    name: str,
    form: RecordForm,
    status: int,
    **more: Any,
) -> HttpResponse:
    context = {"kind": kind, "body": body, "record": body.record, "form": form, "name": name}
    template = "web/_field_form.html" if is_partial(request) else "web/field_page.html"
    return render(request, template, context | {"current": kind.name} | more, status=status)
