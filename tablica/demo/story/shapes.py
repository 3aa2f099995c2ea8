"""What a told story is made of: plain values, no database.

Keys are small integers, unique within their group: people of the team, teams, records (companies,
persons, deals and spaces share one series) and entries. All moments are aware datetimes in UTC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(slots=True)
class TeamShape:
    """A team of the demo company; `parent` is the key of the team above it."""

    key: int
    name: str
    parent: int | None


@dataclass(slots=True)
class PersonOfTeam:
    """A colleague who signs in. `role` is administrator, manager or member; `gender` f or m.

    `teams` are keys; the first is where they belong, others are those they work for.
    """

    key: int
    name: str
    email: str
    role: str
    teams: tuple[int, ...]
    language: str
    gender: str
    zone: str
    title: str


@dataclass(slots=True)
class FollowShape:
    """A colleague follows a record; `mode` is all, talk, mentions or muted."""

    person: int
    mode: str


@dataclass(slots=True)
class RecordShape:
    """Everything with a wall. `audience` is everyone or team; `team` says which one.

    `touched_at` is the moment of the newest entry.
    """

    key: int
    title: str
    owner: int
    team: int
    created_at: datetime
    created_by: int
    touched_at: datetime
    language: str
    audience: str = "everyone"
    tags: list[str] = field(default_factory=list)
    follows: list[FollowShape] = field(default_factory=list)


@dataclass(slots=True)
class CompanyShape(RecordShape):
    """A client. Fields hold their final values; earlier ones are in `changed` entries.

    `country` is the ISO code of two letters, `relationship` lead or client.
    """

    relationship: str = "lead"
    industry: str = ""
    tax_id: str = ""
    website: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    about: str = ""


@dataclass(slots=True)
class PersonShape(RecordShape):
    """Somebody at a client."""

    position: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    city: str = ""
    birthday: date | None = None
    about: str = ""


@dataclass(slots=True)
class JobShape:
    """A person works at a company."""

    person: int
    company: int


@dataclass(slots=True)
class DealShape(RecordShape):
    """A deal. `stage` is new, qualified, offer or negotiation: the last one it reached.

    `outcome` is open, won or lost; `outcome_reason` says why lost, in words.
    """

    company: int = 0
    people: list[int] = field(default_factory=list)
    amount: Decimal = Decimal(0)
    currency: str = "EUR"
    stage: str = "new"
    stage_since: datetime | None = None
    expected_close: date | None = None
    outcome: str = "open"
    outcome_reason: str = ""
    closed_at: datetime | None = None
    about: str = ""


@dataclass(slots=True)
class SpaceShape(RecordShape):
    """An internal topic."""

    about: str = ""


@dataclass(slots=True)
class FileShape:
    """A small real file; `content` makes its bytes only when they are asked for."""

    name: str
    type: str
    content: Callable[[], bytes]


@dataclass(slots=True)
class CommentShape:
    """A comment under an entry."""

    author: int
    at: datetime
    text: str
    likes: list[int]


@dataclass(slots=True)
class ReactionShape:
    """One person's reaction to an entry."""

    person: int
    emoji: str
    at: datetime


@dataclass(slots=True)
class VoteShape:
    """One person's vote: for the choice of this place in a poll, or (0) for an idea."""

    person: int
    place: int
    at: datetime


@dataclass(slots=True)
class PlacementShape:
    """The entry is also shown on another record's wall."""

    record: int
    by: int
    at: datetime


@dataclass(slots=True)
class MoveShape:
    """The entry was moved here from another wall."""

    source: int
    by: int
    at: datetime


@dataclass(slots=True)
class EntryShape:
    """One entry of a wall.

    `type` is note, call, meeting, chat, message, file, question, poll, idea, or one of the
    automatic created, changed, stage, won, lost, moved. The data of changes lists them: field,
    from, to; there an owner is a key of the team, companies are keys of records. `author` is None
    for messages of tools, which `source` then names. `choices` are those of a poll; `status` is
    what became of an idea, or `answered` of a question whose first comment is the answer.
    `audience` is empty for the wall's own, else team or me.
    """

    key: int
    record: int
    type: str
    author: int | None
    happened_at: datetime
    language: str
    text: str = ""
    data: dict[str, object] = field(default_factory=dict)
    source: str = ""
    audience: str = ""
    tags: list[str] = field(default_factory=list)
    comments: list[CommentShape] = field(default_factory=list)
    reactions: list[ReactionShape] = field(default_factory=list)
    files: list[FileShape] = field(default_factory=list)
    placements: list[PlacementShape] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    votes: list[VoteShape] = field(default_factory=list)
    status: str = ""
    moved: MoveShape | None = None
    pinned_by: int | None = None


@dataclass(slots=True)
class Chapter:
    """All that concerns one client, or one internal topic: its records, then its entries by time.

    A job, an entry or a placement may speak of a record of an earlier chapter, never of a later
    one; `touched` says for such records when they were touched again.
    """

    companies: list[CompanyShape] = field(default_factory=list)
    persons: list[PersonShape] = field(default_factory=list)
    jobs: list[JobShape] = field(default_factory=list)
    deals: list[DealShape] = field(default_factory=list)
    spaces: list[SpaceShape] = field(default_factory=list)
    entries: list[EntryShape] = field(default_factory=list)
    touched: dict[int, datetime] = field(default_factory=dict)
