"""What the API gives out and takes in, as OpenAPI describes it."""

from tablica.api.shapes.base import (
    AudienceShape,
    Circle,
    Input,
    Listing,
    Moment,
    Named,
    Number,
    RecordLink,
    Shape,
)
from tablica.api.shapes.comments import CommentList, CommentShape, CommentText, Reactions
from tablica.api.shapes.deals import Reason, StageName
from tablica.api.shapes.entries import (
    EntryChange,
    EntryList,
    EntryNew,
    EntryShape,
    Following,
    FollowMode,
    Move,
    TextList,
    TextShape,
    VersionList,
    VersionShape,
)
from tablica.api.shapes.files import FileShape
from tablica.api.shapes.finding import EntryHit, Found, HitList, RecordHit
from tablica.api.shapes.house import Colleague, ColleagueList, Me, Rights, TeamList
from tablica.api.shapes.kinds import Choice, FieldShape, Kinds, KindShape, TypeShape
from tablica.api.shapes.notices import (
    NoticeList,
    NoticeShape,
    NoticesMarked,
    NoticesRead,
    WallNotices,
)
from tablica.api.shapes.problems import FieldError, ProblemShape
from tablica.api.shapes.records import RecordChange, RecordList, RecordNew, RecordShape
from tablica.api.shapes.tags import TagInto, TagList, TagName, TagShape
from tablica.api.shapes.topics import Answer, Ballot, IdeaStatus

__all__ = [
    "Answer",
    "AudienceShape",
    "Ballot",
    "Choice",
    "Circle",
    "Colleague",
    "ColleagueList",
    "CommentList",
    "CommentShape",
    "CommentText",
    "EntryChange",
    "EntryHit",
    "EntryList",
    "EntryNew",
    "EntryShape",
    "FieldError",
    "FieldShape",
    "FileShape",
    "FollowMode",
    "Following",
    "Found",
    "HitList",
    "IdeaStatus",
    "Input",
    "KindShape",
    "Kinds",
    "Listing",
    "Me",
    "Moment",
    "Move",
    "Named",
    "NoticeList",
    "NoticeShape",
    "NoticesMarked",
    "NoticesRead",
    "Number",
    "ProblemShape",
    "Reactions",
    "Reason",
    "RecordChange",
    "RecordHit",
    "RecordLink",
    "RecordList",
    "RecordNew",
    "RecordShape",
    "Rights",
    "Shape",
    "StageName",
    "TagInto",
    "TagList",
    "TagName",
    "TagShape",
    "TeamList",
    "TextList",
    "TextShape",
    "TypeShape",
    "VersionList",
    "VersionShape",
    "WallNotices",
]
