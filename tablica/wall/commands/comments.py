"""Answers to entries."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.signals import text_changed
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text.merging import Keep
from tablica.wall.commands.entries import lock_entry, touch
from tablica.wall.commands.follows import follow_by_itself
from tablica.wall.commands.sent import clean_body
from tablica.wall.commands.versions import keep_state, state_of, together_or_stale
from tablica.wall.mentions import drawn
from tablica.wall.models import Comment, Follow
from tablica.wall.queries.history import readable_version
from tablica.wall.rules import may_change_comment, may_read, may_trash_comment
from tablica.wall.signals import say


@transaction.atomic
def write_comment(entry_id: int, *, by: User, text: str) -> Comment:
    """Answer an entry that `by` may read. Raises `Hidden`, or `ValidationError` for the text."""
    entry = lock_entry(entry_id, by=by)
    body = _body(text)
    now = timezone.now()
    comment = Comment.objects.create(
        entry=entry, author=by, body=body, html=drawn(body), created_at=now
    )
    touch(entry, now, now)
    text_changed.send(None, comments=[comment.pk])
    say(entry, by=by, comment=comment)
    follow_by_itself(entry.record, by, Follow.Why.COMMENT)
    return comment


def lock_comment(comment_id: int, *, by: User, trashed: bool = False) -> Comment:
    """The comment, locked, when `by` may read its entry; else `Hidden`."""
    comment = (
        Comment.objects.unguarded(reason="checked two lines below")
        .select_for_update(of=("self",))
        .select_related("entry__record", "author")
        .filter(pk=comment_id)
        .first()
    )
    if comment is None or (comment.trashed_at is not None) is not trashed:
        raise Hidden
    if not may_read(by, comment.entry):
        raise Hidden
    return comment


@transaction.atomic
def edit_comment(
    comment_id: int, *, by: User, version: int | None, text: str, keep: Keep = ""
) -> Comment:
    """Change one's own comment; the earlier text stays in its history. `keep` as for entries."""
    comment = lock_comment(comment_id, by=by)
    if not may_change_comment(by, comment):
        raise Refused(_("Only who wrote this may edit it."))
    if version is not None and version != comment.version:
        text = together_or_stale(comment, version, {"text": text}, keep=keep)["text"]
    body = _body(text)
    if body == comment.body:
        return comment
    keep_state(comment, state_of(comment))
    comment.body, comment.html = body, drawn(body)
    comment.version += 1
    comment.edited_at = timezone.now()
    comment.save()
    text_changed.send(None, comments=[comment.pk])
    say(comment.entry, by=by, comment=comment, edited=True)
    return comment


@transaction.atomic
def bring_back_comment(
    comment_id: int, number: int, *, by: User, version: int | None = None
) -> Comment:
    """Make the comment say again what it said as version `number`: an edit like any other."""
    comment = lock_comment(comment_id, by=by)
    then = readable_version(by, comment, number)
    return edit_comment(comment_id, by=by, version=version, text=then.body)


@transaction.atomic
def trash_comment(comment_id: int, *, by: User, version: int | None = None) -> Comment:
    """Throw a comment away for 30 days."""
    comment = lock_comment(comment_id, by=by)
    if not may_trash_comment(by, comment):
        raise Refused(_("You may see this, but not delete it."))
    if version is not None and version != comment.version:
        raise Stale(_("Somebody else changed this meanwhile."), current=comment)
    comment.trashed_at, comment.trashed_by = timezone.now(), by
    comment.version += 1
    comment.save(update_fields=["trashed_at", "trashed_by", "version"])
    text_changed.send(None, comments=[comment.pk])
    return comment


@transaction.atomic
def restore_comment(comment_id: int, *, by: User) -> Comment:
    """Take a comment out of the trash."""
    comment = lock_comment(comment_id, by=by, trashed=True)
    if not may_trash_comment(by, comment):
        raise Hidden
    comment.trashed_at = comment.trashed_by = None
    comment.version += 1
    comment.save(update_fields=["trashed_at", "trashed_by", "version"])
    text_changed.send(None, comments=[comment.pk])
    return comment


def _body(text: str) -> str:
    body = clean_body(text)
    if not body:
        raise ValidationError({"text": _("Write something.")})
    return body
