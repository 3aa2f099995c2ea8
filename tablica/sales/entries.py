"""What a deal tells on its wall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tablica.wall.types import EntryType, register

ENDED = ("outcome",)


def declare() -> None:
    """Register the entry types of deals."""
    for entry_type in (
        EntryType(
            "stage",
            _("Stage"),
            "trending-up",
            _("moved this on"),
            written=False,
            tells=("stage",),
            elsewhere=_("moved %(wall)s on"),
        ),
        EntryType(
            "won",
            _("Won"),
            "trophy",
            _("won this deal"),
            written=False,
            implies=ENDED,
            tells=ENDED,
            elsewhere=_("won the deal %(wall)s"),
        ),
        EntryType(
            "lost",
            _("Lost"),
            "mood-sad",
            _("lost this deal"),
            written=False,
            implies=ENDED,
            tells=ENDED,
            elsewhere=_("lost the deal %(wall)s"),
        ),
        EntryType(
            "reopened",
            _("Open again"),
            "refresh",
            _("opened this again"),
            written=False,
            implies=ENDED,
            tells=ENDED,
            elsewhere=_("opened %(wall)s again"),
        ),
    ):
        register(entry_type)


def change_type(changes: Mapping[str, list[Any]]) -> str:
    """As which entry type these changes of a deal are told: its end, its stage, or a change."""
    if "outcome" in changes:
        return {"won": "won", "lost": "lost"}.get(changes["outcome"][1], "reopened")
    return "stage" if "stage" in changes else "changed"
