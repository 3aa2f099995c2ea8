"""The board of deals, and moving deals on: from a card, from the profile, or as a plain form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tablica.accounts.models import User
from tablica.records.rules import hidden_fields, may, may_create
from tablica.sales import commands, queries, rules
from tablica.sales.models import Deal
from tablica.shared.errors import Hidden, Stale
from tablica.wall.queries import walls
from tablica.wall.views.answering import asks_for, is_partial, reader, refusal, say

Change = Callable[[User, int | None], Deal]


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """The open deals by stage; with `?mine=1` only the reader's own."""
    if not rules.sees_way(reader(request)):
        raise Hidden
    columns = queries.board(reader(request), mine=_is_mine(request))
    context = {
        **_shown(request),
        "columns": columns,
        "open": sum(column.count for column in columns),
        "may_create": may_create(reader(request), "deal"),
    }
    return render(request, "sales/board_page.html", context)


@require_safe
def menu(request: HttpRequest, deal_id: int) -> HttpResponse:
    """What can be done with a card of the board; a whole page is the profile, which has it all."""
    deal = _the_deal(request, deal_id)
    user = reader(request)
    may_move = rules.may_move_on(user) and may(user, "edit", deal.record)
    if not is_partial(request) or not may_move:
        return HttpResponseRedirect(f"/deals/{deal_id}")
    context = {
        "deal": deal,
        "version": deal.record.version,
        "stages": queries.stages(),
        "target": f"#card-{deal_id}",
        "query": "?mine=1" if _is_mine(request) else "",
        "may_end": rules.may_end(user),
    }
    return render(request, "sales/_card_menu.html", context)


def _shown(request: HttpRequest) -> dict[str, Any]:
    return {"current": "deal", "mine": _is_mine(request)}


def _is_mine(request: HttpRequest) -> bool:
    return request.GET.get("mine") == "1"


@require_POST
def stage(request: HttpRequest, deal_id: int, slug: str = "") -> HttpResponse:
    """Bring a deal to another stage; undo brings it back to where it was."""
    before = _the_deal(request, deal_id)
    chosen = slug or request.POST.get("stage", "")
    return _carry_out(
        request,
        before,
        lambda by, seen: commands.move_to_stage(deal_id, by=by, stage=chosen, version=seen),
        says=lambda deal: _("Moved to %(stage)s.") % {"stage": _(deal.stage.name)},
        undo=f"/deals/{deal_id}/stage/{before.stage.slug}",
    )


