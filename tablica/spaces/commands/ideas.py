"""Ideas: votes for them, and what becomes of them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.errors import Hidden, Refused
from tablica.spaces.models import Idea, Support
from tablica.spaces.rules import runs
from tablica.wall.commands.entries import lock_entry
from tablica.wall.models import Entry
from tablica.wall.signals import say_redrawn


@transaction.atomic
def support(entry_id: int, *, by: User) -> Idea:
    """Give an idea one's vote; a second time changes nothing."""
    idea = _idea(lock_entry(entry_id, by=by))
    _row, fresh = Support.objects.get_or_create(idea=idea, user=by, defaults={"at": timezone.now()})
    if fresh:
        say_redrawn(idea.pk)
    return idea


@transaction.atomic
def unsupport(entry_id: int, *, by: User) -> Idea:
    """Take one's vote back."""
    idea = _idea(lock_entry(entry_id, by=by))
    gone, _rows = Support.objects.filter(idea=idea, user=by).delete()
    if gone:
        say_redrawn(idea.pk)
    return idea


@transaction.atomic
def set_status(entry_id: int, *, by: User, status: str) -> Idea:
    """Say what becomes of an idea; for who looks after the wall."""
    idea = _idea(lock_entry(entry_id, by=by))
    if not runs(by, idea.entry):
        raise Refused(_("Only who looks after this wall may decide about ideas."))
    if status not in Idea.Status.values:
        raise ValidationError({"status": _("There is no such status.")})
    if status != idea.status:
        idea.status, idea.decided_at, idea.decided_by = status, timezone.now(), by
        idea.save()
        say_redrawn(idea.pk)
    return idea


def _idea(entry: Entry) -> Idea:
    idea = Idea.objects.filter(entry=entry).first()
    if idea is None:
        raise Hidden
    idea.entry = entry
    return idea
