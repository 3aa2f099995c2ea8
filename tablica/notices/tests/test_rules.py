"""Who hears of what: every kind of event, reason and mode, against a table written by hand."""

from __future__ import annotations

from itertools import product

import pytest

from tablica.notices.models import Notice
from tablica.notices.rules import hears_of_likes, reasons_of
from tablica.wall.models import Follow

ACTOR, PERSON = 1, 2
MODES = ("", *Follow.Mode.values)
# What happened, what the person has to do with it, and for each mode in the order of MODES
# (no follow, all, talk, mentions, muted) the reason they are told, or "-".
BY_HAND = """
entry    nothing                -        follow   follow   -        -
entry    mentioned              mention  mention  mention  mention  -
comment  nothing                -        follow   follow   -        -
comment  author                 author   author   author   -        -
comment  talk                   talk     talk     talk     -        -
comment  author,talk            author   author   author   -        -
comment  mentioned              mention  mention  mention  mention  -
comment  mentioned,author,talk  mention  mention  mention  mention  -
comment  mentioned,talk         mention  mention  mention  mention  -
itself   nothing                -        follow   -        -        -
like     author                 like     like     like     -        -
"""


def table() -> list[tuple[str, set[str], str, str]]:
    rows = []
    for line in BY_HAND.strip().splitlines():
        event, ties, *expected = line.split()
        for mode, reason in zip(MODES, expected, strict=True):
            rows.append((event, set(ties.split(",")) - {"nothing"}, mode, reason))
    return rows


def told(event: str, ties: set[str], mode: str, by: int) -> str:
    if event == "like":
        heard = by != PERSON and hears_of_likes(mode or None)
        return str(Notice.Reason.LIKE) if heard else "-"
    reasons = reasons_of(
        written=event != "itself",
        author=PERSON if "author" in ties else None,
        mentioned={PERSON} if "mentioned" in ties else (),
        took_part={PERSON} if "talk" in ties else (),
        modes={PERSON: mode} if mode else {},
        by=by,
    )
    return reasons.get(PERSON, "-")


@pytest.mark.parametrize(("event", "ties", "mode", "expected"), table())
def test_the_rule_says_what_the_table_says(
    event: str, ties: set[str], mode: str, expected: str
) -> None:
    assert told(event, ties, mode, by=ACTOR) == expected
    assert told(event, ties, mode, by=PERSON) == "-"


def test_the_table_is_whole() -> None:
    assert {(event, mode) for event, _t, mode, _e in table()} == set(
        product(("entry", "comment", "itself", "like"), MODES)
    )
    assert {expected for *_row, expected in table()} == {*Notice.Reason.values, "-"}
