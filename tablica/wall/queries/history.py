"""Every text that an entry or comment ever had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tablica.accounts.models import User
from tablica.shared.markdown import render
from tablica.wall.models import Comment, Entry


@dataclass(frozen=True)
class Text:
    """One version of a text: what it said, since when, by whom."""

    version: int
    body: str
    html: str
    at: datetime
    by: User | None


def texts_of(thing: Entry | Comment) -> list[Text]:
    """All texts of something the reader may see, the newest first."""
    earlier = [
        Text(t.version, t.body, render(t.body), t.at, t.by)
        for t in thing.earlier_texts.select_related("by").order_by("-version")
    ]
    since = thing.edited_at or thing.created_at
    return [Text(thing.version, thing.body, thing.html, since, thing.author), *earlier]
