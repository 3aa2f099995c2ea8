"""Notifications: what you are told."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Router

from tablica.api.answers import answer, listing
from tablica.api.problems import only_parameters
from tablica.api.reading import ApiRequest, cursor_in, is_set, limit_in
from tablica.api.shapes import (
    Named,
    NoticeList,
    NoticeShape,
    NoticesMarked,
    NoticesRead,
    RecordLink,
    WallNotices,
)
from tablica.notices import commands
from tablica.notices.queries import Group, NoticeRow, notices_of, unread_count

router = Router(tags=["Notifications"])


@router.get("/notifications", response=NoticeList, operation_id="list_notices")
def list_notices(request: ApiRequest) -> HttpResponse:
    """What you are told, grouped by wall; `limit` counts notices."""
    only_parameters(request.GET, ("unread", "mentions", "limit", "cursor"))
    show = "unread" if is_set(request, "unread") else "all"
    show = "mentions" if is_set(request, "mentions") else show
    page = notices_of(request.reader, show=show, before=cursor_in(request), limit=limit_in(request))
    return listing([_group(g) for g in page.groups], page.next.encode() if page.next else None)


@router.post("/notifications/read", response=NoticesMarked, operation_id="read_notices")
def read_notices(request: ApiRequest, sent: NoticesRead) -> HttpResponse:
    """Mark notices as read. Numbers that are none of yours change nothing."""
    read = commands.mark_read(request.reader, notices=None if sent.all else sent.ids)
    return answer(NoticesMarked(read=read, unread=unread_count(request.reader)))


def _group(group: Group) -> WallNotices:
    wall = group.wall
    return WallNotices(
        record=RecordLink(id=wall.id, kind=wall.kind, title=wall.title),
        unread=group.unread,
        notices=[_shape(row) for row in group.rows],
    )


def _shape(row: NoticeRow) -> NoticeShape:
    notice = row.notice
    return NoticeShape(
        id=notice.pk,
        reason=notice.reason,  # type: ignore[arg-type]
        type="comment" if notice.comment_id else row.type.name,
        entry=notice.entry_id,
        comment=notice.comment_id,
        author=Named(id=notice.by.pk, name=notice.by.name) if notice.by else None,
        at=notice.at,
        read=notice.read_at is not None,
        text=row.snippet,
        url=row.url,
    )
