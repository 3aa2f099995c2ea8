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
# (no follow, all, talk, mentions, muted) the reason they are told, or "-". `named`: by name,
# `teamed`: through a team of theirs. Behind the bar the same for who muted the discussion.
BY_HAND = """
entry    nothing             -       follow  follow  -       -  |  -       -       -       -       -
entry    named               mention mention mention mention -  |  mention mention mention mention -
entry    teamed              mention mention mention mention -  |  -       -       -       -       -
entry    named,teamed        mention mention mention mention -  |  mention mention mention mention -
comment  nothing             -       follow  follow  -       -  |  -       -       -       -       -
comment  author              author  author  author  -       -  |  -       -       -       -       -
comment  talk                talk    talk    talk    -       -  |  -       -       -       -       -
comment  author,talk         author  author  author  -       -  |  -       -       -       -       -
comment  named               mention mention mention mention -  |  mention mention mention mention -
comment  teamed              mention mention mention mention -  |  -       -       -       -       -
comment  named,author,talk   mention mention mention mention -  |  mention mention mention mention -
comment  named,talk          mention mention mention mention -  |  mention mention mention mention -
comment  teamed,author       mention mention mention mention -  |  -       -       -       -       -
comment  teamed,talk         mention mention mention mention -  |  -       -       -       -       -
itself   nothing             -       follow  -       -       -  |  -       -       -       -       -
like     author              like    like    like    -       -  |  -       -       -       -       -
like     nothing             -       -       -       -       -  |  -       -       -       -       -
"""


def table() -> list[tuple[str, set[str], str, bool, str]]:
    rows = []
    for line in BY_HAND.strip().splitlines():
        usual, muted = line.split("|")
        event, ties, *expected = usual.split()
        for is_muted, reasons in ((False, expected), (True, muted.split())):
            for mode, reason in zip(MODES, reasons, strict=True):
                rows.append((event, set(ties.split(",")) - {"nothing"}, mode, is_muted, reason))
    return rows


def told(event: str, ties: set[str], mode: str, is_muted: bool, by: int) -> str:
    if event == "like":
        heard = "author" in ties and by != PERSON
        heard = heard and hears_of_likes(mode or None, silenced=is_muted)
        return str(Notice.Reason.LIKE) if heard else "-"
    reasons = reasons_of(
        written=event != "itself",
        author=PERSON if "author" in ties else None,
        mentioned={PERSON} if ties & {"named", "teamed"} else (),
        named={PERSON} if "named" in ties else (),
        took_part={PERSON} if "talk" in ties else (),
        modes={PERSON: mode} if mode else {},
        silenced={PERSON} if is_muted else (),
        by=by,
    )
    return reasons.get(PERSON, "-")


@pytest.mark.parametrize(("event", "ties", "mode", "is_muted", "expected"), table())
def test_the_rule_says_what_the_table_says(
    event: str, ties: set[str], mode: str, is_muted: bool, expected: str
) -> None:
    assert told(event, ties, mode, is_muted, by=ACTOR) == expected
    assert told(event, ties, mode, is_muted, by=PERSON) == "-"


def test_the_table_is_whole() -> None:
    assert {(event, mode, muted) for event, _t, mode, muted, _e in table()} == set(
        product(("entry", "comment", "itself", "like"), MODES, (False, True))
    )
    # Through somebody else, who is in the table; and by what is no event on a wall.
    by_another = {Notice.Reason.DEPUTY.value, Notice.Reason.SHARE.value}
    assert {expected for *_row, expected in table()} == {*Notice.Reason.values, "-"} - by_another
