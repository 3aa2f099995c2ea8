"""Records."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, JsonValue, StrictStr

from tablica.api.shapes.base import AudienceShape, Input, Listing, Named, Number, Shape


class RecordShape(Shape):
    """A record: what it is called, whose it is, who may read it, and the fields of its kind."""

    id: int
    kind: str
    title: str
    fields: dict[str, JsonValue]
    owner: Named | None
    team: Named | None
    audience: AudienceShape
    tags: list[str]
    followed: bool
    version: int
    created_at: datetime
    touched_at: datetime
    url: str


class RecordNew(Input):
    """A new record; see the schema of each kind for its `fields`."""

    kind: StrictStr
    title: StrictStr
    fields: dict[str, JsonValue] = {}
    owner: Number | None = None
    team: Number | None = None
    audience: AudienceShape | None = None
    tags: list[StrictStr] = Field(default=[], max_length=100)


class RecordChange(Input):
    """What is to change of a record; what is left out stays."""

    title: StrictStr = ""
    fields: dict[str, JsonValue] = {}
    owner: Number | None = None
    team: Number | None = None
    audience: AudienceShape = "everyone"
    tags: list[StrictStr] = Field(default=[], max_length=100)


class RecordList(Listing):
    """Records."""

    items: list[RecordShape]
