"""Tags: suggested while typing, and looked after in one place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tablica.accounts.views.answering import form_answer
from tablica.records.models import Tag
from tablica.records.rules import may_curate_tags
from tablica.records.tags import rename_tag, tag_key
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text import BadText
from tablica.shared.writing import isolated
from tablica.wall.commands.tags import merge_tags, remove_tag, undo_merge
from tablica.wall.forms import MergeForm, TagForm
from tablica.wall.queries.spelling import spell
from tablica.wall.queries.tags import tag_page, uses_of, visible_tags
from tablica.wall.views.answering import reader, say, version_of

TAGS = "/settings/tags"
SUGGESTED = 8


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """The names of tags the reader meets: those beginning with what is typed come first."""
    key = tag_key(request.GET.get("q", "").replace("\0", "")[:60])
    tags = visible_tags(reader(request)) if key else Tag.objects.none()
    found = list(tags.filter(key__startswith=key)[:SUGGESTED])
    if len(found) < SUGGESTED:
        within = tags.filter(key__contains=key).exclude(key__startswith=key)
        found += within[: SUGGESTED - len(found)]
    spell(reader(request), found)
    return JsonResponse([tag.name for tag in found], safe=False)


@require_safe
def tags(request: HttpRequest) -> HttpResponse:
    """Every tag, and how often the reader meets it."""
    user = reader(request)
    if not may_curate_tags(user):
        raise Hidden
    q, after = request.GET.get("q", "").replace("\0", ""), request.GET.get("after", "")
    rows, following = tag_page(user, tag_key(q), after=after.replace("\0", ""))
    context = {
        "current": "settings",
        "setting": "tags",
        "rows": rows,
        "after": following,
        "q": q[:60],
    }
    return render(request, "wall/tags_page.html", context)


def the_tag(request: HttpRequest, tag_id: int) -> Tag:
    """The tag, for who looks after the tags; else `Hidden`."""
    tag = Tag.objects.filter(pk=tag_id).first()
    if tag is None or not may_curate_tags(reader(request)):
        raise Hidden
    return tag


@require_http_methods(["GET", "HEAD", "POST"])
def tag(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Rename a tag everywhere at once."""
    found = the_tag(request, tag_id)
    if request.method != "POST":
        return _form(request, TagForm(initial={"name": found.name}), found)
    form = TagForm(request.POST)
    if not form.is_valid():
        return _form(request, form, found)
    try:
        name = form.cleaned_data["name"]
        renamed = rename_tag(tag_id, by=reader(request), name=name, version=version_of(request))
    except (BadText, Refused) as error:
        form.add_error("name", str(error))
        return _form(request, form, found)
    except Stale as error:
        form.add_error(None, str(error))
        return _form(request, form, found, status=409, now=found.name)
    say(request, _("The tag is #%(name)s now.") % {"name": isolated(renamed.name)})
    return HttpResponseRedirect(TAGS)


def _form(request: HttpRequest, form: forms.Form, found: Tag, **more: Any) -> HttpResponse:
    said = {
        "title": f"#{found.name}",
        "action": f"{TAGS}/{found.pk}",
        "submit": _("Rename"),
        "back": TAGS,
        "version": found.version,
    }
    return form_answer(request, form, **{**said, **more})


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Put another tag in the place of this one."""
    found = the_tag(request, tag_id)
    said = {
        "title": _("Merge #%(name)s into another tag") % {"name": isolated(found.name)},
        "action": f"{TAGS}/{found.pk}/merge",
        "submit": _("Merge"),
        "help": _("Every record and entry keeps its place; this tag is gone afterwards."),
    }
    form = MergeForm(request.POST) if request.method == "POST" else MergeForm()
    if request.method != "POST" or not form.is_valid():
        return _form(request, form, found, **said)
    try:
        into = merge_tags(tag_id, into=form.cleaned_data["into"].pk, by=reader(request))
    except Refused as error:
        form.add_error("into", str(error))
        return _form(request, form, found, **said)
    words = {"name": isolated(found.name), "into": isolated(into.name)}
    say(request, _("#%(name)s is #%(into)s now.") % words, f"{TAGS}/{tag_id}/merge/undo")
    return HttpResponseRedirect(TAGS)


@require_POST
def unmerge(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Bring back a tag that another one replaced, wherever it was."""
    back = undo_merge(tag_id, by=reader(request))
    say(request, _("#%(name)s is back.") % {"name": isolated(back.name)})
    return HttpResponseRedirect(TAGS)


@require_http_methods(["GET", "HEAD", "POST"])
def removal(request: HttpRequest, tag_id: int) -> HttpResponse:
    """Take a tag off everything, after saying how much that is."""
    found = the_tag(request, tag_id)
    if request.method == "POST":
        remove_tag(tag_id, by=reader(request), version=version_of(request))
        say(request, _("The tag #%(name)s is gone.") % {"name": isolated(found.name)})
        return HttpResponseRedirect(TAGS)
    uses = uses_of(reader(request), [found.pk]).get(found.pk, 0)
    said = {
        "title": _("Delete #%(name)s") % {"name": isolated(found.name)},
        "action": f"{TAGS}/{found.pk}/removal",
        "submit": _("Delete for everybody"),
        "help": _("You see it in %(n)d places. This cannot be undone.") % {"n": uses},
    }
    return _form(request, forms.Form(), found, **said)
