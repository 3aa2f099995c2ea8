"""A wall as pages show it: the filters of the address, a page of entries, the context switch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.shared.paging import BadCursor, Cursor
from tablica.wall.models import Entry, Placement
from tablica.wall.queries import walls
from tablica.wall.queries.context import Related, context_ids, sources
from tablica.wall.queries.drafts import drafts_on, said_all
from tablica.wall.queries.filters import BadFilter, Filters
from tablica.wall.queries.stream import stream
from tablica.wall.types import all_types
from tablica.wall.views.answering import is_partial, reader


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address of the view without it."""

    label: str
    address: str


def wall_context(
    request: HttpRequest,
    record: Record | None = None,
    related: list[Related] | None = None,
    *,
    more: bool = False,
) -> dict[str, Any]:
    """What the templates of a wall need; without `record` it is the dashboard wall.

    With `more` only what the next page of entries needs; so also with `?fresh=12-13`, which asks
    which of these entries belong to the view of this address.
    """
    user = reader(request)
    filters = filters_of(request)
    newer = False
    only = fresh_of(request)
    at = _place(request, user) if record is not None else None
    before = Cursor(at.happened_at, at.id + 1) if at else _cursor(request)
    on = request.GET.get("context") == "1"
    followed = request.GET.get("followed") == "1"
    extra = {"context": "1" if on else "", "followed": "1" if followed else ""}
    if record is not None:
        context = context_ids(related or []) if on else ()
        page = walls.wall(
            user,
            record,
            filters=filters,
            context=context,
            before=before,
            all_comments=at is not None,
            only=only,
        )
        newer = at is not None and _has_newer(user, [record.pk, *context], filters, at)
    else:
        page = walls.feed(user, filters=filters, followed=followed, before=before, only=only)
    here = request.path
    shown: dict[str, Any] = {
        "record": record,
        "on": record.pk if record else None,
        "items": list(stream(page.rows, last_day=_day(before) if at is None else None)),
        "next_url": page.next and f"{here}?{filters.address(**extra, before=page.next.encode())}",
        "drafts": said_all(drafts_on(user, None if more else record, page.rows)),
    }
    if only is not None:
        shown["arrived"] = len(page.rows) + _waiting(request)
    if more:
        return shown
    shown |= _around(user, filters, extra, record, related, on=on)
    shown |= {"here": here, "followed": followed, "at_place": at is not None and newer}
    if record is not None and not filters.any and at is None:
        shown["pinned"] = walls.pinned(user, record)
    return shown


def fresh_of(request: HttpRequest) -> list[int] | None:
    """The numbers in `?fresh=12-13`: entries of which an open page has heard."""
    if "fresh" not in request.GET:
        return None
    said = request.GET["fresh"].split("-", walls.PAGE)[: walls.PAGE]
    return [int(n) for n in said if n.isdecimal() and len(n) < 19]


def _waiting(request: HttpRequest) -> int:
    """How many entries wait above the page already."""
    said = request.GET.get("waiting", "")
    return int(said) if said.isdecimal() and len(said) < 6 else 0


def piece_of(request: HttpRequest) -> str:
    """The template of the piece of a wall that is asked for, "" for the whole page."""
    if not is_partial(request):
        return ""
    if fresh_of(request) is not None:
        return "wall/_arrived.html"
    return "wall/_stream.html" if request.GET.get("before") else ""


def _has_newer(user: User, walls_of: list[int], filters: Filters, at: Cursor) -> bool:
    """Whether something stands above the entry with which the page begins."""
    above = Q(happened_at__gt=at.happened_at) | Q(happened_at=at.happened_at, pk__gt=at.id)
    entries = Entry.objects.visible_to(user).filter(filters.q_filter(user), above)
    placed = Placement.objects.filter(record=walls_of[0]).values("entry")
    # One after the other: together no index serves them.
    at_home, from_elsewhere = entries.filter(record__in=walls_of), entries.filter(pk__in=placed)
    return at_home.exists() or from_elsewhere.exists()


def _around(
    user: User,
    filters: Filters,
    extra: dict[str, str],
    record: Record | None,
    related: list[Related] | None,
    *,
    on: bool,
) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "filters": filters,
        "filters_address": filters.address(),
        "filters_chosen": _chosen(filters),
        "chips": _chips(filters, extra),
        "context_on": on,
        "context_address": filters.address(**{**extra, "context": "" if on else "1"}),
    }
    if record is not None:
        shown["own_count"], shown["sources"] = sources(user, record, related or [])
    return shown


def filters_of(request: HttpRequest) -> Filters:
    """The filters of the address; one that makes no sense is said and left out."""
    data = request.GET.copy()
    while True:
        try:
            return Filters.of(data)
        except BadFilter as error:
            messages.error(
                request, _("“%(value)s” cannot be filtered by.") % {"value": data[error.field]}
            )
            del data[error.field]


def _cursor(request: HttpRequest) -> Cursor | None:
    try:
        return Cursor.decode(request.GET["before"]) if request.GET.get("before") else None
    except BadCursor:
        return None


def _place(request: HttpRequest, user: User) -> Cursor | None:
    """Where the entry of `?at=` stands, when the reader may see it."""
    number = request.GET.get("at", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    entry = walls.position_of(user, int(number))
    return walls.cursor_of(entry) if entry else None


def _day(before: Cursor | None) -> Any:
    try:
        return timezone.localtime(before.happened_at).date() if before else None
    except OverflowError:  # a forged place at the end of all time
        return None


def said_days(filters: Filters) -> dict[str, str]:
    """The period as date inputs take it."""
    last = filters.until and filters.until - timedelta(seconds=1)
    return {"since": _said_day(filters.since), "until": _said_day(last)}


def _chosen(filters: Filters) -> dict[str, str]:
    """What stands in the folded part of the filter, by the names of its fields."""
    chosen = {
        "type": filters.type,
        "tag": filters.tag,
        "author": str(filters.author or ""),
        **said_days(filters),
        "has_file": "1" if filters.has_file else "",
    }
    return {name: value for name, value in chosen.items() if value}


def _said_day(moment: datetime | None) -> str:
    """The local day of a moment as a date input takes it."""
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _author(number: int) -> str:
    return User.objects.filter(pk=number).values_list("name", flat=True).first() or str(number)


def _chips(filters: Filters, extra: dict[str, str]) -> list[Chip]:
    labels = {
        "type": next((str(t.label) for t in all_types() if t.name == filters.type), filters.type),
        "tag": filters.tag and f"#{filters.tag}",
        "author": filters.author and _author(filters.author),
        "since": filters.since and _("from %(day)s") % {"day": filters.since.date()},
        "until": filters.until
        and _("until %(day)s") % {"day": (filters.until - timedelta(seconds=1)).date()},
        "has_file": filters.has_file and _("with files"),
        "q": filters.q and _("“%(words)s”") % {"words": filters.q},
        "talk": filters.talk and _("Talk"),
    }
    return [
        Chip(str(label), filters.without(name).address(**extra))
        for name, label in labels.items()
        if label
    ]
