"""Entries and comments as the API gives them out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.db.models import Count, Q
from pydantic import JsonValue

from tablica.accounts.models import User
from tablica.api.queries.records import circle_shapes, link, named
from tablica.api.shapes import (
    AudienceShape,
    CommentShape,
    EntryShape,
    FileShape,
    RecordLink,
    TextShape,
    VersionShape,
)
from tablica.records.showing import Link
from tablica.shared.errors import Hidden
from tablica.shared.paging import Cursor
from tablica.wall.mentions import drawn
from tablica.wall.models import Comment, Entry, File, Reaction
from tablica.wall.queries.cards import Cards, cards_in
from tablica.wall.queries.history import Version, versions_of
from tablica.wall.queries.rows import ChangeLine, EntryRow
from tablica.wall.queries.walls import comments_of, entry_row, position_of
from tablica.wall.types import UnknownType, type_named


def one_entry(user: User, entry_id: int) -> EntryShape:
    """One entry as `user` sees it, or `Hidden`."""
    row = entry_row(user, entry_id)
    if row is None:
        raise Hidden
    return entry_shapes([row])[0]


def visible_entry(user: User, entry_id: int) -> Entry:
    """The entry of this number, or `Hidden`."""
    entry = position_of(user, entry_id)
    if entry is None:
        raise Hidden
    return entry


def entry_shapes(rows: Sequence[EntryRow]) -> list[EntryShape]:
    """These rows of a wall."""
    circles = circle_shapes(row.circle for row in rows if row.circle is not None)
    return [_entry_shape(row, circles) for row in rows]


def _entry_shape(row: EntryRow, circles: dict[int, AudienceShape]) -> EntryShape:
    entry = row.entry
    return EntryShape(
        id=entry.pk,
        type=row.type.name,
        record=link(entry.record),
        author=named(entry.author),
        happened_at=entry.happened_at,
        created_at=entry.created_at,
        edited_at=entry.edited_at,
        text=entry.body,
        html=row.html,
        data=_data(row),
        source=entry.source,
        tags=[tag.name for tag in row.tags],
        files=[file_shape(file) for file in row.files],
        audience=None if entry.audience_id is None else circles[entry.audience_id],
        comments=row.comment_count,
        reactions={reaction.emoji: reaction.count for reaction in row.reactions},
        placed_on=[_link(placed) for placed in row.placed_on],
        from_context=row.from_context,
        pinned=row.pinned,
        version=entry.version,
        url=row.url,
    )


def _data(row: EntryRow) -> dict[str, JsonValue]:
    """What the type keeps beside the text: of what happened by itself only what may be seen."""
    if row.extra is not None:
        return row.extra.data
    if row.changes:
        return {"changes": [_change(line) for line in row.changes]}
    if row.target is not None:
        return {"record": row.target.id}
    return dict(row.entry.data) if _is_written(row.entry) else {}


def _change(line: ChangeLine) -> JsonValue:
    said = {
        "field": line.name,
        "label": str(line.label),
        "from": line.raw_before,
        "to": line.raw_after,
    }
    return cast(JsonValue, said)  # raw values are what JSON can hold


def _is_written(entry: Entry) -> bool:
    try:
        return type_named(entry.type).written
    except UnknownType:
        return False


def _link(to: Link) -> RecordLink:
    return RecordLink(id=to.id, kind=to.kind, title=to.title)


def file_shape(file: File) -> FileShape:
    """A file; its bytes are behind the address."""
    return FileShape(
        id=file.pk,
        name=file.name,
        size=file.size,
        type=file.type,
        sha256=file.sha256,
        url=f"/api/v1/files/{file.pk}",
    )


def history_page(
    user: User, thing: Entry | Comment, *, before: int | None, limit: int
) -> tuple[list[Version], int | None]:
    """Versions that `user` may see, the newest first, and before which the next page begins."""
    found = versions_of(user, thing, before=before, limit=limit + 1)
    return found[:limit], found[limit - 1].number if len(found) > limit else None


def version_shapes(user: User, versions: Sequence[Version]) -> list[VersionShape]:
    """Versions of an entry."""
    cards = cards_in(user, (version.body for version in versions))
    circles = circle_shapes(v.audience for v in versions if v.audience is not None)
    return [
        VersionShape(
            **_text(version, cards),
            type=version.type,
            happened_at=version.happened_at,
            tags=version.tag_names,
            audience=None if version.audience is None else circles[version.audience.pk],
        )
        for version in versions
    ]


def text_shapes(user: User, versions: Sequence[Version]) -> list[TextShape]:
    """Versions of a comment."""
    cards = cards_in(user, (version.body for version in versions))
    return [TextShape(**_text(version, cards)) for version in versions]


def _text(version: Version, cards: Cards) -> dict[str, Any]:
    return {
        "version": version.number,
        "text": version.body,
        "html": cards.html(drawn(version.body)),
        "at": version.at,
        "by": named(version.by),
    }


def visible_comment(user: User, comment_id: int) -> Comment:
    """The comment of this number, or `Hidden`."""
    comments = Comment.objects.visible_to(user).select_related("author", "entry__record")
    found = comments.filter(pk=comment_id).first()
    if found is None:
        raise Hidden
    return found


def one_comment(user: User, comment_id: int) -> CommentShape:
    """One comment as `user` sees it, or `Hidden`."""
    found = Comment.objects.visible_to(user).filter(pk=comment_id).select_related("author")
    shapes = comment_shapes(user, list(found))
    if not shapes:
        raise Hidden
    return shapes[0]


def comments_page(
    user: User, entry_id: int, *, after: Cursor | None, limit: int
) -> tuple[list[Comment], Cursor | None]:
    """Comments of an entry, the oldest first, and where the following page begins."""
    found = comments_of(user, entry_id)
    if after is not None:
        found = found.filter(
            Q(created_at__gt=after.happened_at) | Q(pk__gt=after.id),
            created_at__gte=after.happened_at,
        )
    page = list(found[: limit + 1])
    if len(page) <= limit:
        return page, None
    last = page[limit - 1]
    return page[:limit], Cursor(last.created_at, last.pk)


def comment_shapes(user: User, comments: Sequence[Comment]) -> list[CommentShape]:
    """These comments (already the reader's, with their authors at hand)."""
    cards = cards_in(user, (comment.html for comment in comments))
    counts = reaction_counts("comment", [comment.pk for comment in comments])
    return [
        CommentShape(
            id=comment.pk,
            entry=comment.entry_id,
            author=named(comment.author),
            text=comment.body,
            html=cards.html(comment.html),
            created_at=comment.created_at,
            edited_at=comment.edited_at,
            reactions=counts[comment.pk],
            version=comment.version,
            url=f"/e/{comment.entry_id}?comment={comment.pk}",
        )
        for comment in comments
    ]


def reaction_counts(target: str, numbers: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many gave each sign to these entries or comments, the commonest first."""
    counted = (
        Reaction.objects.filter(**{f"{target}__in": list(numbers)})
        .order_by()
        .values_list(target, "emoji")
        .annotate(n=Count("pk"))
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for number, emoji, count in sorted(counted, key=lambda row: (-row[2], row[1])):
        found[number][emoji] = count
    return found
