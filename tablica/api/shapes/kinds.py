"""Kinds of records and types of entries."""

from __future__ import annotations

from typing import Any

from pydantic import model_serializer

from tablica.api.shapes.base import Shape


class Choice(Shape):
    """One value a field may have."""

    value: str
    label: str


class FieldShape(Shape):
    """A field of a kind. `choices` is there only where one chooses."""

    name: str
    label: str
    type: str
    required: bool
    custom: bool
    choices: list[Choice] | None = None

    @model_serializer(mode="wrap")
    def _without_no_choices(self, handler: Any) -> dict[str, Any]:
        said: dict[str, Any] = handler(self)
        if self.choices is None:
            said.pop("choices", None)
        return said


class KindShape(Shape):
    """A kind of record with its own fields, and whether the reader may add one."""

    kind: str
    label: str
    plural: str
    path: str
    may_create: bool
    fields: list[FieldShape]


class TypeShape(Shape):
    """A type of entry; `written` ones are made by people and tools, the others by themselves."""

    type: str
    label: str
    written: bool


class Kinds(Shape):
    """All kinds of records and all types of entries."""

    items: list[KindShape]
    types: list[TypeShape]
