"""The records of a list with all that somebody may read of them, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tablica.accounts.models import Grant, User
from tablica.records.fields import AmountField
from tablica.records.forms import AudienceField, RecordChoice
from tablica.records.kinds import Kind
from tablica.records.models import Record, RecordModel
from tablica.records.rules import hidden_fields, visible_q
from tablica.records.showing import Names, field_of, label_of, names_for, numbers_in, show_audience
from tablica.records.values import OWNERSHIP, Raw, raw, read_value
from tablica.transfer.parts import COMPANY_MARKS, PERSON_MARKS, in_quotes
from tablica.web.queries.lists import Wanted, bodies_of, records_wanted

Value = str | Decimal | date | None
CHUNK = 500
JOIN = "; "


@dataclass(frozen=True)
class Taking:
    """A list as `user` may take it out. What it reads is read anew with each use."""

    user: User
    kind: Kind
    wanted: Wanted

    def records(self) -> QuerySet[Record]:
        """The records, in the order of the list."""
        listed = records_wanted(self.user, self.kind, self.wanted)
        return listed.filter(visible_q(self.user, verb=Grant.Verb.EXPORT))

    def fields(self) -> list[str]:
        """The fields that are there for `user`: first the name, whose and for whom it is last."""
        hidden = hidden_fields(self.user, self.kind.name)
        every = [name for name in self.kind.form_class().base_fields if name not in hidden]
        own = [name for name in every if name not in OWNERSHIP]
        return ["title", *own, "owner", "team", "audience"]

    def headings(self) -> list[str]:
        """What the columns are called, in the reader's language."""
        labels = [str(label_of(self.kind.name, name)) for name in self.fields()]
        return [*labels, _("Tags"), _("Last touched")]

    def rows(self) -> Iterator[list[Value]]:
        """The rows, each with a value for each heading.

        Which records and in which order is read once, so that none is left out or comes twice
        when somebody changes one meanwhile. Who is closed meanwhile is left out.
        """
        numbers = list(self.records().values_list("pk", flat=True).iterator())
        for begin in range(0, len(numbers), CHUNK):
            yield from self._chunk(numbers[begin : begin + CHUNK])

    def _chunk(self, numbers: Sequence[int]) -> Iterator[list[Value]]:
        still = Record.objects.visible_to(self.user).filter(
            visible_q(self.user, verb=Grant.Verb.EXPORT), pk__in=numbers
        )
        records = still.select_related("owner", "team", "audience").prefetch_related(
            "tags", "audience__people", "audience__teams"
        )
        fields = self.fields()
        by_number = {record.pk: record for record in records}
        own = [name for name in fields if name not in OWNERSHIP]
        bodies = bodies_of(self.kind, list(by_number.values()), own)
        values = {
            pk: {name: raw(read_value(body, name)) for name in fields}
            for pk, body in bodies.items()
        }
        names = self._names(values.values(), by_number.values())
        for pk in numbers:
            if pk in values:
                yield self._row(bodies[pk], values[pk], names)

    def _names(self, rows: Iterable[dict[str, Raw]], records: Iterable[Record]) -> Names:
        wanted: dict[str, set[int]] = {}
        for row in rows:
            for name, value in row.items():
                for what, numbers in numbers_in(self.kind.name, name, value).items():
                    wanted.setdefault(what, set()).update(numbers)
        known = Names(
            people={r.owner.pk: r.owner for r in records if r.owner},
            teams={r.team.pk: r.team.name for r in records if r.team},
        )
        return names_for(self.user, known, **wanted)

    def _row(self, body: RecordModel, values: dict[str, Raw], names: Names) -> list[Value]:
        record = body.record
        said = [value_of(self.kind.name, name, value, names) for name, value in values.items()]
        tags = ", ".join(tag.name for tag in record.tags.all())
        touched = record.touched_at.astimezone(UTC).isoformat(timespec="seconds")
        return [*said, tags, touched]


def value_of(kind: str, name: str, value: Raw, names: Names) -> Value:
    """A raw value as a table holds it: in words as on the screen, a day as one, an amount too.

    Of related records only those that the reader sees.
    """
    found = field_of(kind, name)
    if value in (None, "", []):
        return None
    if isinstance(found, RecordChoice):
        marks = COMPANY_MARKS if found.kind == "company" else PERSON_MARKS
        seen = [names.records[n].title for n in _numbers(value) if n in names.records]
        return JOIN.join(in_quotes(title, marks) for title in seen) or None
    if name == "owner":
        return next((names.people[n].name for n in _numbers(value) if n in names.people), None)
    if name == "team":
        return next((names.teams[n] for n in _numbers(value) if n in names.teams), None)
    if isinstance(found, AudienceField):
        return _readers(value, names)
    if isinstance(found, AmountField):
        return Decimal(str(value))
    if isinstance(found, forms.DateField):
        return date.fromisoformat(str(value))
    if isinstance(found, forms.ChoiceField):
        return str(names.choice(found).get(str(value), value))
    return str(value)


def _readers(value: Raw, names: Names) -> str:
    if not isinstance(value, dict):
        return show_audience(value, names)
    people = [names.people[n].name for n in value.get("people", []) if n in names.people]
    teams = [names.teams[n] for n in value.get("teams", []) if n in names.teams]
    return JOIN.join(in_quotes(name, COMPANY_MARKS) for name in [*people, *teams])


def _numbers(value: Raw) -> list[int]:
    values = value if isinstance(value, list) else [value]
    return [number for number in values if isinstance(number, int)]
