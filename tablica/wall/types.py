"""The register of entry types: what an entry is called, and who may write it.

Rooms above declare theirs in `AppConfig.ready()`. An unknown type is refused when it is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.functional import Promise

if TYPE_CHECKING:
    from tablica.accounts.models import User
    from tablica.wall.models import Entry
    from tablica.wall.queries.rows import EntryRow

Text = str | Promise
WALL = "%(wall)s"


class Shown(Protocol):
    """What a type shows of one entry beside its words; `data` is the same for programs."""

    @property
    def data(self) -> dict[str, Any]: ...


class Extra:
    """What entries of a type have beside their words, in tables of the room that declares it.

    Such an entry keeps its type for good.
    """

    def read(self, form: Mapping[str, Any]) -> dict[str, Any]:
        """What was chosen where one writes, as a program would send it in `data`."""
        return {}

    def begin(self, entry: Entry, data: Mapping[str, Any], *, by: User) -> None:
        """Keep what was sent with a new entry, in its transaction. Raises `ValidationError`."""

    def shown(self, user: User, rows: Sequence[EntryRow]) -> Mapping[int, Shown]:
        """What `user` sees of these entries, by their numbers, fetched together."""
        return {}

    def texts(self, entry: Entry) -> Iterable[str]:
        """Further words by which the entry is found."""
        return ()


@dataclass(frozen=True)
class EntryType:
    """One type of entry.

    `written` by people or tools (can be edited, moved, deleted) or automatic (none of these).
    `sentence` tells an automatic entry after the author's name: 'moved to another stage'. Among the
    entries of many records `elsewhere` does, with the name of the record in `%(wall)s`; without it
    the name stands behind the sentence.
    `composer` shows it as a tab where one writes. `implies` names the fields whose change the
    sentence tells already, `tells` those whose change the type itself gives away: who may not see
    them meets it as a plain change.

    `walls_of` are the kinds of records on whose walls alone it is written; none means all. Its own
    part of an entry is `extra`, drawn inside the entry by `template`, beside each comment by
    `comment_template`; `fields` are its own in the composer, and `placeholder` says what to write.
    """

    name: str
    label: Text
    icon: str
    sentence: Text
    written: bool = True
    composer: bool = False
    implies: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    elsewhere: Text = ""
    walls_of: tuple[str, ...] = ()
    placeholder: Text = ""
    fields: str = ""
    template: str = ""
    comment_template: str = ""
    extra: Extra | None = None

    @property
    def around_wall(self) -> tuple[str, str]:
        """`elsewhere` before and after the name of the record."""
        before, _name, after = str(self.elsewhere or f"{self.sentence} {WALL}").partition(WALL)
        return before.strip(), after.strip()


_types: dict[str, EntryType] = {}


class UnknownType(LookupError):
    """Nobody declared an entry type of this name."""


def register(entry_type: EntryType) -> None:
    """Declare an entry type; the same name twice is a mistake."""
    if entry_type.name in _types:
        raise ValueError(f"entry type {entry_type.name} is declared twice")
    _types[entry_type.name] = entry_type


def type_named(name: str) -> EntryType:
    """The entry type of this name, or `UnknownType`."""
    try:
        return _types[name]
    except KeyError:
        raise UnknownType(name) from None


def shown_type(name: str) -> EntryType:
    """The type of an entry that is there; a plain one when the room that declared it is gone."""
    try:
        return type_named(name)
    except UnknownType:
        return EntryType(name, name, "circle", "")


def offered_on(kind: str) -> list[EntryType]:
    """The types that are written only on walls of records of this kind."""
    return [of for of in _types.values() if kind in of.walls_of]


def all_types() -> list[EntryType]:
    """Every declared type, in order of declaration."""
    return list(_types.values())
