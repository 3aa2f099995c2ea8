"""From the cells of a row to what a form takes: days, amounts, choices, people, names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from tablica.accounts.models import Team
from tablica.accounts.queries import colleagues
from tablica.records.fields import AmountField, CheckedText
from tablica.records.forms import MANY, AudienceField, CleanText, RecordChoice, choices_of
from tablica.records.kinds import Kind
from tablica.records.models import Audience
from tablica.shared.money import CURRENCIES, parse_amount
from tablica.shared.text import BadText
from tablica.shared.text.folding import fold
from tablica.transfer.dates import Order, order_of, parse_day
from tablica.transfer.mapping import COMPANY_TAX_ID, FIRST_NAME, LAST_NAME, TAGS, ColumnMap
from tablica.transfer.parts import COMPANY_MARKS, PERSON_MARKS, parts_of

FormValue = str | list[int]

# What people write into a cell that has nothing to say.
NOTHING = frozenset({"-", "–", "—", "n/a", "na", "null", "none", "brak", "нет", "ندارد", "?"})
SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "zł": "PLN", "zl": "PLN", "₽": "RUB", "руб": "RUB",
           "р": "RUB", "﷼": "IRR", "ریال": "IRR", "rial": "IRR"}  # fmt: skip
ALIASES = {
    "country": {"usa": "US", "uk": "GB", "england": "GB", "anglia": "GB", "англия": "GB"},
    "relationship": {
        "klient": "client", "клиент": "client", "مشتری": "client", "customer": "client",
        "lead": "lead", "potencjalny klient": "lead", "лид": "lead", "prospect": "lead",
        "dostawca": "supplier", "поставщик": "supplier", "vendor": "supplier",
        "partner": "partner", "партнер": "partner", "byly klient": "former",
    },
    "outcome": {
        "wygrana": "won", "wygrane": "won", "выиграна": "won", "closed won": "won",
        "przegrana": "lost", "przegrane": "lost", "проиграна": "lost", "closed lost": "lost",
        "otwarta": "open", "w toku": "open", "открыта": "open", "in progress": "open",
    },
}  # fmt: skip


class BadCell(ValueError):
    """A cell that cannot be taken. Says which field, and why."""

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(f"{label}: {reason}")


@dataclass
class Wanted:
    """What a row asks for: form values, tags, and the names of related records by field."""

    values: dict[str, str] = field(default_factory=dict)
    tags: list[str] = field(default_factory=list)
    names: dict[str, list[str]] = field(default_factory=dict)
    company_tax_id: str = ""


class CellReader:
    """Reads the rows of one table into one kind.

    `sample` are rows that tell how the table writes its days and amounts; `typed` says that numbers
    come from a spreadsheet, where a point is always the decimal one.
    """

    def __init__(
        self, kind: Kind, columns: ColumnMap, sample: Sequence[Sequence[str]], *, typed: bool
    ) -> None:
        self.kind = kind
        self.columns = columns
        self.typed = typed
        self._fields = kind.form_class().base_fields
        self._choices: dict[str, dict[str, str]] = {}
        self._orders: dict[str, Order] = {}
        self._marks: dict[str, str | None] = {}
        texts = [self.texts(row) for row in sample]
        for name, of in self._fields.items():
            values = [value for text in texts for value in text.get(name, ())]
            if isinstance(of, forms.DateField):
                self._orders[name] = order_of(values)
            elif isinstance(of, AmountField):
                self._marks[name] = _decimal_language(values)
        self._people = _people()
        self._teams = {_plain(name): pk for pk, name in Team.objects.values_list("pk", "name")}

    def texts(self, cells: Sequence[str]) -> dict[str, list[str]]:
        """The filled cells by field, in the order of the columns."""
        found: dict[str, list[str]] = {}
        for name, cell in zip(self.columns.fields, cells, strict=False):
            if name and cell.strip():
                found.setdefault(name, []).append(cell.strip())
        return found

    def _say_labels(self, cells: Sequence[str]) -> list[str]:
        """The cells of a card, with what they are called where they share a field."""
        labelled = zip(self.columns.labels, cells, strict=True)
        return [f"{label}: {cell}" if label and cell else cell for label, cell in labelled]

    def read(self, cells: Sequence[str]) -> Wanted:
        """What these cells ask for. Raises `BadCell` for one that cannot be understood."""
        texts = self.texts(self._say_labels(cells) if self.columns.labels else cells)
        wanted = Wanted()
        self._take_names(texts)
        for tag_cell in texts.pop(TAGS, []):
            wanted.tags += [tag for tag in re.split(r"[,;|\n]|\s+(?=#)", tag_cell) if tag.strip()]
        _refuse_many(_("Tags"), wanted.tags)
        wanted.company_tax_id = " ".join(texts.pop(COMPANY_TAX_ID, []))
        aside: list[str] = []
        for name, values in texts.items():
            try:
                self._take(wanted, name, values)
            except BadText as error:
                if not self.columns.labels:
                    raise BadCell(self.label(name), str(error)) from error
                aside.append(f"{self.label(name)}: {values[0]}")
        if aside:
            about = wanted.values.get("about")
            wanted.values["about"] = "\n".join([about, *aside] if about else aside)
        return wanted

    def label(self, name: str) -> str:
        """What the field is called on screen."""
        of = self._fields.get(name)
        return str((of.label if of is not None else None) or name)

    @staticmethod
    def _take_names(texts: dict[str, list[str]]) -> None:
        """Put a person's first and last name together, unless the whole name has its column."""
        parts = [*texts.pop(FIRST_NAME, []), *texts.pop(LAST_NAME, [])]
        if parts and "title" not in texts:
            texts["title"] = [" ".join(parts)]

    def _take(self, wanted: Wanted, name: str, values: list[str]) -> None:
        of = self._fields[name]
        if not isinstance(of, CleanText) or isinstance(of, CheckedText):
            values = [value for value in values if fold(value) not in NOTHING]
        if not values:
            return
        first = values[0]
        if isinstance(of, RecordChoice):
            wanted.names[name] = _names(values, of.kind)
            _refuse_many(self.label(name), wanted.names[name])
        elif name == "owner":
            wanted.values[name] = str(self._person(first))
        elif name == "team":
            wanted.values[name] = str(self._team(first))
        elif isinstance(of, forms.DateField):
            wanted.values[name] = parse_day(first, self._orders.get(name)).isoformat()
        elif isinstance(of, AmountField):
            self._take_amount(wanted, name, first)
        elif isinstance(of, AudienceField):
            wanted.values[name] = self._readers(first)
        elif isinstance(of, (forms.ChoiceField, forms.ModelChoiceField)):
            wanted.values[name] = self._choice(name, of, first)
        elif isinstance(of, CheckedText):
            wanted.values[name] = _one_line(first)
        elif isinstance(of, CleanText) and of.multiline:
            wanted.values[name] = "\n".join(values)
        elif isinstance(of, CleanText):
            wanted.values[name] = _one_line(" ".join(values))
        else:
            wanted.values[name] = first

    def _person(self, typed: str) -> int:
        found = self._people.get(_plain(typed))
        if found is None:
            raise BadText(_("Nobody here is called “%(typed)s”.") % {"typed": typed})
        return found

    def _readers(self, typed: str) -> str:
        """Who may read: one of the circles by its name, or people and teams by theirs."""
        if typed.startswith("{"):
            return typed
        if found := _circles().get(_plain(typed)):
            return found
        named: dict[str, list[int]] = {"people": [], "teams": []}
        for name in parts_of(typed, COMPANY_MARKS):
            if person := self._people.get(_plain(name)):
                named["people"].append(person)
            else:
                named["teams"].append(self._team(name))
        return json.dumps(named)

    def _team(self, typed: str) -> int:
        found = self._teams.get(_plain(typed))
        if found is None:
            raise BadText(_("There is no team “%(typed)s”.") % {"typed": typed})
        return found

    def _take_amount(self, wanted: Wanted, name: str, typed: str) -> None:
        number, currency = split_currency(typed)
        is_typed = self.typed and re.fullmatch(r"-?\d+(\.\d+)?", number)
        amount = parse_amount(number, "en" if is_typed else self._marks.get(name))
        # Two decimals, because the form would have to ask what 1.234 means.
        wanted.values[name] = f"{amount:.2f}"
        if currency and "currency" in self._fields:
            wanted.values.setdefault("currency", currency)

    def _choice(self, name: str, of: forms.Field, typed: str) -> str:
        if name not in self._choices:
            self._choices[name] = _choices(name, of)
        found = self._choices[name].get(_plain(typed))
        if found is None:
            raise BadText(_("“%(typed)s” is none of the choices.") % {"typed": typed})
        return found


