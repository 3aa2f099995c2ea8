"""Which column of a table goes into which field of a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tablica.records.forms import RecordChoice
from tablica.records.kinds import Kind, all_kinds, kind_named
from tablica.shared.errors import Refused
from tablica.transfer.headings import concept_of, plain

TAGS = "tags"
FIRST_NAME, LAST_NAME = "first_name", "last_name"
COMPANY_TAX_ID = "company_tax_id"
# Words in the name of a file or a heading that only one kind has.
_TELLING = {"company": ("industry", "relationship"), "person": ("position", "birthday", "mobile")}
_TELLING_DEAL = ("amount", "stage", "expected_close", "deal")


@dataclass(frozen=True)
class ColumnMap:
    """For each column of a table the field it goes into, or None when it is left out.

    `labels` are there for cards only: what is said before the text of a column that shares a field
    with others. With them, what a choice or a date does not understand is told in the description.
    """

    columns: list[str]
    fields: list[str | None]
    labels: list[str] = field(default_factory=list)

    @property
    def ignored(self) -> list[str]:
        """The columns that go nowhere."""
        return [c for c, f in zip(self.columns, self.fields, strict=True) if f is None]

    def as_dict(self) -> dict[str, str | None]:
        return dict(zip(self.columns, self.fields, strict=True))


def fields_of(kind: Kind) -> list[str]:
    """Every field that a column may go into, for records of this kind."""
    fields = [*kind.form_class().base_fields, TAGS]
    if kind.name == "person":
        fields += [FIRST_NAME, LAST_NAME]
    if company_field(kind):
        fields.append(COMPANY_TAX_ID)
    return fields


def company_field(kind: Kind) -> str | None:
    """The field that names a company, or several."""
    for name, of in kind.form_class().base_fields.items():
        if isinstance(of, RecordChoice) and of.kind == "company":
            return name
    return None


def guess_kind(columns: Iterable[str], file_name: str) -> str:
    """What the rows of a table are: by the name of its file, else by its columns."""
    names = {kind.name for kind in all_kinds()}
    for word in plain(file_name.rsplit(".", 1)[0]).split():
        found = _PLURALS.get(word) or concept_of(word) or ""
        found = "person" if found == "people" else found
        if found in names:
            return found
    concepts = {concept_of(column) for column in columns}
    if concepts.intersection(_TELLING_DEAL):
        return "deal"
    is_person = concepts & {"person", FIRST_NAME, LAST_NAME, *_TELLING["person"]}
    return "person" if is_person and not concepts.intersection(_TELLING["company"]) else "company"


_PLURALS = {
    "companies": "company", "clients": "company", "customers": "company", "firmy": "company",
    "klienci": "company", "kontrahenci": "company", "компании": "company", "клиенты": "company",
    "контрагенты": "company", "شرکتها": "company", "deals": "deal", "opportunities": "deal",
    "szanse": "deal", "сделки": "deal", "spaces": "space", "przestrzenie": "space",
}  # fmt: skip


def make_map(
    columns: list[str], kind: Kind, explicit: Mapping[str, str | None] | None = None
) -> ColumnMap:
    """Map `columns` by the `explicit` choices first, and the others by what they are called.

    Raises `Refused` for a column or field that does not exist, and when no column holds what every
    record needs: its name.
    """
    chosen = chosen_fields(columns, kind, explicit or {})
    fields: list[str | None] = []
    taken = {name for name in chosen.values() if name}
    for column in columns:
        name = chosen[column] if column in chosen else _guess(column, kind, taken, columns)
        fields.append(name)
        if name:
            taken.add(name)
    found = ColumnMap(columns, fields)
    if not {"title", FIRST_NAME, LAST_NAME}.intersection(fields):
        raise Refused(
            _("No column holds the name. The columns are: %(columns)s. Name one with --mapping.")
            % {"columns": _listed(columns)}
        )
    return found


def chosen_fields(
    columns: list[str], kind: Kind, explicit: Mapping[str, str | None]
) -> dict[str, str | None]:
    """The choices made by hand, by column. Raises `Refused` for what does not exist."""
    by_plain = {plain(column) or column: column for column in reversed(columns)}
    chosen: dict[str, str | None] = {}
    for heading, wanted in explicit.items():
        column = heading if heading in columns else by_plain.get(plain(heading) or heading)
        if column is None:
            raise Refused(
                _("The file has no column “%(column)s”. It has: %(columns)s.")
                % {"column": heading, "columns": _listed(columns)}
            )
        found = _field_named(wanted, kind) if wanted else None
        if wanted and found is None:
            raise Refused(
                _("There is no field “%(field)s”. The fields are: %(fields)s.")
                % {"field": wanted, "fields": ", ".join(fields_of(kind))}
            )
        chosen[column] = found
    return chosen


def _listed(names: Iterable[str]) -> str:
    """The names one after the other, each in the quotes of the reader's language."""
    return ", ".join(_("“%(name)s”") % {"name": name} for name in names)


def _field_named(name: str, kind: Kind) -> str | None:
    return name if name in fields_of(kind) else _field_of(name, kind)


def _guess(column: str, kind: Kind, taken: set[str], columns: list[str]) -> str | None:
    field = _field_of(column, kind)
    if kind.name == "person" and field == "title":
        field = _part_of_name(column, [_field_of(c, kind) for c in columns if c != column])
    return None if field in taken else field


def _part_of_name(column: str, others: list[str | None]) -> str:
    """Beside a surname, a person's `Name` is the first name; beside a name, `Title` a position."""
    if plain(column) == "title" and {"title", FIRST_NAME, LAST_NAME}.intersection(others):
        return "position"
    return FIRST_NAME if LAST_NAME in others and FIRST_NAME not in others else "title"


def _field_of(heading: str, kind: Kind) -> str | None:
    """The field that a heading means for this kind: by what people call it, or by its label."""
    fields = fields_of(kind)
    concept = concept_of(heading)
    if concept in (kind.name, "title"):
        return "title"
    if concept in ("company", "person"):
        singular, several = concept, {"company": "companies", "person": "people"}[concept]
        return next((name for name in (singular, several) if name in fields), None)
    if concept == "tax_id" and concept not in fields:
        concept = COMPANY_TAX_ID
    if concept is not None:
        return concept if concept in fields else None
    return _labels(kind).get(plain(heading))


def _labels(kind: Kind) -> dict[str, str]:
    """The fields by their labels in every language, for those that plug-ins bring."""
    found: dict[str, str] = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            for name, of in kind.form_class().base_fields.items():
                found.setdefault(plain(str(of.label or name)), name)
    return found


def registered_kind(name: str) -> Kind:
    """The kind of this name, or `Refused` with those there are."""
    names = [kind.name for kind in all_kinds()]
    if name not in names:
        raise Refused(
            _("There is no kind “%(kind)s”. The kinds are: %(kinds)s.")
            % {"kind": name, "kinds": ", ".join(names)}
        )
    return kind_named(name)
