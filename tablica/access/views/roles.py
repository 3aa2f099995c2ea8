"""Roles: what each allows. For administrators."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tablica.access.forms import RoleForm
from tablica.accounts.commands import roles as commands
from tablica.accounts.models import Role
from tablica.accounts.queries import roles as all_roles
from tablica.accounts.queries import seal_of_role
from tablica.accounts.views.answering import (
    for_administrators,
    form_answer,
    reader,
    refuse,
    say,
)
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.writing import isolated

ROLES = "/settings/roles"


@require_safe
@for_administrators
def roles(request: HttpRequest) -> HttpResponse:
    """Every role, and how many people have it."""
    context = {"current": "settings", "setting": "roles", "roles": all_roles()}
    return render(request, "access/roles_page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def new(request: HttpRequest) -> HttpResponse:
    """A role more; with `?of=3` it begins as a copy of another."""
    if request.method != "POST":
        of = request.GET.get("of", "")
        like = Role.objects.filter(pk=int(of) if of.isdecimal() and len(of) < 10 else 0).first()
        like = like or Role.objects.get(slug="member")
        name = _("Copy of %(name)s") % {"name": like} if of else ""
        return _form(request, RoleForm.of(like, name=name))
    form = RoleForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    try:
        added = commands.add_role(form.said, by=reader(request))
    except ValidationError as error:
        refuse(form, error)
        return _form(request, form)
    say(request, _("Added the role %(name)s.") % {"name": isolated(str(added))})
    return HttpResponseRedirect(ROLES)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def role(request: HttpRequest, role_id: int) -> HttpResponse:
    """One role, to read and to change."""
    found = _the_role(role_id)
    if request.method != "POST":
        return _form(request, RoleForm.of(found), found)
    form = RoleForm(request.POST, is_built_in=found.built_in, initial={"name": str(found)})
    if not form.is_valid():
        return _form(request, form, found)
    try:
        commands.change_role(
            role_id, form.said, by=reader(request), seen=form.cleaned_data["seen"] or None
        )
    except (ValidationError, Refused) as error:
        refuse(form, error if isinstance(error, ValidationError) else ValidationError(str(error)))
        return _form(request, form, found)
    except Stale as error:
        form.add_error(None, str(error))
        return _form(request, form, found, status=409)
    say(request, _("Saved. It counts from now on for all who have this role."))
    return HttpResponseRedirect(ROLES)


def _the_role(role_id: int) -> Role:
    found = all_roles().filter(pk=role_id).first()
    if found is None:
        raise Hidden
    return found


def _form(
    request: HttpRequest, form: RoleForm, found: Role | None = None, *, status: int = 0
) -> HttpResponse:
    context = {
        "current": "settings",
        "setting": "roles",
        "form": form,
        "role": found,
        "seal": seal_of_role(found) if found else "",
        "stored": RoleForm.of(found) if found and status == 409 else None,
    }
    code = status or (422 if form.is_bound and form.errors else 200)
    return render(request, "access/role_page.html", context, status=code)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def removal(request: HttpRequest, role_id: int) -> HttpResponse:
    """Ask, then remove a role that nobody has."""
    found = _the_role(role_id)
    if request.method == "POST":
        commands.remove_role(role_id, by=reader(request))
        say(request, _("Removed the role %(name)s.") % {"name": isolated(str(found))})
        return HttpResponseRedirect(ROLES)
    question = _("Nobody has it. What it allowed is gone with it.")
    context = {"action": f"{ROLES}/{role_id}/removal", "back": ROLES, "submit": _("Remove")}
    title = _("Remove the role %(name)s?") % {"name": found}
    return form_answer(request, forms.Form(), title=title, help=question, ends=True, **context)