def _refuse_many(label: str, values: Sequence[str]) -> None:
    if len(values) > MANY:
        raise BadCell(label, _("At most %(count)d in a row.") % {"count": MANY})


def split_currency(typed: str) -> tuple[str, str]:
    """The number and the ISO code in `12 500 zł`, `EUR 5`, `$7`; no code when none is written."""
    match = re.fullmatch(r"([^\d+-]*)(.*?)(\D*)", typed.strip(), re.DOTALL)
    if match is None:
        return typed, ""
    before, number, after = match[1].strip(), match[2].strip(), match[3].strip()
    word = before or after
    code = fold(word).upper().strip(". ")
    if code in CURRENCIES:
        return number, code
    if word.strip(". ").lower() in SYMBOLS:
        return number, SYMBOLS[word.strip(". ").lower()]
    return (typed, "") if word else (number, "")


def _decimal_language(values: Iterable[str]) -> str | None:
    """The language whose decimal mark these amounts use, when a single one of them shows it."""
    found: set[str] = set()
    for value in values:
        number = re.sub(r"[^\d.,]", "", fold(split_currency(value)[0]))
        if match := re.fullmatch(r".*?([.,])(?:\d{1,2}|\d{4,})", number):
            found.add("pl" if match[1] == "," else "en")
        elif match := re.fullmatch(r"\d{1,3}(?:([.,])\d{3}){2,}", number):
            found.add("en" if match[1] == "," else "pl")
    return found.pop() if len(found) == 1 else None


