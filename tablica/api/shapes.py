"""What the API gives out and takes in, as OpenAPI describes it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_serializer,
)

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


class FileShape(Shape):
    """A file; `url` gives its bytes to the same token."""

    id: int
    name: str
    size: int
    type: str
    sha256: str
    url: str


class EntryShape(Shape):
    """An entry of a wall.

    `data` of an automatic change is `{"changes": [{"field", "label", "from", "to"}]}`; of a moved
    entry `{"record": number}`; of what was written, whatever its writer gave. `audience` null means
    the wall's.
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


class TextShape(Shape):
    """One version of a text."""

    version: int
    text: str
    html: str
    at: datetime
    by: Named | None


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


class Reactions(Shape):
    """How many gave each sign, and which are the reader's own."""

    reactions: dict[str, int]
    mine: list[str]


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


class Reason(Input):
    """Why a deal ended."""

    reason: StrictStr = ""


class StageName(Input):
    """A stage by its slug."""

    stage: StrictStr


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


class Rights(Shape):
    """What the reader may do: for each kind, how far each verb reaches (none, own, team, all)."""

    administers: bool
    curates_tags: bool
    kinds: dict[str, dict[str, str]]


class Me(Shape):
    """Who the token belongs to."""

    id: int
    name: str
    email: str
    role: str
    teams: list[Named]
    language: str
    timezone: str
    scope: str
    rights: Rights


class RecordHit(Shape):
    """A record that was found; `marks` are the matching parts of the title, `[from, to)`."""

    id: int
    kind: str
    title: str
    marks: list[tuple[int, int]]
    about: str
    url: str


class EntryHit(Shape):
    """An entry, or a `comment` to it, that was found; `marks` are the matching parts."""

    id: int
    type: str
    record: RecordLink
    author: Named | None
    happened_at: datetime
    comment: int | None
    snippet: str
    marks: list[tuple[int, int]]
    url: str


class Found(Shape):
    """The records and the entries that were found; `next` is the cursor of the following ones."""

    records: list[RecordHit]
    entries: list[EntryHit]
    next: str | None


class Colleague(Shape):
    """Somebody who works here."""

    id: int
    name: str
    email: str


class Listing(Shape):
    """A page of a list; `next` is the cursor of the following one, null at the end."""

    next: str | None


class RecordList(Listing):
    """Records."""

    items: list[RecordShape]


class EntryList(Listing):
    """Entries, the newest first."""

    items: list[EntryShape]


class CommentList(Listing):
    """Comments, the oldest first."""

    items: list[CommentShape]


class TextList(Listing):
    """Every text an entry had, the newest first."""

    items: list[TextShape]


class TagList(Listing):
    """Tags, by their key."""

    items: list[TagShape]


class HitList(Listing):
    """Suggestions, the best first."""

    items: list[RecordHit]


class ColleagueList(Listing):
    """Colleagues, by name."""

    items: list[Colleague]


class TeamList(Listing):
    """Teams, by name."""

    items: list[Named]


class FieldError(Shape):
    """What is wrong with one field."""

    field: str
    message: str


class ProblemShape(Shape):
    """Every refusal (RFC 9457). `current` is there when a change was stale: what is stored now."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]
    current: JsonValue = None
