"""Every command of a wall by three people: it works, is refused, or there is nothing there.

Whoever is refused changes not a single row, and a stranger gets the same answer as for a number
that nobody has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tablica.accounts.models import User
from tablica.records.models import Audience, Record
from tablica.sales import commands as sales
from tablica.shared.errors import Hidden, Refused
from tablica.wall.commands import comments, entries, follows, lives, pins, placing, reactions
from tablica.wall.models import Comment, Entry
from tests.cast import Three, make_comment, make_entry, make_record
from tests.checksum import nothing_changes, snapshot

NOBODY_HAS = 10**9


@dataclass
class Things:
    """What the commands are tried on: all on the wall of the owner's team."""

    three: Three
    company: Record
    deal: Record
    entry: Entry
    comment: Comment
    thrown_entry: Entry
    thrown_comment: Comment
    thrown: Record
    moved: Entry


@pytest.fixture
def things(three: Three) -> Things:
    """The owner's company and deal, an entry, a comment, and each of them thrown away as well."""
    owner, team = three.owner, three.team
    company = three.company
    deal = make_record("deal", owner=owner, team=team, who="team").record
    thrown = make_record("company", owner=owner, team=team, who="team").record
    entry = make_entry(company, author=owner)
    answered = make_entry(company, author=owner)
    comment, thrown_comment = (
        make_comment(answered, author=owner),
        make_comment(entry, author=owner),
    )
    comments.trash_comment(thrown_comment.pk, by=owner)
    thrown_entry = make_entry(company, author=owner)
    entries.trash_entry(thrown_entry.pk, by=owner)
    lives.trash_record(thrown.pk, by=owner)
    moved = make_entry(company, author=owner)
    placing.move_entry(moved.pk, to=deal.pk, by=owner)
    return Things(three, company, deal, entry, comment, thrown_entry, thrown_comment, thrown, moved)


Command = Callable[[Things, User, int | None], object]


def _or(number: int | None, real: int) -> int:
    return real if number is None else number