def _choices(name: str, of: forms.Field) -> dict[str, str]:
    """The values of a choice by value, and by label in every language."""
    found: dict[str, str] = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            for value, label in choices_of(of):
                found.setdefault(_plain(value), value)
                found.setdefault(_plain(str(label)), value)
    for typed, value in ALIASES.get(name, {}).items():
        found.setdefault(_plain(typed), value)
    return found


@lru_cache(maxsize=1)
def _circles() -> dict[str, str]:
    """The common circles of readers, by their names in every language and by their own."""
    found: dict[str, str] = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            for value in (Audience.Type.EVERYONE, Audience.Type.TEAM, Audience.Type.ME):
                found |= {_plain(value): str(value), _plain(str(value.label)): str(value)}
    return found


@lru_cache(maxsize=4096)
def _plain(typed: str) -> str:
    return " ".join(fold(typed).split())


def _people() -> dict[str, int | None]:
    """Colleagues by address and by name; a name that two share finds nobody."""
    found: dict[str, int | None] = {}
    for person in colleagues():
        found[_plain(person.email)] = person.pk
        name = _plain(person.name)
        found[name] = None if name in found else person.pk
    return found


def _names(values: Iterable[str], kind: str) -> list[str]:
    """The names in cells that may hold several."""
    marks = COMPANY_MARKS if kind == "company" else PERSON_MARKS
    parts = (_one_line(part) for value in values for part in parts_of(value, marks))
    return list(dict.fromkeys(part for part in parts if part))


def _one_line(text: str) -> str:
    """Breaks of lines and tabs inside a cell as spaces, for fields of one line."""
    return re.sub(r"[ \t]*[\t\r\n]+[ \t]*", " ", text).strip()
