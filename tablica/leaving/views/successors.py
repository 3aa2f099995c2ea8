"""Choosing who gets a kind, a group, one record, or the rest. For administrators."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tablica.accounts.models import User
from tablica.accounts.views.answering import for_administrators, form_answer, reader, refuse
from tablica.accounts.views.people import PEOPLE, the_user
from tablica.leaving.commands.planning import choose_heir, choose_successor, rows_named
from tablica.leaving.forms import SuccessorForm
from tablica.leaving.models import Handover, latest_of
from tablica.leaving.queries.staying import staying_without
from tablica.leaving.views.pages import number_in
from tablica.records.kinds import UnknownKind, kind_named
from tablica.records.models import Record
from tablica.shared.errors import Hidden
from tablica.shared.writing import in_digits


@dataclass(frozen=True)
class Asked:
    """What is to go to somebody: a kind or a group of it, one row, or (without) the rest."""

    kind: str
    of: int | None
    nobody: bool
    row: int

    @property
    def is_rest(self) -> bool:
        return not (self.kind or self.row)

    @property
    def address(self) -> str:
        """The same as the end of an address."""
        named = {"kind": self.kind, "of": self.of or "", "row": self.row or ""}
        said = {name: value for name, value in named.items() if value}
        return urlencode(said | ({"nobody": 1} if self.nobody else {}))


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        request.GET.get("kind", "")[:40],
        number_in(request, "of"),
        "nobody" in request.GET,
        number_in(request, "row") or 0,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
def successor(request: HttpRequest, user_id: int) -> HttpResponse:
    """Who gets this; `?kind=`, `?of=` or `?nobody=1` a group of it, `?row=` one, else the rest."""
    person, asked = the_user(user_id), _asked(request)
    handover = latest_of(person)
    if handover is None or handover.is_undo or handover.ended_at:
        raise Hidden
    kind, title = _named(request, handover, asked)
    staying = staying_without(person)
    able = staying.may_own(kind) if kind else staying.people
    if request.method != "POST":
        return _form(request, person, asked, SuccessorForm(able=able), title)
    form = SuccessorForm(request.POST, able=able)
    if not form.is_valid():
        return _form(request, person, asked, form, title)
    try:
        _choose(person, reader(request), asked, form.cleaned_data["to"])
    except ValidationError as error:
        refuse(form, error)
        return _form(request, person, asked, form, title)
    back = f"{PEOPLE}/{user_id}/leaving"
    return HttpResponseRedirect(f"{back}/records?kind={kind}" if asked.row else f"{back}#handover")


def _named(request: HttpRequest, handover: Handover, asked: Asked) -> tuple[str, str]:
    """The kind that is asked for, and what the form is called. `Hidden` when there is none."""
    if asked.is_rest:
        return "", _("Who gets what hangs on no record?")
    rows = rows_named(handover, kind=asked.kind, of=asked.of, nobody=asked.nobody, row=asked.row)
    if asked.row:
        row = rows.filter(record__in=Record.objects.visible_to(reader(request))).first()
        if row is None or row.record is None:
            raise Hidden
        return row.kind, _("Who gets “%(title)s”?") % {"title": row.record.title}
    try:
        kind = kind_named(asked.kind)
    except UnknownKind:
        raise Hidden from None
    return kind.name, f"{kind.plural}: {in_digits(str(rows.count()))}"


def _choose(person: User, by: User, asked: Asked, to: User) -> None:
    if asked.is_rest:
        choose_heir(person, by=by, to=to)
    else:
        which = {"kind": asked.kind, "of": asked.of, "nobody": asked.nobody, "row": asked.row}
        choose_successor(person, by=by, to=to, **which)


def _form(
    request: HttpRequest, person: User, asked: Asked, form: SuccessorForm, title: str
) -> HttpResponse:
    back = f"{PEOPLE}/{person.pk}/leaving"
    action = f"{back}/successor?{asked.address}"
    return form_answer(
        request, form, title=title, action=action, back=back, submit=_("Hand over to them")
    )
