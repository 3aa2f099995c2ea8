"""The register of entry types: what an entry is called, and who may write it.

Rooms above declare theirs in `AppConfig.ready()`. An unknown type is refused when it is written.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Text = str | Promise
WALL = "%(wall)s"


@dataclass(frozen=True)
class EntryType:
    """One type of entry.

    `written` by people or tools (can be edited, moved, deleted) or automatic (none of these).
    `sentence` tells an automatic entry after the author's name: 'moved to another stage'. Among the
    entries of many records `elsewhere` does, with the name of the record in `%(wall)s`; without it
    the name stands behind the sentence.
    `composer` shows it as a tab where one writes. `implies` names the fields whose change the
    sentence tells already.
    """

    name: str
    label: Text
    icon: str
    sentence: Text
    written: bool = True
    composer: bool = False
    implies: tuple[str, ...] = ()
    elsewhere: Text = ""

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


def all_types() -> list[EntryType]:
    """Every declared type, in order of declaration."""
    return list(_types.values())
