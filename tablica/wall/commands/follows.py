"""Following a record."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.records.commands import lock_record
from tablica.wall.models import Follow


@transaction.atomic
def follow(record_id: int, *, by: User, mode: str = Follow.Mode.ALL) -> Follow:
    """Follow a record that `by` may see, or change how."""
    if mode not in Follow.Mode.values:
        raise ValidationError({"mode": _("Choose all, talk, mentions or muted.")})
    record = lock_record(record_id, by=by, verb="view")
    kept, _fresh = Follow.objects.update_or_create(user=by, record=record, defaults={"mode": mode})
    return kept


@transaction.atomic
def unfollow(record_id: int, *, by: User) -> None:
    """Follow a record no longer."""
    record = lock_record(record_id, by=by, verb="view")
    Follow.objects.filter(user=by, record=record).delete()
