"""Opening a record to one person more, as its wall tells it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records import lending
from tablica.records.audiences import audience
from tablica.records.models import Audience, Share
from tablica.wall.commands.entries import tell
from tablica.wall.sharing import SHARED


@transaction.atomic
def share_record(
    record_id: int, *, by: User, to: User, edits: bool = False, until: datetime | None = None
) -> Share:
    """Open a record to `to`, and tell them, when it was not open to them already.

    Raises what `lending.share_record` does. Other readers of the wall do not meet it there.
    """
    open_ = Q(until=None) | Q(until__gt=timezone.now())
    is_open = Share.objects.filter(open_, record=record_id, user=to).exists()
    share = lending.share_record(record_id, by=by, to=to, edits=edits, until=until)
    if not is_open and to.pk != by.pk:
        circle = audience(Audience.Type.NAMED, people=[to])
        tell(share.record, SHARED, by=by, data={"to": to.pk}, audience=circle)
    return share
