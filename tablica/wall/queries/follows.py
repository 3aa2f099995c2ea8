"""How somebody follows a record, why, and what they follow by itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tablica.accounts.models import User
from tablica.wall.models import Follow, FollowChoice, Mute
from tablica.wall.models.follows import USUAL

Text = str | Promise
WHAT: dict[str, Text] = {
    Follow.Why.OWN: _("What I own"),
    Follow.Why.CREATE: _("What I add"),
    Follow.Why.COMMENT: _("Where I comment"),
    Follow.Why.MENTION: _("Where I am mentioned"),
}
HOW: tuple[tuple[str, Text], ...] = (
    ("", _("do not follow")),
    (Follow.Mode.ALL, Follow.Mode.ALL.label),
    (Follow.Mode.TALK, Follow.Mode.TALK.label),
)


@dataclass(frozen=True)
class Following:
    """How a record is followed; `mode` is empty when it is not.

    `why` is the reason in words when it happened by itself; `explain` says to tell it, for the
    first time.
    """

    mode: str = ""
    why: Text = ""
    explain: bool = False


def following(user: User, record_id: int) -> Following:
    """How and why `user` follows this record."""
    told = FollowChoice.objects.filter(user=user, why=OuterRef("why"), explained=True)
    found = Follow.objects.filter(user=user, record=record_id).annotate(told=Exists(told)).first()
    if found is None:
        return Following()
    heard = found.mode != Follow.Mode.MUTED
    why = found.get_why_display() if found.why and heard else ""
    return Following(found.mode, why, bool(why) and not found.told)


@dataclass(frozen=True)
class ChosenRow:
    """One reason to follow something by itself, and the mode chosen for it, of those in `modes`."""

    why: str
    what: Text
    mode: str
    modes: tuple[tuple[str, Text], ...] = HOW


def chosen_rows(user: User) -> list[ChosenRow]:
    """For each reason how `user` follows things by itself."""
    chosen = dict(FollowChoice.objects.filter(user=user).values_list("why", "mode"))
    return [ChosenRow(why, what, chosen.get(why, USUAL[why])) for why, what in WHAT.items()]


def is_muted(user: User, entry_id: int) -> bool:
    """Whether `user` wants to hear no more of this discussion."""
    return Mute.objects.filter(user=user, entry=entry_id).exists()
