"""What a wall offers to choose from, fetched when it is opened: a page need not carry everybody."""

from __future__ import annotations

from itertools import islice

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tablica.accounts.queries import colleagues
from tablica.shared.markdown import MOST_CARDS
from tablica.wall.queries.cards import cards_of
from tablica.wall.queries.mentions import to_mention
from tablica.wall.types import all_types
from tablica.wall.views.answering import reader
from tablica.wall.views.wall import filters_of, said_days

MOST_NAMES = 300


@require_safe
def filters(request: HttpRequest) -> HttpResponse:
    """The fields of the filter, as the address has them."""
    wanted = filters_of(request)
    context = {
        "filters": wanted,
        "types": all_types(),
        "people": colleagues()[:MOST_NAMES],
        **said_days(wanted),
    }
    return render(request, "wall/_filter_choices.html", context)


@require_safe
def readers(request: HttpRequest) -> HttpResponse:
    """The colleagues who may be named as the readers of an entry."""
    return render(request, "wall/_readers.html", {"people": colleagues()[:MOST_NAMES]})


@require_safe
def cards(request: HttpRequest) -> JsonResponse:
    """How the records named in a text are drawn for the reader: `?n=12&n=15`, by their numbers.

    Whatever is asked for is answered: what the reader may not see, in the words for all of it.
    """
    asked = (n for n in request.GET.getlist("n") if n.isascii() and n.isdecimal() and len(n) < 16)
    numbers = dict.fromkeys(int(n) for n in islice(asked, MOST_CARDS))
    found = cards_of(reader(request), numbers)
    return JsonResponse({str(number): found.drawn(number) for number in numbers})


@require_safe
def mentions(request: HttpRequest) -> JsonResponse:
    """Whom one may mean after @: on the wall `on`, or in an answer to `entry`.

    Who cannot read there is offered with a word that says so.
    """
    numbers = {name: request.GET.get(name, "") for name in ("on", "entry")}
    known = {k: int(n) for k, n in numbers.items() if n.isdecimal() and len(n) < 19}
    typed = request.GET.get("q", "").replace("\0", "")[:60]
    found = to_mention(reader(request), typed, **known)
    return JsonResponse([{"name": one.name, "note": one.note} for one in found], safe=False)
