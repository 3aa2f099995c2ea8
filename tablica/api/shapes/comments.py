"""Comments and signs."""

from __future__ import annotations

from datetime import datetime

from pydantic import StrictStr

from tablica.api.shapes.base import Input, Listing, Named, Shape


class CommentShape(Shape):
    """An answer to an entry."""

    id: int
    entry: int
    author: Named | None
    text: str
    html: str
    created_at: datetime
    edited_at: datetime | None
    reactions: dict[str, int]
    version: int
    url: str


class CommentText(Input):
    """The text of a comment, in Markdown."""

    text: StrictStr


class CommentList(Listing):
    """Comments, the oldest first."""

    items: list[CommentShape]


class Reactions(Shape):
    """How many gave each sign, and which are the reader's own."""

    reactions: dict[str, int]
    mine: list[str]
