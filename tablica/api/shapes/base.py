"""The ground of all shapes, and what several of them hold."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, WithJsonSchema

Number = Annotated[StrictInt, Field(gt=0, lt=2**63)]
"""The number of a record, entry, user …"""


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(_("Give a time such as 2026-03-02T14:30:00+01:00."))
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(_("Give a time such as 2026-03-02T14:30:00+01:00.")) from None


Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A time with its offset, RFC 3339."""


class Shape(BaseModel):
    """Something that is given out."""

    model_config = ConfigDict(populate_by_name=True)


class Input(BaseModel):
    """Something that is taken in: names nobody knows are refused, not overlooked."""

    model_config = ConfigDict(extra="forbid")


class Circle(Input):
    """Named people and teams."""

    people: list[Number] = Field(default=[], max_length=1000)
    teams: list[Number] = Field(default=[], max_length=1000)


AudienceShape = Literal["everyone", "team", "me"] | Circle


class Named(Shape):
    """A colleague or a team."""

    id: int
    name: str


class RecordLink(Shape):
    """A record, by its name."""

    id: int
    kind: str
    title: str


class Listing(Shape):
    """A page of a list; `next` is the cursor of the following one, null at the end."""

    next: str | None
