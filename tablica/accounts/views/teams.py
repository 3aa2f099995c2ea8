"""Teams as a tree: for administrators."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tablica.accounts.commands.teams import add_team, change_team, remove_team
from tablica.accounts.forms import NewTeamForm, TeamForm
from tablica.accounts.models import Team
from tablica.accounts.queries import is_used, seal_of_team, team_and_below, team_tree
from tablica.accounts.views.answering import for_administrators, form_answer, reader, refuse, say
from tablica.shared.errors import Hidden, Stale
from tablica.shared.writing import isolated

TEAMS = "/settings/teams"


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def teams(request: HttpRequest) -> HttpResponse:
    """GET: the tree. POST: add a team."""
    form = NewTeamForm(request.POST) if request.method == "POST" else NewTeamForm()
    if request.method == "POST" and form.is_valid():
        name, parent = form.cleaned_data["name"], form.cleaned_data["parent"]
        add_team(name, by=reader(request), parent=parent)
        say(request, _("Added the team %(name)s.") % {"name": isolated(name)})
        return HttpResponseRedirect(TEAMS)
    context = {
        "current": "settings",
        "setting": "teams",
        "branches": team_tree(),
        "form": form,
    }
    return render(request, "accounts/teams_page.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def team(request: HttpRequest, team_id: int) -> HttpResponse:
    """Rename a team, or hang it elsewhere."""
    found = Team.objects.select_related("parent").filter(pk=team_id).first()
    if found is None:
        raise Hidden
    stored = {"name": found.name, "parent": found.parent, "seen": seal_of_team(found)}
    if request.method != "POST":
        return _form(request, TeamForm(initial=stored), found)
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _form(request, form, found)
    values = {**form.cleaned_data, "seen": form.cleaned_data["seen"] or None}
    try:
        change_team(team_id, by=reader(request), **values)
    except ValidationError as error:
        refuse(form, error)
        return _form(request, form, found)
    except Stale as error:
        form.add_error(None, str(error))
        now = " · ".join(t.name for t in (found, found.parent) if t)
        return _form(request, form, found, status=409, now=now)
    say(request, _("Saved."))
    return HttpResponseRedirect(TEAMS)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def removal(request: HttpRequest, team_id: int) -> HttpResponse:
    """Ask, then remove a team to which nothing belongs."""
    found = Team.objects.filter(pk=team_id).first()
    if found is None:
        raise Hidden
    name = {"name": isolated(found.name)}
    if request.method == "POST":
        remove_team(team_id, by=reader(request))
        say(request, _("Removed the team %(name)s.") % name)
        return HttpResponseRedirect(TEAMS)
    context = {"action": f"{TEAMS}/{team_id}/removal", "back": TEAMS, "submit": _("Remove")}
    title = _("Remove the team %(name)s?") % name
    question = _("Nobody is in it, and nothing belongs to it.")
    if is_used(found):
        question = _("Something belongs to this team still: people, records or other teams.")
    return form_answer(request, Form(), title=title, help=question, **context)


def _form(request: HttpRequest, form: TeamForm, found: Team, **more: Any) -> HttpResponse:
    form.leave_out(team_and_below(found))
    context = {"action": f"{TEAMS}/{found.pk}", "back": TEAMS, "submit": _("Save")}
    return form_answer(request, form, title=found.name, seal=seal_of_team(found), **context, **more)
