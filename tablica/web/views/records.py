"""Lists, profiles and forms of records; the same for every kind."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.accounts.queries import colleagues
from tablica.records.forms import RecordForm, choices_of
from tablica.records.kinds import Kind, kind_named
from tablica.records.looking import tell_opened
from tablica.records.merging import met
from tablica.records.models import Record, RecordModel
from tablica.records.rules import hidden_fields, may, may_create, may_export
from tablica.records.values import OWNERSHIP
from tablica.shared.errors import Hidden, Stale
from tablica.shared.text import BadText
from tablica.shared.writing import isolated
from tablica.wall.commands import lives
from tablica.wall.models import Follow
from tablica.wall.queries.context import related_to
from tablica.wall.queries.follows import following
from tablica.wall.views.answering import is_partial, reader, say, version_of
from tablica.wall.views.history import merged_words
from tablica.wall.views.wall import piece_of, wall_context
from tablica.web.queries import lists, profile
from tablica.web.templatetags.web import said

MOST_NAMES = 300
WIDE = {"longtext", "records", "audience"}


def the_body(request: HttpRequest, kind: Kind, record_id: int) -> RecordModel:
    """The body of a record of this kind that the reader may see; else `Hidden`."""
    body = profile.body_for(reader(request), kind.name, record_id)
    if body is None:
        raise Hidden
    return body


def the_record(request: HttpRequest, record_id: int) -> tuple[Kind, RecordModel]:
    """The kind and body of a record of whatever kind that the reader may see; else `Hidden`."""
    found = Record.objects.visible_to(reader(request)).filter(pk=record_id)
    name = found.values_list("kind", flat=True).first()
    if name is None:
        raise Hidden
    kind = kind_named(name)
    return kind, the_body(request, kind, record_id)


@require_safe
def list_page(request: HttpRequest, kind: str) -> HttpResponse:
    """The records of a kind: found, filtered, sorted; more as one scrolls."""
    of = kind_named(kind)
    user = reader(request)
    wanted = lists.Wanted.of(user, of, request.GET)
    page = lists.list_page(user, of, wanted, request.GET.get("after", ""))
    here = f"/{of.path}"
    context: dict[str, Any] = {"kind": of, "rows": page.rows, "current": of.name}
    if page.next:
        context["next_url"] = f"{here}?{urlencode({**wanted.values(), 'after': page.next})}"
    if is_partial(request) and request.GET.get("after"):
        return render(request, "web/_rows.html", context)
    choices = lists.choice_fields(user, of)
    context |= {
        "wanted": wanted,
        "columns": lists.columns_of(user, of),
        "people": colleagues()[:MOST_NAMES],
        "choices": [
            (name, choice.label, choices_of(choice), wanted.choices.get(name, ""))
            for name, choice in choices.items()
        ],
        "sorts": _sorts(here, wanted),
        "here": here,
        "may_create": may_create(user, of.name),
        "may_export": may_export(user, of.name),
        "query": urlencode(wanted.values()),
    }
    return render(request, "web/list_page.html", context)


def _sorts(here: str, wanted: lists.Wanted) -> dict[str, dict[str, str]]:
    """For each sortable column: the address that sorts by it, and how it is sorted now."""
    sorts = {}
    for name in lists.SORTS:
        first = name if name == "title" else f"-{name}"
        other = name if first.startswith("-") else f"-{name}"
        values = wanted.values() | {"sort": other if wanted.sort == first else first}
        now = {name: "ascending", f"-{name}": "descending"}.get(wanted.sort, "none")
        sorts[name] = {"url": f"{here}?{urlencode(values)}", "now": now}
    return sorts


@require_safe
def record_page(request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
    """The profile of a record with its wall."""
    user = reader(request)
    of = kind_named(kind)
    body = the_body(request, of, record_id)
    record = body.record
    tell_opened(user, record)
    related = related_to(user, record)
    if piece := piece_of(request):
        return render(request, piece, wall_context(request, record, related, more=True))
    fields = profile.field_rows(user, of, body)
    context = {
        "kind": of,
        "body": body,
        "current": of.name,
        "fields": fields,
        "empty_fields": [f for f in fields if not f.text and not f.links],
        "panels": profile.panels(user, related),
        "about": of.describe([record.pk], hidden_fields(user, of.name)).get(record.pk, ""),
        "tags": profile.tags_of(record),
        "followers": profile.followers(record),
        "following": following(user, record.pk),
        "modes": Follow.Mode.choices,
        "may_edit": may(user, "edit", record),
        "may_delete": may(user, "delete", record),
        **wall_context(request, record, related),
    }
    return render(request, "web/record_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Add a record. Values in the address fill the form in: `?company=7`."""
    user = reader(request)
    of = kind_named(kind)
    if not may_create(user, of.name):
        raise Hidden
    if request.method != "POST":
        known = set(of.form_class().base_fields)
        given = {
            name: request.GET.getlist(name) if len(request.GET.getlist(name)) > 1 else value
            for name, value in request.GET.items()
            if name in known
        }
        form = of.form_class()(user=user, initial={"owner": user.pk} | given)
        return _form_page(request, of, form)
    form = of.form_class()(request.POST, user=user)
    typed = request.POST.get("tags", "")
    if not form.is_valid():
        return _form_page(request, of, form, status=422, tags=typed)
    try:
        tags = typed.replace(",", " ").replace("#", " ").split()
        with transaction.atomic():
            body = lives.create_record(of.name, by=user, values=form.changes(), tags=tags)
    except BadText as error:
        form.add_error(None, str(error))
        return _form_page(request, of, form, status=422, tags=typed)
    return HttpResponseRedirect(of.url_of(body.pk))


