"""What a deputy has to know of each client, and what the one who returns has to know of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import DateField, DateTimeField, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.text import Truncator

from tablica.accounts.models import User
from tablica.notices.models import Notice
from tablica.records.kinds import Text, all_kinds, kind_named
from tablica.records.models import Absence, Record
from tablica.records.rules import hidden_fields
from tablica.records.showing import label_of
from tablica.shared.markdown import plain
from tablica.wall.models import Comment, Entry
from tablica.wall.queries.rows import EntryRow, rows_of

MOST = 60
"""Records on one page, those touched last."""
LAST = 3
"""Entries told of each."""
SNIPPET = 160


@dataclass(frozen=True)
class Words:
    """An entry in one line: how its text begins, empty for what happened by itself."""

    row: EntryRow
    text: str


@dataclass
class Part:
    """One record: what it is, what was said last, what is asked, and which dates come next."""

    record: Record
    about: str = ""
    entries: list[Words] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    dates: list[tuple[Text, date]] = field(default_factory=list)
    comments: int = 0

    @property
    def url(self) -> str:
        return kind_named(self.record.kind).url_of(self.record.pk)


@dataclass(frozen=True)
class Dossier:
    """Some records and how many there are in all."""

    parts: list[Part]
    total: int


def going_on(reader: User, absence: Absence) -> Dossier:
    """Of what the absent person runs, as far as `reader` sees it: last words, questions, dates."""
    found = _theirs(reader, absence)
    parts = _parts(found.order_by("-touched_at", "-pk")[:MOST])
    numbers = {record.pk: part for record, part in parts.items()}
    _describe(reader, parts)
    _add_entries(reader, numbers, Entry.objects.visible_to(reader))
    _add_asked(reader, absence.person, numbers)
    _add_dates(reader, numbers)
    return Dossier(list(numbers.values()), found.count())


def done_meanwhile(reader: User, absence: Absence) -> Dossier:
    """What the deputy wrote and changed in this time on what the absent person runs."""
    entries = (
        Entry.objects.visible_to(reader)
        .filter(_in_time(absence), author=absence.deputy_id)
        .filter(_of_absent(absence, "record__"))
    )
    comments = (
        Comment.objects.visible_to(reader)
        .filter(_in_time(absence), author=absence.deputy_id)
        .filter(_of_absent(absence, "entry__record__"))
    )
    answered = dict(_counted(comments, "entry__record"))
    touched = {record for record, _n in _counted(entries, "record")} | answered.keys()
    found = Record.objects.visible_to(reader).filter(pk__in=touched)
    parts = _parts(found.order_by("-touched_at", "-pk")[:MOST])
    numbers = {record.pk: part for record, part in parts.items()}
    _add_entries(reader, numbers, entries)
    for number, part in numbers.items():
        part.comments = answered.get(number, 0)
    return Dossier(list(numbers.values()), found.count())


def _of_absent(absence: Absence, prefix: str = "") -> Q:
    theirs = Q(**{f"{prefix}owner": absence.person_id})
    return theirs & Q(**{f"{prefix}kind__in": absence.kinds}) if absence.kinds else theirs


def _in_time(absence: Absence) -> Q:
    return Q(created_at__gte=absence.starts_at, created_at__lt=absence.ends_at)


def _counted(rows: QuerySet[Entry] | QuerySet[Comment], path: str) -> Iterable[tuple[int, int]]:
    found: dict[int, int] = defaultdict(int)
    for number in rows.order_by().values_list(path, flat=True):
        found[number] += 1
    return found.items()


def _theirs(reader: User, absence: Absence) -> QuerySet[Record]:
    return Record.objects.visible_to(reader).filter(_of_absent(absence))


def _parts(records: Iterable[Record]) -> dict[Record, Part]:
    return {record: Part(record) for record in records}


def _describe(reader: User, parts: dict[Record, Part]) -> None:
    by_kind: dict[str, list[Part]] = defaultdict(list)
    for record, part in parts.items():
        by_kind[record.kind].append(part)
    for kind, some in by_kind.items():
        hidden = hidden_fields(reader, kind)
        said = kind_named(kind).describe([part.record.pk for part in some], hidden)
        for part in some:
            part.about = said.get(part.record.pk, "")


def _add_entries(reader: User, parts: dict[int, Part], entries: QuerySet[Entry]) -> None:
    """Give each part the rows of its entries among these, the newest first, at most `LAST`."""
    place = Window(
        RowNumber(), partition_by=F("record"), order_by=[F("happened_at").desc(), F("pk").desc()]
    )
    of_parts = entries.filter(record__in=parts)
    last = of_parts.annotate(place=place).filter(place__lte=LAST).values_list("pk", flat=True)
    found = Entry.objects.visible_to(reader).filter(pk__in=list(last))
    shown = found.select_related("author", "record", "audience").order_by("-happened_at", "-pk")
    for row in rows_of(reader, list(shown)):
        text = row.cards.text(plain(row.entry.body))
        words = Words(row, Truncator(text).chars(SNIPPET))
        parts[row.entry.record_id].entries.append(words)


def _add_asked(reader: User, person: User, parts: dict[int, Part]) -> None:
    """What was asked of the absent person by name and is not read yet."""
    waiting = Notice.objects.unguarded(reason="the entries are asked for below").filter(
        user=person, reason=Notice.Reason.MENTION, read_at=None, entry__record__in=parts
    )
    readable = Entry.objects.visible_to(reader).filter(pk__in=waiting.values("entry"))
    for record, entry in readable.order_by("-pk").values_list("record", "pk"):
        parts[record].asked.append(entry)


def _add_dates(reader: User, parts: dict[int, Part]) -> None:
    """The days to come that the records name, and those of planned meetings."""
    today = timezone.localdate()
    for kind in all_kinds():
        numbers = [pk for pk, part in parts.items() if part.record.kind == kind.name]
        named = [
            one.name
            for one in kind.model._meta.get_fields()
            if isinstance(one, DateField) and not isinstance(one, DateTimeField)
            if one.name not in hidden_fields(reader, kind.name)
        ]
        if not numbers or not named:
            continue
        bodies = kind.model._default_manager.visible_to(reader).filter(pk__in=numbers)
        for number, *days in bodies.values_list("pk", *named):
            parts[number].dates += [
                (label_of(kind.name, name), day)
                for name, day in zip(named, days, strict=True)
                if day is not None and day >= today
            ]