# name: (what the colleague gets, the command; with a number, on that thing instead)
COMMANDS: dict[str, tuple[type[Exception] | None, Command]] = {
    "change record": (
        None,
        lambda t, by, n: lives.change_record(
            _or(n, t.company.pk), by=by, values={"title": "New"}, version=None
        ),
    ),
    "tag record": (
        None,
        lambda t, by, n: lives.tag_record(_or(n, t.company.pk), by=by, tags=["vip"]),
    ),
    "trash record": (Refused, lambda t, by, n: lives.trash_record(_or(n, t.company.pk), by=by)),
    "restore record": (Refused, lambda t, by, n: lives.restore_record(_or(n, t.thrown.pk), by=by)),
    "write entry": (
        None,
        lambda t, by, n: entries.write_entry(_or(n, t.company.pk), by=by, text="Hello #vip"),
    ),
    "edit entry": (
        Refused,
        lambda t, by, n: entries.edit_entry(
            _or(n, t.entry.pk), by=by, version=None, values={"text": "New"}
        ),
    ),
    "trash entry": (Refused, lambda t, by, n: entries.trash_entry(_or(n, t.entry.pk), by=by)),
    "restore entry": (
        Hidden,
        lambda t, by, n: entries.restore_entry(_or(n, t.thrown_entry.pk), by=by),
    ),
    "comment": (
        None,
        lambda t, by, n: comments.write_comment(_or(n, t.entry.pk), by=by, text="Yes"),
    ),
    "edit comment": (
        Refused,
        lambda t, by, n: comments.edit_comment(
            _or(n, t.comment.pk), by=by, version=None, text="New"
        ),
    ),
    "trash comment": (
        Refused,
        lambda t, by, n: comments.trash_comment(_or(n, t.comment.pk), by=by),
    ),
    "restore comment": (
        Hidden,
        lambda t, by, n: comments.restore_comment(_or(n, t.thrown_comment.pk), by=by),
    ),
    "like entry": (None, lambda t, by, n: reactions.react_to_entry(_or(n, t.entry.pk), by=by)),
    "unlike entry": (None, lambda t, by, n: reactions.unreact_to_entry(_or(n, t.entry.pk), by=by)),
    "like comment": (
        None,
        lambda t, by, n: reactions.react_to_comment(_or(n, t.comment.pk), by=by),
    ),
    "unlike comment": (
        None,
        lambda t, by, n: reactions.unreact_to_comment(_or(n, t.comment.pk), by=by),
    ),
    "pin": (None, lambda t, by, n: pins.pin_entry(_or(n, t.entry.pk), by=by)),
    "unpin": (None, lambda t, by, n: pins.unpin_entry(_or(n, t.entry.pk), by=by)),
    "follow": (None, lambda t, by, n: follows.follow(_or(n, t.company.pk), by=by)),
    "unfollow": (None, lambda t, by, n: follows.unfollow(_or(n, t.company.pk), by=by)),
    "move": (
        None,
        lambda t, by, n: placing.move_entry(_or(n, t.entry.pk), to=t.deal.pk, by=by),
    ),
    "move to": (
        None,
        lambda t, by, n: placing.move_entry(t.entry.pk, to=_or(n, t.deal.pk), by=by),
    ),
    "also show": (
        None,
        lambda t, by, n: placing.move_entry(_or(n, t.entry.pk), to=t.deal.pk, by=by, keep=True),
    ),
    "undo move": (None, lambda t, by, n: placing.undo_move(_or(n, t.moved.pk), by=by)),
    "unplace": (
        None,
        lambda t, by, n: placing.unplace_entry(_or(n, t.entry.pk), record=t.deal.pk, by=by),
    ),
    "move to stage": (
        None,
        lambda t, by, n: sales.move_to_stage(_or(n, t.deal.pk), by=by, stage="offer"),
    ),
    "win": (None, lambda t, by, n: sales.win_deal(_or(n, t.deal.pk), by=by)),
    "lose": (None, lambda t, by, n: sales.lose_deal(_or(n, t.deal.pk), by=by, reason="Price")),
    "reopen": (None, lambda t, by, n: sales.reopen_deal(_or(n, t.deal.pk), by=by)),
}
SAME_AGAIN = {"unlike entry", "unlike comment", "unpin", "unfollow", "unplace", "reopen"}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_owner_may(name: str, things: Things) -> None:
    _expected, command = COMMANDS[name]
    before = snapshot()
    command(things, things.three.owner, None)
    assert (snapshot() == before) is (name in SAME_AGAIN)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_colleague_of_the_team(name: str, things: Things) -> None:
    expected, command = COMMANDS[name]
    if expected is None:
        command(things, things.three.colleague, None)
        return
    with nothing_changes(), pytest.raises(expected):
        command(things, things.three.colleague, None)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_stranger_meets_nothing(name: str, things: Things) -> None:
    _expected, command = COMMANDS[name]
    with nothing_changes():
        with pytest.raises(Hidden):
            command(things, things.three.stranger, None)
        with pytest.raises(Hidden):
            command(things, things.three.owner, NOBODY_HAS)


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_happens_to_what_is_thrown_away(name: str, things: Things) -> None:
    """All of it hangs on records that are in the trash; even the owner must restore them first."""
    command = COMMANDS[name][1]
    for record in (things.company, things.deal):
        lives.trash_record(record.pk, by=things.three.owner)
    if name == "restore record":
        return
    with nothing_changes(), pytest.raises(Hidden):
        command(things, things.three.owner, None)


@pytest.mark.parametrize("name", COMMANDS)
def test_somebody_who_left_may_nothing(name: str, things: Things) -> None:
    owner = things.three.owner
    owner.deactivated_at = owner.created_at
    owner.save()
    owner.__dict__.pop("_access", None)
    with nothing_changes(), pytest.raises(Hidden):
        COMMANDS[name][1](things, owner, None)


@pytest.mark.parametrize("name", ["edit entry", "trash entry", "move", "undo move"])
def test_what_happened_by_itself_stays_as_it_is(name: str, things: Things) -> None:
    told = Entry.objects.visible_to(things.three.owner).filter(type="moved").get()
    things.entry = things.moved = told
    refusals = Hidden if name == "undo move" else Refused
    with nothing_changes(), pytest.raises(refusals):
        COMMANDS[name][1](things, things.three.owner, None)


def test_nobody_locks_themselves_out(three: Three) -> None:
    only_me = Audience.objects.get(pk=Audience.ME)
    for values in (
        {"owner": three.stranger, "audience": only_me},
        {"owner": three.stranger, "team": three.other.team},
    ):
        with nothing_changes(), pytest.raises(Refused):
            lives.change_record(three.company.pk, by=three.owner, values=values, version=None)


def test_nobody_adds_what_they_may_not_see(three: Three) -> None:
    only_me = Audience.objects.get(pk=Audience.ME)
    values = {"title": "Secret", "owner": three.owner, "audience": only_me}
    with nothing_changes(), pytest.raises(Refused):
        lives.create_record("company", by=three.stranger, values=values)


def test_a_comment_thrown_away_is_out_of_sight(three: Three) -> None:
    entry = make_entry(three.company, author=three.owner)
    comment = make_comment(entry, author=three.owner)
    seen = Comment.objects.visible_to(three.owner).filter(pk=comment.pk)
    assert seen.exists()
    comments.trash_comment(comment.pk, by=three.owner)
    assert not seen.exists()
