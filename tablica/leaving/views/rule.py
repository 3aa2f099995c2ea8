"""What becomes of what nobody else could read: the rule of the company. For administrators."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tablica.accounts.views.answering import (
    for_administrators,
    form_answer,
    local_target,
    reader,
    say,
)
from tablica.accounts.views.people import PEOPLE
from tablica.leaving.commands.rule import change_rule
from tablica.leaving.forms import RuleForm
from tablica.leaving.models import LeavingRule, the_rule
from tablica.leaving.queries.rule import seal_of_rule
from tablica.shared.errors import Stale


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def rule(request: HttpRequest) -> HttpResponse:
    """Say it; it counts for handovers that begin from now on."""
    stored = the_rule()
    said = {"records": stored.records, "entries": stored.entries, "drafts": stored.drafts}
    if request.method != "POST":
        return _form(request, RuleForm(initial=said), stored)
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _form(request, form, stored)
    values = {name: form.cleaned_data[name] for name in said}
    try:
        change_rule(by=reader(request), seen=form.cleaned_data["seen"] or None, **values)
    except Stale as error:
        form.add_error(None, str(error))
        now = " · ".join(
            str(one)
            for one in (
                stored.get_records_display(),
                stored.get_entries_display(),
                stored.get_drafts_display(),
            )
        )
        return _form(request, form, stored, status=409, now=now)
    say(request, _("Saved."))
    return HttpResponseRedirect(local_target(request, PEOPLE))


def _form(request: HttpRequest, form: RuleForm, stored: LeavingRule, **more: Any) -> HttpResponse:
    back = local_target(request, PEOPLE)
    return form_answer(
        request,
        form,
        title=_("What becomes of what only who leaves could read"),
        help=_("Nothing is deleted. It counts for handovers that begin from now on."),
        action=f"/settings/leaving?{urlencode({'next': back})}",
        back=back,
        submit=_("Save"),
        seal=seal_of_rule(stored),
        **more,
    )
