"""Which property of a card goes into which field of a person or company."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tablica.records.kinds import Kind
from tablica.shared.errors import Refused
from tablica.transfer.mapping import TAGS, ColumnMap, chosen_fields, company_field, fields_of

KINDS = ("person", "company")
_FIELDS = {
    "FN": "title", "TITLE": "position", "EMAIL": "email", "TEL": "phone", "TEL CELL": "mobile",
    "CITY": "city", "COUNTRY": "country", "BDAY": "birthday", "LANG": "language", "URL": "website",
    "CATEGORIES": TAGS, "NOTE": "about", "ADR": "address",
}  # fmt: skip


def map_cards(columns: list[str], kind: Kind, explicit: Mapping[str, str | None]) -> ColumnMap:
    """Map what cards hold by the `explicit` choices first.

    What the kind has no field for is told in its description, with what it is called; properties
    that nobody knows are left out. Raises `Refused` for a kind that is never on a card.
    """
    if kind.name not in KINDS:
        raise Refused(_("A card is of a person or a company."))
    chosen = chosen_fields(columns, kind, explicit)
    taken = {field for field in chosen.values() if field}
    fields: list[str | None] = []
    labels: list[str] = []
    for column in columns:
        field, label = chosen.get(column), ""
        if column not in chosen:
            field = company_field(kind) if column == "ORG" else _FIELDS.get(column)
            if field not in fields_of(kind) or field in taken:
                label = _labels().get(column, "")
                field = "about" if label else None
        fields.append(field)
        labels.append(label)
    return ColumnMap(columns, fields, labels)


def kind_of_cards(kinds: tuple[str, ...]) -> str:
    """What a file of cards is imported as when nobody says: persons, unless none are in it."""
    return "company" if "company" in kinds and "person" not in kinds else "person"


def why_unreadable(problem: str) -> str:
    """The sentence for a card that cannot be read."""
    return {
        "no_end": _("The card breaks off: END:VCARD is missing."),
        "too_long": _("The card is too long to be one."),
        "no_name": _("The card has no name."),
        "stray": _("Behind this card is text that belongs to no card."),
    }[problem]


def why_not_this(kind: str) -> str:
    """The sentence for a card of another kind than the one that is imported."""
    return {
        "person": _("This is a person's card: import the file again with --kind person."),
        "company": _("This is a company's card: import the file again with --kind company."),
        "group": _("This card is a list of other cards."),
    }[kind]


def _labels() -> dict[str, str]:
    return {
        "ORG": _("Company"),
        "TITLE": _("Position"),
        "TEL CELL": _("Mobile"),
        "CITY": _("City"),
        "COUNTRY": _("Country"),
        "BDAY": _("Birthday"),
        "LANG": _("Language"),
        "URL": _("Website"),
        "ADR": _("Address"),
        "FN 2": _("Other names"),
        "UNIT": _("Department"),
        "ROLE": _("Role"),
        "EMAIL 2": _("Other e-mails"),
        "TEL 2": _("Other phones"),
        "ADR 2": _("Other addresses"),
        "URL 2": _("Other websites"),
    }
