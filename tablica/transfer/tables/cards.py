"""A card as a row of cells, so that cards come in by the same way as the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tablica.transfer.tables import vcards
from tablica.transfer.tables.shape import Row, Unreadable
from tablica.transfer.tables.vcards import Card, Property, parts, plain

# What the columns of cards are called. The note comes first of all that a description is made of.
COLUMNS = (
    "FN", "NOTE", "ORG", "TITLE", "EMAIL", "TEL", "TEL CELL", "CITY", "COUNTRY", "BDAY", "LANG",
    "URL", "CATEGORIES", "ADR", "FN 2", "UNIT", "ROLE", "EMAIL 2", "TEL 2", "ADR 2", "URL 2",
)  # fmt: skip
# What only speaks about the file or the card itself.
_SILENT = frozenset(
    "KIND N PRODID REV SORT-STRING X-ABADR X-ABLABEL X-ABSHOWAS X-ABUID"
    " X-ADDRESSBOOKSERVER-KIND".split()
)
_MOST_OTHERS = 60  # columns for properties without a meaning here
_OTHERS = "…"
_CELLS = frozenset({"cell", "mobile", "iphone", "x-mobile", "car"})
_NO_TALK = frozenset({"fax", "pager", "modem", "telex", "bbs"})
_UNTOLD = frozenset({"pref", "voice", "internet", "x-internet", "text", "video", "uri", "msg", ""})


class Cards(NamedTuple):
    """The cards of a file as rows; `kinds` are those that its cards are of."""

    encoding: str
    columns: list[str]
    kinds: list[str]
    rows: Iterator[Row]


class _Cells(NamedTuple):
    """What a card says by column, and of which kind it is: person, company or group."""

    kind: str
    by_column: dict[str, str]


def is_cards(path: Path, head: bytes) -> bool:
    """Whether the file holds cards, by its content or its name."""
    return vcards.is_cards(head) or path.suffix.lower() in {".vcf", ".vcard"}


def read(path: Path, encoding: str | None) -> Cards:
    """The cards of a file. Raises `Unreadable` for one without any."""
    raw = path.read_bytes()
    try:
        found, data = vcards.as_bytes(raw, encoding)
    except (UnicodeError, LookupError) as error:
        raise Unreadable("encoding", f"{encoding or 'utf-16'}: {error}") from None
    del raw
    known: dict[str, int] = {}
    kinds: set[str] = set()
    is_empty = True
    for card in vcards.cards(data, found):
        is_empty = is_empty and card.problem == "stray"
        if not card.problem:
            cells = _cells_of(card)
            kinds.add(cells.kind)
            for name in cells.by_column:
                if name in known or len(known) < len(COLUMNS) + _MOST_OTHERS:
                    known.setdefault(name, len(known))
                else:
                    known.setdefault(_OTHERS, len(known))
    if is_empty:
        raise Unreadable("no_cards")
    used = [name for name in COLUMNS if name in known or name == "FN"]
    columns = used + [name for name in known if name not in COLUMNS]
    return Cards(found, columns, sorted(kinds), _rows(data, found, columns))


def _rows(data: bytes, encoding: str, columns: list[str]) -> Iterator[Row]:
    for card in vcards.cards(data, encoding):
        if card.problem:
            yield Row(card.number, [], problem=card.problem)
            continue
        kind, by_column = _cells_of(card)
        problem = "" if by_column.get("FN") or kind == "group" else "no_name"
        yield Row(card.number, [by_column.get(c, "") for c in columns], kind, problem)


def _cells_of(card: Card) -> _Cells:
    told = _Telling(card)
    return _Cells(told.kind, {name: text for name, text in told.cells().items() if text})


class _Telling:
    """What one card tells, property by property."""

    def __init__(self, card: Card) -> None:
        self.version = card.version
        self.by_name: dict[str, list[Property]] = {}
        for found in card.properties:
            self.by_name.setdefault(found.name, []).append(found)
        self.labels = {
            found.group: re.sub(r"^_\$!<|>!\$_$", "", found.value).strip()
            for found in self.by_name.get("X-ABLABEL", [])
        }
        names = map(self._line, sorted(self._all("FN"), key=_preference))
        self.names = list(dict.fromkeys(name for name in names if name))
        self.orgs = [o for p in self._all("ORG") if (o := self._split(p, ";")) and o[0]]
        self.kind = self._kind()

    def cells(self) -> dict[str, str]:
        """The text of each column; a picture has a column without text."""
        found = {
            name: "\n".join(plain(p.value, self.version) for p in properties if p.value.strip())
            for name, properties in self.by_name.items()
            if name not in _SILENT and name not in _TOLD
        }
        # A picture's column is there to be reported.
        found |= {name: "—" for name in vcards.BINARY if name in found}
        own = self._company_name() if self.kind == "company" else ""
        self._tell_name(found, own)
        orgs = [org[0] for org in self.orgs if org[0] != own]
        found["ORG"] = "\n".join(dict.fromkeys(orgs))
        found["UNIT"] = ", ".join(unit for org in self.orgs for unit in org[1:] if unit)
        for name in ("TITLE", "ROLE"):
            found[name] = ", ".join(dict.fromkeys(map(self._line, self._all(name))))
        if not found["TITLE"]:
            found["TITLE"], found["ROLE"] = found["ROLE"], ""
        self._tell_ways(found, "EMAIL", self._all("EMAIL"), self._address)
        self._tell_phones(found)
        self._tell_ways(found, "URL", self._all("URL"), self._line)
        self._tell_places(found)
        found["BDAY"] = next((self._day(p) for p in self._all("BDAY")), "")
        found["LANG"] = ", ".join(map(self._line, self._all("LANG")))
        tags = (t for p in self._all("CATEGORIES") for t in self._split(p, ","))
        found["CATEGORIES"] = ",".join(tag for tag in tags if tag)
        notes = (plain(p.value, self.version) for p in self._all("NOTE"))
        found["NOTE"] = "\n".join(note for note in notes if note)
        return found

    def _kind(self) -> str:
        said = [*self._all("KIND"), *self._all("X-ADDRESSBOOKSERVER-KIND")]
        kind = self._line(said[0]).lower() if said else ""
        if kind == "group":
            return "group"
        shown_as = [self._line(p).upper() for p in self._all("X-ABSHOWAS")]
        if kind in ("org", "organization") or "COMPANY" in shown_as:
            return "company"
        is_alone = not self._own_name() and (
            not self.names or (bool(self.orgs) and self.names[0] == self.orgs[0][0])
        )
        return "company" if self.orgs and is_alone and kind != "individual" else "person"

    def _company_name(self) -> str:
        return (
            self.orgs[0][0] if self.orgs and not self._all("KIND") else next(iter(self.names), "")
        )

    def _tell_name(self, found: dict[str, str], own: str) -> None:
        names = list(dict.fromkeys(n for n in (own, *self.names) if n))
        found["FN"] = names[0] if names else self._own_name()
        found["FN 2"] = "; ".join(names[1:])

    def _own_name(self) -> str:
        """A person's name from its parts: family, given, additional, prefixes, suffixes."""
        for its in self._all("N"):
            texts = [" ".join(t.replace(",", " ").split()) for t in self._split(its, ";")]
            family, given, additional, prefix, suffix = [*texts, "", "", "", "", ""][:5]
            name = " ".join(t for t in (prefix, given, additional, family, suffix) if t)
            if name:
                return name
        return ""

    def _tell_ways(
        self,
        found: dict[str, str],
        column: str,
        properties: list[Property],
        say: Callable[[Property], str],
    ) -> None:
        """The first of several in its column, the others behind."""
        said = [(text, p) for p in sorted(properties, key=_preference) if (text := say(p))]
        found[column] = said[0][0] if said else ""
        rest = {text: self._with_types(text, p) for text, p in said[1:] if text != found[column]}
        found[f"{column} 2"] = "; ".join(rest.values())

    def _tell_phones(self, found: dict[str, str]) -> None:
        phones = sorted(self._all("TEL"), key=_preference)
        cell = next((p for p in phones if p.types & _CELLS and self._address(p)), None)
        talking = [p for p in phones if p is not cell and not p.types & _NO_TALK]
        if not talking and cell and self.kind == "company":
            talking, cell = [cell], None
        first = next((p for p in talking if self._address(p)), None)
        found["TEL"] = self._address(first) if first else ""
        found["TEL CELL"] = self._address(cell) if cell else ""
        rest = [p for p in phones if p is not first and p is not cell]
        texts = {text: self._with_types(text, p) for p in rest if (text := self._address(p))}
        gone = (found["TEL"], found["TEL CELL"])
        found["TEL 2"] = "; ".join(said for text, said in texts.items() if text not in gone)

    def _tell_places(self, found: dict[str, str]) -> None:
        places = [
            [" ".join(text.split()) for text in (*self._split(p, ";"), *[""] * 7)][:7]
            for p in sorted(self._all("ADR"), key=_preference)
        ]
        places = [place for place in places if any(place)]
        whole = [_in_one_line(place) for place in places]
        if not places:
            labels = (self._line(p) for p in self._all("LABEL"))
            found["ADR"] = "; ".join(filter(None, labels))
            return
        if self._all("LABEL"):
            found["LABEL"] = "; ".join(map(self._line, self._all("LABEL")))
        box, more, street, city, region, code, country = places[0]
        found["CITY"] = city
        if self.kind == "company":
            found["ADR"] = ", ".join(t for t in (street, more, box, code, region) if t)
            found["COUNTRY"] = country
        else:
            found["ADR"] = whole[0] if whole[0] != city else ""
        found["ADR 2"] = "; ".join(dict.fromkeys(whole[1:]))

    def _day(self, its: Property) -> str:
        said = re.sub(r"(?<=\d)T.*", "", self._line(its))
        year = its.params.get("X-APPLE-OMIT-YEAR", "")
        return f"--{said[len(year) + 1 :]}" if year and said.startswith(year) else said

    def _all(self, name: str) -> list[Property]:
        return self.by_name.get(name, [])

    def _line(self, its: Property) -> str:
        return " ".join(plain(its.value, self.version).split())

    def _address(self, its: Property) -> str:
        """A way to reach somebody, without what names the way, such as `tel:`."""
        said = re.sub(r"^(?:tel|mailto):", "", self._line(its), flags=re.IGNORECASE)
        return said.partition(";")[0].strip() if its.params.get("VALUE") == "uri" else said

    def _split(self, its: Property, mark: str) -> list[str]:
        return [plain(part, self.version) for part in parts(its.value, mark)]

    def _with_types(self, text: str, its: Property) -> str:
        label = self.labels.get(its.group, "") if its.group else ""
        types = [label] if label else sorted(its.types - _UNTOLD)
        return f"{text} ({', '.join(types)})" if types else text


_TOLD = frozenset("FN ORG TITLE ROLE EMAIL TEL URL ADR LABEL BDAY LANG CATEGORIES NOTE".split())


def _preference(its: Property) -> int:
    """The preferred ones first: `PREF=1` of version 4.0, `TYPE=PREF` of those before."""
    given = its.params.get("PREF", "")
    if given.isdecimal():
        return int(given[:3])
    return 0 if "pref" in its.types else 101


def _in_one_line(place: list[str]) -> str:
    box, more, street, city, region, code, country = place
    town = " ".join(t for t in (code, city) if t)
    return ", ".join(t for t in (street, more, box, town, region, country) if t)
