"""The page of hits, and suggestions for the palette and for picking records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tablica.accounts.models import User
from tablica.accounts.queries import colleagues
from tablica.records.kinds import Text, all_kinds
from tablica.records.models import Record
from tablica.records.rules import may_create
from tablica.records.tags import tag_key
from tablica.search import queries
from tablica.search.hits import Found, RecordHit
from tablica.search.places import BEGINNING, After
from tablica.search.whys import whys
from tablica.shared.paging import BadCursor
from tablica.shared.text.folding import fold
from tablica.shared.text.words import Pieces
from tablica.wall.models import Entry
from tablica.wall.queries.context import context_ids, related_to
from tablica.wall.queries.filters import BadFilter, Filters
from tablica.wall.types import all_types
from tablica.wall.views.answering import is_partial, reader

MOST_NAMES = 300
ENTRIES_SUGGESTED = 3
LONGEST_QUESTION = 500
MOST_NEAR = 500


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `odd` names the filters that made no sense and were left out."""

    q: str
    kind: str
    filters: Filters
    odd: list[str]

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """Read the address; nothing in it can break the page."""
        data = {name: str(value).replace("\0", "") for name, value in request.GET.items()}
        odd: list[str] = []
        names = ("type", "tag", "author", "since", "until")
        wanted = {name: data.get(name, "") for name in names}
        filters = None
        while filters is None:
            try:
                filters = Filters.of(wanted)
            except BadFilter as error:
                odd.append(wanted.pop(error.field))
        kind = data.get("kind", "")
        known = kind if kind in {k.name for k in all_kinds()} else ""
        return cls(data.get("q", "").strip()[:LONGEST_QUESTION], known, filters, odd)

    def address(self, **more: str) -> str:
        """The address of this page, with some values changed."""
        values = {"q": self.q, "kind": self.kind, **more}
        rest = self.filters.address()
        return "&".join(filter(None, [urlencode({k: v for k, v in values.items() if v}), rest]))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Records first, then entries; without words what fits the filters, newest first."""
    user, asked, after = reader(request), Asked.of(request), _after(request)
    try:
        found = _find(user, asked, after)
    except BadCursor:
        after = BEGINNING
        found = _find(user, asked, after)
    context: dict[str, Any] = {
        "found": found,
        "more_records": found.more_records and asked.address(records=found.more_records),
        "more_entries": found.more_entries and asked.address(entries=found.more_entries),
    }
    if is_partial(request) and after != BEGINNING:
        rows = "_record_hits.html" if after.entries is None else "_entry_hits.html"
        return render(request, f"search/{rows}", context)
    context |= {
        "current": "search",
        "search_words": asked.q,
        "asked": asked,
        "any": bool(asked.q or asked.kind or asked.filters.any),
        "types": [t for t in all_types() if t.written],
        "people": colleagues()[:MOST_NAMES],
        "since": _day(asked.filters.since, 0),
        "until": _day(asked.filters.until, 1),
    }
    return render(request, "search/search_page.html", context)


def _after(request: HttpRequest) -> After:
    """Which hits the address asks for: the next records, the next entries, or the first of both."""
    if place := request.GET.get("records"):
        return After(records=place, entries=None)
    if place := request.GET.get("entries"):
        return After(records=None, entries=place)
    return BEGINNING


def _find(user: User, asked: Asked, after: After) -> Found:
    if asked.q:
        return queries.search(user, asked.q, filters=_chosen(asked), after=after)
    return queries.listed(user, asked.filters, kind=asked.kind, after=after)


def _chosen(asked: Asked) -> dict[str, Any]:
    filters = asked.filters
    return {
        "kind": asked.kind,
        "type": filters.type,
        "tag": tag_key(filters.tag) if filters.tag else "",
        "author": filters.author,
        "since": filters.since,
        "until": filters.until,
    }


def _day(moment: Any, less: int) -> str:
    """The local day of a moment as a date input takes it; `less` seconds earlier."""
    if moment is None:
        return ""
    return timezone.localtime(moment - timedelta(seconds=less)).date().isoformat()


@dataclass(frozen=True)
class Suggestion:
    """One row of the palette: a record (`kind`), an entry or something to do (`icon`).

    `why` is what matched when the title does not show it.
    """

    url: str
    title: Pieces
    about: Text = ""
    why: Pieces = field(default_factory=list)
    kind: str = ""
    icon: str = ""


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What the palette offers: the latest records before typing, then hits, then what to do."""
    user, q = reader(request), _question(request)
    kinds = {kind.name: kind.label for kind in all_kinds()}
    hits = queries.suggest(user, q)
    why = whys(user, (hit.record for hit in hits if not hit.score), q) if q else {}
    records = [
        Suggestion(
            url=hit.url,
            title=hit.title,
            about=hit.about or kinds[hit.record.kind],
            why=why.get(hit.record.pk, []),
            kind=hit.record.kind,
        )
        for hit in hits
    ]
    groups = [(_("Records") if q else _("Recent"), records)]
    if q:
        groups.append((_("On the walls"), _entries(user, q)))
    groups.append((_("Do"), _doings(user, q)))
    return render(request, "search/_suggestions.html", {"groups": [g for g in groups if g[1]]})


