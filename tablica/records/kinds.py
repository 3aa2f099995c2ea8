"""The register of record kinds and of how they are related.

A room declares its kind in `AppConfig.ready()`. Rooms below never import it; they ask here.
Plug-ins use the same functions: the built-in rooms have no privilege.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from tablica.records.forms import RecordForm
    from tablica.records.models import RecordModel

Text = str | Promise


def _changed(changes: Mapping[str, list[Any]]) -> str:
    return "changed"


@dataclass(frozen=True)
class Sign:
    """What stands in a list in place of a field's value: a word, with an icon before it.

    `tells` names the field that it says in truth.
    """

    text: Text
    icon: str
    tells: str


def _signed(body: Any, field: str) -> Sign | None:
    return None


@dataclass(frozen=True)
class Kind:
    """One kind of record, as every other room knows it.

    `form` is the dotted path of its `RecordForm`: the one validator of the page, the API and the
    import. `new` names one that does not exist yet: "New deal". `texts` names the fields whose
    words search keeps beside the title; `describe` gives one quiet line for each body, in one query
    for all, without what is in the fields that it is told are hidden. `change_type` names the entry
    type as which changes are told. `page` is a template for what only this kind shows above its
    fields. `sign` gives what a list says of a field when its value alone would mislead. `place`
    orders the kinds wherever all of them stand: the smallest first.
    """

    name: str
    label: Text
    plural: Text
    new: Text
    icon: str
    path: str
    model: type[RecordModel]
    form: str
    texts: tuple[str, ...]
    describe: Callable[[Iterable[int], Collection[str]], dict[int, str]]
    list_related: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    change_type: Callable[[Mapping[str, list[Any]]], str] = _changed
    page: str = ""
    sign: Callable[[Any, str], Sign | None] = _signed
    audience: str = "everyone"
    place: int = 100

    def form_class(self) -> type[RecordForm]:
        found: type[RecordForm] = import_string(self.form)
        return found

    def words_of(self, body: RecordModel) -> dict[str, str]:
        """By field, the texts of a body by which it is found beside its title."""
        return {name: text for name in self.texts if (text := getattr(body, name))}

    def url_of(self, record_id: int) -> str:
        """The address of the profile of one record of this kind."""
        return f"/{self.path}/{record_id}"


@dataclass(frozen=True)
class Relation:
    """Records of `kind` that belong to the context of a record of kind `of`.

    `ids` takes the number of the record and gives a queryset of numbers, unfiltered: whoever shows
    them filters by the reader's rights. `by` names the kind and its field that tells who belongs
    together: from whom that is hidden, for them nothing does.
    """

    of: str
    kind: str
    label: Text
    ids: Callable[[int], QuerySet[Any, Any]]
    by: tuple[str, str]
    add_field: str = ""


_kinds: dict[str, Kind] = {}
_relations: list[Relation] = []


class UnknownKind(LookupError):
    """Nobody declared a kind of this name."""


def register(kind: Kind) -> None:
    """Declare `kind`; the same name twice is a mistake."""
    if kind.name in _kinds:
        raise ValueError(f"kind {kind.name} is declared twice")
    _kinds[kind.name] = kind


def relate(relation: Relation) -> None:
    """Declare that records of `relation.kind` are context of those of `relation.of`."""
    _relations.append(relation)


def kind_named(name: str) -> Kind:
    """The kind of this name, or `UnknownKind`."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(name) from None


def kind_of_model(model: type[RecordModel]) -> Kind:
    """The kind whose bodies are of this model, or `UnknownKind`."""
    for kind in _kinds.values():
        if kind.model is model:
            return kind
    raise UnknownKind(model.__name__)


def all_kinds() -> list[Kind]:
    """Every declared kind by its `place`; those of the same in order of declaration."""
    return sorted(_kinds.values(), key=lambda kind: kind.place)


def relations_of(kind: str) -> list[Relation]:
    """What the context of a record of `kind` is made of."""
    return [r for r in _relations if r.of == kind]
