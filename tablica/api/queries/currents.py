"""What is stored now, for the writer whose change was stale."""

from __future__ import annotations

from pydantic import BaseModel, JsonValue

from tablica.accounts.models import User
from tablica.api.queries.entries import one_comment, one_entry
from tablica.api.queries.records import one_record
from tablica.api.shapes import TagShape
from tablica.records.models import RecordModel, Tag
from tablica.shared.errors import Hidden
from tablica.wall.models import Comment, Entry


def current_of(user: User, current: object) -> JsonValue:
    """The thing of a refused change in the form in which `GET` gives it, or None."""
    try:
        shape = _shape(user, current)
    except Hidden:
        return None
    return None if shape is None else shape.model_dump(mode="json", by_alias=True)


def _shape(user: User, current: object) -> BaseModel | None:
    match current:
        case RecordModel():
            return one_record(user, current.pk)
        case Entry():
            return one_entry(user, current.pk)
        case Comment():
            return one_comment(user, current.pk)
        case Tag():
            return tag_shape(current)
    return None


def tag_shape(tag: Tag) -> TagShape:
    """A tag."""
    return TagShape(id=tag.pk, name=tag.name, key=tag.key, version=tag.version)
