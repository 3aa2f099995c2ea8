"""Following a record, by choice and by itself, and hearing no more of something."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.commands import lock_record
from tablica.records.models import Record
from tablica.records.rules import may
from tablica.wall.commands.entries import lock_entry
from tablica.wall.models import Entry, Follow, FollowChoice, Mute, Unfollowed
from tablica.wall.models.follows import USUAL
from tablica.wall.signals import is_quiet

OFFERED = ("", Follow.Mode.ALL, Follow.Mode.TALK)
"""How one may follow things by itself: not at all, in every word, in what people write."""
HEARD = (Follow.Mode.ALL, Follow.Mode.TALK, Follow.Mode.MENTIONS)
"""The modes in which one hears of anything."""


@transaction.atomic
def follow(record_id: int, *, by: User, mode: str = Follow.Mode.ALL) -> Follow:
    """Follow a record that `by` may see, or change how."""
    if mode not in Follow.Mode.values:
        raise ValidationError({"mode": _("Choose all, talk, mentions or muted.")})
    record = lock_record(record_id, by=by, verb="view")
    Unfollowed.objects.filter(user=by, record=record).delete()
    kept = _follow_of(by, record) or Follow(user=by, record=record, mode="")
    _set_mode(kept, mode)
    kept.why = ""
    kept.save()
    return kept


def _follow_of(user: User, record: Record) -> Follow | None:
    return Follow.objects.filter(user=user, record=record).first()


def _set_mode(follow: Follow, mode: str) -> None:
    """Change how something is followed; while it is muted, remember how it was before."""
    if mode != Follow.Mode.MUTED:
        follow.before = ""
    elif follow.mode != Follow.Mode.MUTED:
        follow.before = follow.mode
    follow.mode = mode


@transaction.atomic
def unfollow(record_id: int, *, by: User) -> None:
    """Follow a record no longer; nothing makes `by` follow it by itself again."""
    record = lock_record(record_id, by=by, verb="view")
    if Follow.objects.filter(user=by, record=record).delete()[0]:
        Unfollowed.objects.get_or_create(user=by, record=record)


def follow_by_itself(record: Record, person: User, why: str) -> bool:
    """Let somebody follow what they have to do with, as they have chosen; True when they now do.

    Never in bulk work, nor whoever may not see it, nor whoever follows it already or has chosen not
    to. The caller has locked the record.
    """
    if is_quiet() or not may(person, "view", record):
        return False
    mode = mode_chosen(person, why)
    if not mode or Unfollowed.objects.filter(user=person, record=record).exists():
        return False
    values = {"mode": mode, "why": why}
    return Follow.objects.get_or_create(user=person, record=record, defaults=values)[1]


def mode_chosen(person: User, why: str) -> str:
    """How somebody wants to follow things for this reason; empty when they do not."""
    chosen = FollowChoice.objects.filter(user=person, why=why).values_list("mode", flat=True)
    found = chosen.first()
    return USUAL[why] if found is None else found


@transaction.atomic
def choose_follows(by: User, modes: dict[str, str]) -> None:
    """Choose for each of these reasons how to follow things by itself. What is followed stays."""
    for why, mode in modes.items():
        if why not in Follow.Why.values or mode not in OFFERED:
            raise ValidationError({why: _("Choose one of those offered.")})
        FollowChoice.objects.update_or_create(user=by, why=why, defaults={"mode": mode})


@transaction.atomic
def explain_follow(record_id: int, *, by: User) -> None:
    """Remember that `by` has read why they follow this, and things like it."""
    record = lock_record(record_id, by=by, verb="view")
    why = Follow.objects.filter(user=by, record=record).values_list("why", flat=True).first()
    if why:
        FollowChoice.objects.update_or_create(
            user=by,
            why=why,
            defaults={"explained": True},
            create_defaults={"explained": True, "mode": USUAL[why]},
        )


@transaction.atomic
def mute_wall(record_id: int, *, by: User) -> str:
    """Hear nothing more of a wall; how it was followed before, empty when it was not."""
    record = lock_record(record_id, by=by, verb="view")
    kept = _follow_of(by, record) or Follow(user=by, record=record, mode="")
    _set_mode(kept, Follow.Mode.MUTED)
    kept.save()
    return kept.before


@transaction.atomic
def unmute_wall(record_id: int, *, by: User, was: str = "") -> None:
    """Follow a muted wall as before: in the mode `was`, else as it remembers, or not at all."""
    record = lock_record(record_id, by=by, verb="view")
    kept = _follow_of(by, record)
    if kept is None or kept.mode != Follow.Mode.MUTED:
        return
    mode = was if was in HEARD else kept.before
    if mode:
        _set_mode(kept, mode)
        kept.save()
    else:
        kept.delete()


@transaction.atomic
def mute_entry(entry_id: int, *, by: User) -> Entry:
    """Hear no more of a discussion, but for where `by` is meant by name."""
    entry = lock_entry(entry_id, by=by)
    Mute.objects.get_or_create(user=by, entry=entry)
    return entry


@transaction.atomic
def unmute_entry(entry_id: int, *, by: User) -> Entry:
    """Hear of a discussion again."""
    entry = lock_entry(entry_id, by=by)
    Mute.objects.filter(user=by, entry=entry).delete()
    return entry