def _form_page(
    request: HttpRequest,
    kind: Kind,
    form: RecordForm,
    *,
    body: RecordModel | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    facts = [name for name in form.fields if name == "title" or name not in OWNERSHIP]
    form.order_fields(facts)  # whose it is and who reads it come last, as on the profile
    fixed = profile.fixed_rows(reader(request), kind, body) if body else []
    wide = [n for n, f in form.fields.items() if getattr(f, "api_type", "") in WIDE or n == "title"]
    context = {"kind": kind, "form": form, "body": body, "current": kind.name, "wide": wide}
    context |= {"fixed": fixed, **more}
    return render(request, "web/form_page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, record_id: int) -> HttpResponse:
    """Change all fields of a record in one form, told in one entry."""
    user = reader(request)
    kind, body = the_record(request, record_id)
    if not may(user, "edit", body.record):
        raise Hidden
    if request.method != "POST":
        return _form_page(request, kind, kind.form_class()(user=user, body=body), body=body)
    form = kind.form_class()(request.POST, user=user, body=body)
    if not form.is_valid():
        return _form_page(request, kind, form, body=body, status=422)
    touched = _touched(request.POST, form)
    values = {name: value for name, value in form.changes().items() if name in touched}
    seen = version_of(request)
    try:
        changed = lives.change_record(record_id, by=user, values=values, version=seen, keep="apart")
    except Stale as error:
        fresh = kind.form_class()(user=user, body=body)
        differing = [
            (form[name].label, _now(fresh, name), form[name].value()) for name in error.theirs
        ]
        return _form_page(
            request, kind, form, body=body, status=409, differing=differing, sentence=str(error)
        )
    other = met(changed.record, seen, values)
    say(request, merged_words(other.at, other.by) if other else _("Saved."))
    return HttpResponseRedirect(kind.url_of(record_id))


def _now(form: RecordForm, name: str) -> Any:
    return form.initial.get(name)


def _touched(data: QueryDict, form: RecordForm) -> set[str]:
    """The fields whose typed value differs from what the form showed (in `was_…` fields).

    So that a field changed by somebody else meanwhile is not put back by leaving it alone.
    """
    return {
        name
        for name, field in form.fields.items()
        if f"was_{name}" not in data
        or data[f"was_{name}"] != said(field.widget.value_from_datadict(data, form.files, name))
    }


@require_POST
def trash(request: HttpRequest, record_id: int) -> HttpResponse:
    """Throw a record away, with undo at hand."""
    record = lives.trash_record(record_id, by=reader(request), version=version_of(request))
    text = _("“%(title)s” is in the trash for 30 days.") % {"title": isolated(record.title)}
    say(request, text, f"/r/{record_id}/restore")
    return HttpResponseRedirect(f"/{kind_named(record.kind).path}")


@require_POST
def restore(request: HttpRequest, record_id: int) -> HttpResponse:
    """Take a record out of the trash."""
    record = lives.restore_record(record_id, by=reader(request))
    say(request, _("“%(title)s” is back.") % {"title": isolated(record.title)})
    return HttpResponseRedirect(kind_named(record.kind).url_of(record_id))


@require_POST
def tags(request: HttpRequest, record_id: int) -> HttpResponse:
    """Give the record exactly the tags typed (`tags`), or add or remove one."""
    user = reader(request)
    kind, body = the_record(request, record_id)
    names = {tag.name for tag in profile.tags_of(body.record)}
    added = request.POST.get("add", "").replace(",", " ").replace("#", " ").split()
    names = (names | set(added)) - set(request.POST.getlist("remove"))
    errors: list[str] = []
    try:
        with transaction.atomic():
            lives.tag_record(record_id, by=user, tags=sorted(names))
    except (BadText, ValidationError) as error:
        errors = [str(error)]
    if not is_partial(request):
        say(request, " ".join(errors))
        return HttpResponseRedirect(kind.url_of(record_id))
    context = {"record": body.record, "tags": profile.tags_of(body.record), "errors": errors}
    status = 422 if errors else 200
    return render(request, "web/_tags.html", context | {"may_edit": True}, status=status)