def _entries(user: User, q: str) -> list[Suggestion]:
    hits = queries.search(user, q, limit=ENTRIES_SUGGESTED).entries
    return [Suggestion(h.url, h.snippet, h.entry.record.title, icon="message") for h in hits]


def _doings(user: User, q: str) -> list[Suggestion]:
    """What can be done from anywhere, as far as its name fits what was typed."""
    doings = [
        Suggestion(f"/{kind.path}/new", [(str(kind.new), False)], icon="plus")
        for kind in all_kinds()
        if may_create(user, kind.name)
    ] + [
        Suggestion(f"/{kind.path}", [(str(kind.plural), False)], icon="list")
        for kind in all_kinds()
    ]
    if not q:
        return doings[: len(all_kinds())]
    fitting = [doing for doing in doings if fold(q) in fold(doing.title[0][0])]
    everywhere = _("Search everywhere for “%(q)s”") % {"q": q}
    return [*fitting, Suggestion(f"/search?q={quote(q)}", [(everywhere, False)], icon="search")]


@require_safe
def suggest_records(request: HttpRequest) -> HttpResponse:
    """Records to choose one from: radio buttons (`as=choice`), rows of a picker, or `as=card`.

    The last, for writing, are the number and the title of each and a line that tells it apart;
    first what the wall (`on`), or that of the `entry`, on which one writes is related to.
    """
    kind = request.GET.get("kind", "")
    known = {k.name: k.label for k in all_kinds()}
    wanted = kind if kind in known else ""
    user = reader(request)
    hits = queries.suggest(user, _question(request), kind=wanted, near=_near(request, user))
    rows = [(hit, known[hit.record.kind]) for hit in hits]
    if request.GET.get("as") == "card":
        return JsonResponse([_card(hit, label) for hit, label in rows], safe=False)
    is_choice = request.GET.get("as") == "choice"
    template = "search/_record_choices.html" if is_choice else "search/_record_rows.html"
    return render(request, template, {"rows": rows})


def _near(request: HttpRequest, user: User) -> list[int]:
    """The numbers of what the wall on which one writes is related to, if the reader sees it."""
    said = {name: request.GET.get(name, "") for name in ("on", "entry")}
    numbers = {n: int(v) for n, v in said.items() if v.isdecimal() and len(v) < 19}
    if not numbers:
        return []
    records = Record.objects.visible_to(user)
    if "on" not in numbers:
        entries = Entry.objects.visible_to(user).filter(pk=numbers["entry"])
        records = records.filter(pk__in=entries.values("record"))
    else:
        records = records.filter(pk=numbers["on"])
    record = records.first()
    return context_ids(related_to(user, record))[:MOST_NEAR] if record else []


def _card(hit: RecordHit, label: Text) -> dict[str, str]:
    note = " · ".join(filter(None, (str(label), hit.about)))
    return {"id": str(hit.record.pk), "name": hit.record.title, "note": note}


def _question(request: HttpRequest) -> str:
    """What was typed, under either of the names that our inputs have."""
    typed = request.GET.get("q") or request.GET.get("name", "")
    return typed.replace("\0", "").strip()[:LONGEST_QUESTION]