@require_POST
def win(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The client said yes."""
    reason = _said(request, "reason")
    return _carry_out(
        request,
        _the_deal(request, deal_id),
        lambda by, seen: commands.win_deal(deal_id, by=by, reason=reason, version=seen),
        says=lambda deal: _("Won."),
        undo=f"/deals/{deal_id}/reopen",
    )


@require_POST
def lose(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The client said no, and why."""
    reason = _said(request, "reason")
    return _carry_out(
        request,
        _the_deal(request, deal_id),
        lambda by, seen: commands.lose_deal(deal_id, by=by, reason=reason, version=seen),
        says=lambda deal: _("Lost, and noted why."),
        undo=f"/deals/{deal_id}/reopen",
    )


@require_POST
def reopen(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Take the end of a deal back."""
    before = _the_deal(request, deal_id)
    end = {Deal.Outcome.WON: "win", Deal.Outcome.LOST: "lose"}.get(Deal.Outcome(before.outcome))
    return _carry_out(
        request,
        before,
        lambda by, seen: commands.reopen_deal(deal_id, by=by, version=seen),
        says=lambda deal: _("Open again."),
        undo=f"/deals/{deal_id}/{end}" if end else "",
        reason=before.outcome_reason,
    )


def _the_deal(request: HttpRequest, deal_id: int) -> Deal:
    """The deal as it is before the change, when the reader may see it; else `Hidden`."""
    deal = queries.deal_for(reader(request), deal_id)
    if deal is None:
        raise Hidden
    return deal


def _said(request: HttpRequest, name: str) -> str:
    """A value of the form, or of the address by which a change is undone."""
    return request.POST.get(name) or request.GET.get(name, "")


def _seen(request: HttpRequest) -> int | None:
    number = _said(request, "version")
    return int(number) if number.isdecimal() and len(number) < 10 else None


def _carry_out(
    request: HttpRequest,
    before: Deal,
    change: Change,
    *,
    says: Callable[[Deal], str],
    undo: str,
    **more: str,
) -> HttpResponse:
    """Do it and answer where it was asked: on the board, on the profile, or on a plain page."""
    try:
        change(reader(request), _seen(request))
    except ValidationError as error:
        back = _back(request, before.pk)
        return refusal(request, error, page="wall/refused_page.html", back=back)
    except Stale as error:
        return _stale(request, before.pk, error)
    deal = _the_deal(request, before.pk)
    if deal.record.version == before.record.version:
        return _answer(request, deal, "", "")
    said = urlencode({"version": deal.record.version, **{n: v for n, v in more.items() if v}})
    return _answer(request, deal, says(deal), f"{undo}?{said}" if undo else "")


def _answer(request: HttpRequest, deal: Deal, toast: str, undo: str) -> HttpResponse:
    if not is_partial(request):
        if toast:
            say(request, toast, undo)
        return HttpResponseRedirect(_back(request, deal.pk))
    context: dict[str, Any] = {"toast": toast, "undo": undo}
    if asks_for(request, "way"):
        return render(
            request, "sales/_way_answer.html", context | _way(request, deal, changed=bool(toast))
        )
    user = reader(request)
    if asks_for(request, "board"):
        context |= {"columns": queries.board(user, mine=_is_mine(request)), **_shown(request)}
        return render(request, "sales/_board_answer.html", context)
    card = queries.card_of(user, deal) if deal.is_open else None
    context |= {"card": card, "gone": deal.pk, **_shown(request)}
    context["columns"] = queries.columns(user, mine=_is_mine(request))
    return render(request, "sales/_card_answer.html", context)


def _way(request: HttpRequest, deal: Deal, *, changed: bool) -> dict[str, Any]:
    """The way of a deal, and what its wall tells of the change."""
    user = reader(request)
    hidden = hidden_fields(user, "deal")
    return {
        "way": queries.way_of(user, deal),
        "record": deal.record,
        "may_edit": may(user, "edit", deal.record),
        "row": walls.last_told(user, deal.pk) if changed else None,
        "about": queries.describe_deals([deal.pk], hidden)[deal.pk],
        "on": deal.pk,
    }


def _stale(request: HttpRequest, deal_id: int, error: Stale) -> HttpResponse:
    """409: what is stored now is shown, and nothing was changed."""
    sentence = _("%(sentence)s Look again, and decide anew.") % {"sentence": str(error)}
    context: dict[str, Any] = {"sentences": [sentence], "toast": sentence, "level": "error"}
    if not is_partial(request):
        context["back"] = _back(request, deal_id)
        return render(request, "wall/refused_page.html", context, status=409)
    if asks_for(request, "way"):
        context |= _way(request, _the_deal(request, deal_id), changed=False)
        return render(request, "sales/_way_answer.html", context, status=409)
    user = reader(request)
    context |= {"columns": queries.board(user, mine=_is_mine(request)), **_shown(request)}
    return render(request, "sales/_board_answer.html", context | {"oob": True}, status=409)


def _back(request: HttpRequest, deal_id: int) -> str:
    """The board or the profile, wherever the form was."""
    try:
        came = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all
        return f"/deals/{deal_id}"
    if came.netloc == request.get_host() and came.path == "/deals/board":
        return f"{came.path}?{came.query}" if came.query else came.path
    return f"/deals/{deal_id}"
