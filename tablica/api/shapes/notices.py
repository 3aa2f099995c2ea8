"""What one is told."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import Field, StrictBool, model_validator

from tablica.api.shapes.base import Input, Listing, Named, Number, RecordLink, Shape


class NoticeShape(Shape):
    """That something happened, and why you hear of it. `text` is how what was written begins."""

    id: int
    reason: Literal["mention", "author", "talk", "follow", "like", "share", "deputy"]
    type: str
    entry: int
    comment: int | None
    author: Named | None
    at: datetime
    read: bool
    text: str
    url: str


class WallNotices(Shape):
    """The notices of one wall, the newest first."""

    record: RecordLink
    unread: int
    notices: list[NoticeShape]


class NoticeList(Listing):
    """Your notices by wall: the wall with the latest news first."""

    items: list[WallNotices]


class NoticesRead(Input):
    """Which notices you have read: these, or `all`."""

    ids: list[Number] = Field(default=[], max_length=1000)
    all: StrictBool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.ids) == self.all:
            raise ValueError("Give either ids or all.")
        return self


class NoticesMarked(Shape):
    """How many were not read before, and how many are not read now (counted up to 100)."""

    read: int
    unread: int
