"""Keeping what somebody is writing, on every device, until it is posted or thrown away."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.errors import Hidden
from tablica.wall.commands.sent import LONGEST_TEXT, MOST_FILES
from tablica.wall.models import Draft, File, Upload
from tablica.wall.queries.drafts import where

MOST_DRAFTS = 200
ENDED_KEPT = timedelta(days=1)
CHOSEN = {
    "type": 40, "tags": 1000, "minutes": 10, "happened_at": 40, "audience": 10, "base": 10,
    "choices": 10_000, "closes_on": 10, "several": 1, "secret": 1,
}  # fmt: skip
"""What is kept beside the text as it was typed, and how many characters of it."""
COUNTS = ("tags", "minutes", "happened_at", "choices")
"""What makes a draft worth keeping without words."""
MOST_READERS = 300


class Ended(Exception):
    """It was posted or thrown away, perhaps elsewhere: this save comes too late."""


@dataclass(frozen=True)
class Typed:
    """What a page sends to be kept.

    `version` is the one the page saw last, 0 for a new draft. `hand` is the page, `turn` counts its
    saves: what was sent earlier and comes later changes nothing.
    """

    key: uuid.UUID
    version: int
    hand: uuid.UUID
    turn: int
    text: str
    chosen: Mapping[str, Any]
    files: Collection[int] = ()
    uploads: Collection[uuid.UUID] = ()


def save_draft(place: Draft.Place, number: int, typed: Typed, *, by: User) -> Draft | None:
    """Keep what `by` is writing there; None when nothing is left of it.

    Never overwrites what another page saved meanwhile: then what is sent becomes a draft of its
    own, with another key, beside the other. Raises `Ended`; `Hidden` for a new draft at a place
    where `by` may not write; `ValidationError` when it is too long, or one too many.
    """
    text, chosen = _kept(typed)
    try:
        with transaction.atomic():
            return _save(place, number, typed, text, chosen, by)
    except IntegrityError:  # its first two saves came at once: the second finds the first
        with transaction.atomic():
            return _save(place, number, typed, text, chosen, by)


def _save(
    place: Draft.Place, number: int, typed: Typed, text: str, chosen: dict[str, Any], by: User
) -> Draft | None:
    draft = _locked(by, key=typed.key)
    is_empty = not (
        text.strip() or typed.files or typed.uploads or any(chosen.get(name) for name in COUNTS)
    )
    if draft is None:
        if typed.version:
            raise Ended
        at = where(by, place, number)
        return None if is_empty else _begin(place, at, typed.key, typed, text, chosen, by)
    if draft.ended_at is not None or draft.place != place:
        raise Ended
    is_same_hand = draft.hand == typed.hand
    if is_same_hand and typed.turn <= draft.turn:
        return draft
    if is_same_hand or typed.version == draft.version:
        if is_empty:
            _end(draft)
            return None
        return _write(draft, typed, text, chosen, by)
    if is_empty or (draft.text, draft.chosen) == (text, chosen):
        return draft
    at = {"record_id": draft.record_id, "entry_id": draft.entry_id, "comment_id": draft.comment_id}
    return _begin(place, at, uuid.uuid4(), typed, text, chosen, by)


def _begin(
    place: Draft.Place,
    at: Mapping[str, Any],
    key: uuid.UUID,
    typed: Typed,
    text: str,
    chosen: dict[str, Any],
    by: User,
) -> Draft:
    if Draft.objects.visible_to(by).open().count() >= MOST_DRAFTS:
        raise ValidationError(
            {
                "text": _("You have %(n)d drafts. Post or discard some of them first.")
                % {"n": MOST_DRAFTS}
            }
        )
    draft = Draft(author=by, place=place, key=key, version=0, saved_at=timezone.now(), **at)
    return _write(draft, typed, text, chosen, by)


def _write(draft: Draft, typed: Typed, text: str, chosen: dict[str, Any], by: User) -> Draft:
    draft.text, draft.chosen = text, chosen
    draft.hand, draft.turn = typed.hand, typed.turn
    draft.version += 1
    draft.saved_at = timezone.now()
    draft.save()
    _hang(draft, typed, by)
    return draft


def _hang(draft: Draft, typed: Typed, by: User) -> None:
    """Let exactly these files wait with the draft; those of others, or attached, do not count."""
    files = File.objects.visible_to(by).filter(entry=None, uploaded_by=by)
    if draft.version > 1:
        files.filter(draft=draft).exclude(pk__in=typed.files).update(draft=None)
        mine = Upload.objects.visible_to(by).filter(draft=draft)
        mine.exclude(pk__in=typed.uploads).update(draft=None)
    if typed.files:
        files.filter(pk__in=typed.files).update(draft=draft)
    if typed.uploads:
        coming = Upload.objects.visible_to(by).filter(pk__in=typed.uploads)
        coming.update(draft=draft)
        # One may have come whole before the page knew the number of its file.
        files.filter(pk__in=coming.filter(file__isnull=False).values("file")).update(draft=draft)


def _kept(typed: Typed) -> tuple[str, dict[str, Any]]:
    """The text and what was chosen as they were typed, as far as a database can keep them."""
    text = _sayable(typed.text)
    if len(text) > LONGEST_TEXT:
        raise ValidationError({"text": _("At most %(n)d characters.") % {"n": LONGEST_TEXT}})
    if max(len(typed.files), len(typed.uploads)) > MOST_FILES:
        raise ValidationError({"files": _("At most %(n)d files.") % {"n": MOST_FILES}})
    chosen: dict[str, Any] = {
        name: _sayable(str(typed.chosen[name]))[:longest]
        for name, longest in CHOSEN.items()
        if typed.chosen.get(name)
    }
    if readers := [n for n in typed.chosen.get("readers", ()) if type(n) is int]:
        chosen["readers"] = readers[:MOST_READERS]
    return text, chosen


def _sayable(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\0", "").encode("utf-8", "replace").decode()


def _locked(by: User, **which: Any) -> Draft | None:
    return Draft.objects.visible_to(by).select_for_update(of=("self",)).filter(**which).first()


def end_draft(key: uuid.UUID | None, *, by: User) -> None:
    """Its words are being posted: in the same transaction the draft is gone, for good.

    Also when nothing of it was saved yet: a save that comes late finds it ended. Call it before
    anything else is locked.
    """
    if key is None:
        return
    now = timezone.now()
    mark = Draft(author=by, key=key, hand=key, place=Draft.Place.WALL, saved_at=now, ended_at=now)
    Draft.objects.unguarded(reason="a mark of one's own").bulk_create([mark], ignore_conflicts=True)
    draft = _locked(by, key=key)
    if draft is not None and draft.ended_at is None:
        _end(draft)


def _end(draft: Draft) -> None:
    """Nothing of it stays but the mark that it has ended."""
    draft.text, draft.chosen = "", {}
    draft.version += 1
    draft.ended_at = timezone.now()
    draft.save()
    File.objects.unguarded(reason="of a draft of one's own").filter(draft=draft).update(draft=None)


@transaction.atomic
def discard_draft(number: int, *, by: User) -> Draft:
    """Throw a draft of one's own away; for a day it can be taken back. Raises `Hidden`."""
    draft = _locked(by, pk=number)
    if draft is None:
        raise Hidden
    if draft.ended_at is None:
        draft.ended_at = timezone.now()
        draft.version += 1
        draft.save(update_fields=["ended_at", "version"])
    return draft


@transaction.atomic
def take_back_draft(number: int, *, by: User) -> Draft:
    """Undo `discard_draft`. What was posted has no words any more and stays ended: `Hidden`."""
    draft = _locked(by, pk=number)
    if draft is None or not (draft.text or draft.chosen or draft.files.visible_to(by).exists()):
        raise Hidden
    if draft.ended_at is not None:
        draft.ended_at = None
        draft.version += 1
        draft.save(update_fields=["ended_at", "version"])
    return draft


def forget_drafts(now: datetime) -> int:
    """Remove what was posted or thrown away more than a day before `now`; how many drafts."""
    ended = Draft.objects.unguarded(reason="ended a day ago, and of no use to its author")
    return ended.filter(ended_at__lt=now - ENDED_KEPT).delete()[1].get("wall.Draft", 0)
