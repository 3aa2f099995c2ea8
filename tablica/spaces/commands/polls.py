"""Polls: asking, voting, closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.errors import Hidden, Refused
from tablica.shared.text.folding import fold
from tablica.spaces.models import Choice, Poll, Vote
from tablica.spaces.rules import may_close
from tablica.wall.commands.entries import lock_entry
from tablica.wall.commands.sent import clean_field, clean_time
from tablica.wall.models import Entry
from tablica.wall.signals import say_redrawn

FEWEST, MOST = 2, 20
LONGEST = 200
KNOWN = {"choices", "several", "secret", "closes_at"}


def begin_poll(entry: Entry, data: Mapping[str, Any]) -> Poll:
    """Keep what is asked: `choices`, and if wanted `several`, `secret`, `closes_at`."""
    if unknown := sorted(map(str, data.keys() - KNOWN)):
        raise ValidationError({"data": _("A poll has no “%(name)s”.") % {"name": unknown[0][:60]}})
    texts = _choices(data.get("choices"))
    poll = Poll.objects.create(
        entry=entry,
        several=_switch("several", data.get("several", False)),
        secret=_switch("secret", data.get("secret", False)),
        closes_at=_closing(data.get("closes_at")),
    )
    Choice.objects.bulk_create(
        Choice(poll=poll, place=place, text=text) for place, text in enumerate(texts)
    )
    return poll


def _choices(sent: Any) -> list[str]:
    if not isinstance(sent, list) or len(sent) > 10 * MOST:
        raise ValidationError({"choices": _("Give the choices as a list of texts.")})
    texts = [text for text in (clean_field("choices", one, LONGEST) for one in sent) if text]
    if not FEWEST <= len(texts) <= MOST:
        words = {"few": FEWEST, "most": MOST}
        raise ValidationError({"choices": _("Give %(few)d to %(most)d choices.") % words})
    if len({fold(text) for text in texts}) < len(texts):
        raise ValidationError({"choices": _("Two choices are the same.")})
    return texts


def _switch(name: str, sent: Any) -> bool:
    if not isinstance(sent, bool):
        raise ValidationError({name: _("Say true or false.")})
    return sent


def _closing(sent: Any) -> datetime | None:
    """A moment to come: a day of the reader's, of which the end is meant, or an exact time."""
    if sent in (None, ""):
        return None
    wrong = ValidationError({"closes_at": _("Write a day to come, like 2026-12-15.")})
    if not isinstance(sent, str):
        raise wrong
    try:
        day = parse_date(sent)
        moment = parse_datetime(sent) if day is None else None
        if day is not None:
            moment = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    except (ValueError, OverflowError):
        raise wrong from None
    if moment is None or moment.tzinfo is None or moment <= timezone.now():
        raise wrong
    try:
        return clean_time(moment)
    except ValidationError:
        raise wrong from None


@transaction.atomic
def vote(entry_id: int, *, by: User, choices: Iterable[int]) -> Poll:
    """Give one's vote, in place of what one voted before; a second time changes nothing.

    Raises `Hidden` for what is no poll of theirs, `Refused` when it is closed, `ValidationError`
    for choices that it does not offer, for none, and for two where one is to be chosen.
    """
    poll = _open_poll(entry_id, by)
    wanted = set(choices)
    offered = {choice.pk: choice for choice in poll.choices.all()}
    if not wanted <= offered.keys() or not wanted:
        raise ValidationError({"choices": _("Choose from what is offered.")})
    if len(wanted) > 1 and not poll.several:
        raise ValidationError({"choices": _("Choose one.")})
    mine = Vote.objects.filter(poll=poll, user=by)
    have = set(mine.values_list("choice_id", flat=True))
    mine.exclude(choice__in=wanted).delete()
    now = timezone.now()
    Vote.objects.bulk_create(
        Vote(
            poll=poll,
            choice=offered[number],
            user=by,
            at=now,
            slot=offered[number].place + 1 if poll.several else 0,
        )
        for number in sorted(wanted - have)
    )
    _say(poll, changed=wanted != have)
    return poll


@transaction.atomic
def unvote(entry_id: int, *, by: User) -> Poll:
    """Take one's vote back."""
    poll = _open_poll(entry_id, by)
    gone, _rows = Vote.objects.filter(poll=poll, user=by).delete()
    _say(poll, changed=bool(gone))
    return poll


@transaction.atomic
def close_poll(entry_id: int, *, by: User) -> Poll:
    """Let nobody vote any more."""
    poll = _poll(lock_entry(entry_id, by=by))
    if not may_close(by, poll.entry):
        raise Refused(_("Only who asked, or looks after this wall, may close the poll."))
    if poll.is_open(timezone.now()):
        poll.closed_at = timezone.now()
        poll.save(update_fields=["closed_at"])
        say_redrawn(poll.pk)
    return poll


@transaction.atomic
def reopen_poll(entry_id: int, *, by: User) -> Poll:
    """Let people vote on. Never in a secret one: what changed then would tell who voted."""
    poll = _poll(lock_entry(entry_id, by=by))
    if not may_close(by, poll.entry):
        raise Refused(_("Only who asked, or looks after this wall, may close the poll."))
    now = timezone.now()
    if poll.is_open(now):
        return poll
    if poll.secret:
        raise Refused(_("A secret poll stays closed."))
    poll.closed_at = None
    if poll.closes_at is not None and poll.closes_at <= now:
        poll.closes_at = None
    poll.save(update_fields=["closed_at", "closes_at"])
    say_redrawn(poll.pk)
    return poll


def _open_poll(entry_id: int, by: User) -> Poll:
    """The poll, locked: who votes while it is closed is before that, or refused."""
    poll = _poll(lock_entry(entry_id, by=by))
    if not poll.is_open(timezone.now()):
        raise Refused(_("This poll is closed."))
    return poll


def _poll(entry: Entry) -> Poll:
    poll = Poll.objects.filter(entry=entry).first()
    if poll is None:
        raise Hidden
    poll.entry = entry
    return poll


def _say(poll: Poll, *, changed: bool) -> None:
    """Open pages hear of it; of a secret poll they would hear who voted when."""
    if changed and not poll.secret:
        say_redrawn(poll.pk)
