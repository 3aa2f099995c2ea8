"""Who hears of what, and why: the one table that says it.

| what happened            | mentioned | wrote the entry | took part | follows all | follows talk |
|--------------------------|-----------|-----------------|-----------|-------------|--------------|
| an entry was written     | yes       | –               | –         | yes         | yes          |
| a comment was written    | yes       | yes             | yes       | yes         | yes          |
| a wall noted by itself   | –         | –               | –         | yes         | no           |
| somebody likes it        | –         | yes             | –         | –           | –            |

A like is told to who wrote what is liked, be it a comment. Who follows a wall with “only where I am
mentioned” hears of mentions alone, and with “nothing” of nothing at all. Who muted a discussion
hears of it only where they are meant by name: not through a team. Nobody hears of what they did
themselves, or of what they may not read. Whoever stands in for an absent person hears of what that
person hears of, as far as the absence is about that kind of record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tablica.notices.models import Notice
from tablica.wall.models import Follow

Reason, Mode = Notice.Reason, Follow.Mode
STRONGEST = (Reason.MENTION, Reason.AUTHOR, Reason.TALK, Reason.FOLLOW)


def reasons_of(
    *,
    written: bool,
    author: int | None,
    mentioned: Iterable[int],
    took_part: Iterable[int],
    modes: Mapping[int, str],
    by: int | None,
    named: Iterable[int] = (),
    silenced: Iterable[int] = (),
) -> dict[int, Notice.Reason]:
    """The strongest reason of each person to be told; rights are the caller's matter.

    `written`: people wrote it, no wall by itself. `modes`: how each follower follows the wall.
    `author` and `took_part` are empty for what is not a comment. `mentioned` are all, through teams
    or by name, `named` those by name. `silenced`: who muted the discussion.
    """
    hears = {Mode.ALL, Mode.TALK} if written else {Mode.ALL}
    by_reason: dict[Notice.Reason, set[int]] = {
        Reason.MENTION: set(mentioned),
        Reason.AUTHOR: {author} if author else set(),
        Reason.TALK: set(took_part),
        Reason.FOLLOW: {person for person, mode in modes.items() if mode in hears},
    }
    quiet, meant = set(silenced), set(named)
    found: dict[int, Notice.Reason] = {}
    for reason in STRONGEST:
        for person in by_reason[reason]:
            hushed = person in quiet and not (reason == Reason.MENTION and person in meant)
            if person != by and not hushed and _lets(modes.get(person), reason):
                found.setdefault(person, reason)
    return found


def hears_of_likes(mode: str | None, *, silenced: bool = False) -> bool:
    """Whether somebody wants to hear that others like what they wrote."""
    return not silenced and _lets(mode, Reason.LIKE)


def _lets(mode: str | None, reason: Notice.Reason) -> bool:
    if mode == Mode.MUTED:
        return False
    return mode != Mode.MENTIONS or reason == Reason.MENTION
