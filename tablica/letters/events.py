"""What happens for each reason one is told something: how choices are named."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tablica.notices.models import Notice

EVENTS: dict[str, Promise] = {
    "mention": _("Somebody mentions you"),
    "author": _("Somebody answers what you wrote"),
    "talk": _("Somebody writes where you have answered"),
    "follow": _("Something happens on a wall you follow"),
    "like": _("Somebody likes what you wrote"),
    "share": _("Somebody opens a record to you"),
    "deputy": _("You stand in for somebody who would hear of it"),
}


def event_of(reason: str) -> str:
    """What happens for this reason, as a heading; of a new one, what its notices say."""
    found = EVENTS.get(reason)
    if found is not None:
        return str(found)
    return str(Notice.Reason(reason).label) if reason in Notice.Reason.values else ""
