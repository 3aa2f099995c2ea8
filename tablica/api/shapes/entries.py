"""Entries of a wall, and moving and following."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue, StrictBool, StrictStr

from tablica.api.shapes.base import (
    AudienceShape,
    Input,
    Listing,
    Moment,
    Named,
    Number,
    RecordLink,
    Shape,
)
from tablica.api.shapes.files import FileShape


class EntryShape(Shape):
    """An entry of a wall.

    `data` of an automatic change is `{"changes": [{"field", "label", "from", "to"}]}`; of a moved
    entry `{"record": number}`; of a poll its choices with the votes that you may see, of an idea
    its status and votes, of a question its answer; of what else was written, whatever its writer
    gave. `audience` null means the wall's.
    """

    id: int
    type: str
    record: RecordLink
    author: Named | None
    happened_at: datetime
    created_at: datetime
    edited_at: datetime | None
    text: str
    html: str
    data: dict[str, JsonValue]
    source: str
    tags: list[str]
    files: list[FileShape]
    audience: AudienceShape | None
    comments: int
    reactions: dict[str, int]
    placed_on: list[RecordLink]
    from_context: bool
    pinned: bool
    version: int
    url: str


class EntryNew(Input):
    """A new entry. `files` are numbers from `POST /files`; `#tags` in the text count as well."""

    type: StrictStr = "note"
    text: StrictStr = ""
    tags: list[StrictStr] = Field(default=[], max_length=100)
    files: list[Number] = Field(default=[], max_length=100)
    happened_at: Moment | None = None
    audience: AudienceShape | None = None
    source: StrictStr = ""
    data: dict[str, JsonValue] = {}


class EntryChange(Input):
    """What is to change of an entry; what is left out stays."""

    type: StrictStr = "note"
    text: StrictStr = ""
    tags: list[StrictStr] = Field(default=[], max_length=100)
    happened_at: Moment | None = None
    audience: AudienceShape | None = None


class EntryList(Listing):
    """Entries, the newest first."""

    items: list[EntryShape]


class TextShape(Shape):
    """One version of a text."""

    version: int
    text: str
    html: str
    at: datetime
    by: Named | None


class TextList(Listing):
    """The versions of a comment, the newest first."""

    items: list[TextShape]


class VersionShape(TextShape):
    """One version of an entry. `audience` null means the wall's."""

    type: str
    happened_at: datetime | None
    tags: list[str]
    audience: AudienceShape | None


class VersionList(Listing):
    """The versions of an entry, the newest first."""

    items: list[VersionShape]


class Move(Input):
    """To which record's wall; with `keep` the entry stays at home and is also shown there."""

    to: Number
    keep: StrictBool = False


class FollowMode(Input):
    """How much one hears of a record."""

    mode: Literal["all", "talk", "mentions", "muted"] = "all"


class Following(Shape):
    """How the reader follows a record; null when they do not."""

    mode: Literal["all", "talk", "mentions", "muted"] | None
