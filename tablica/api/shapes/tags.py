"""Tags."""

from __future__ import annotations

from pydantic import StrictStr

from tablica.api.shapes.base import Input, Listing, Number, Shape


class TagShape(Shape):
    """A tag; `key` is its folded form, by which spellings are the same."""

    id: int
    name: str
    key: str
    version: int


class TagName(Input):
    """The name of a tag, with or without its #."""

    name: StrictStr


class TagInto(Input):
    """The tag that takes the other's place."""

    into: Number


class TagList(Listing):
    """Tags, by their key."""

    items: list[TagShape]
