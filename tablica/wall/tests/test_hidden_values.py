"""What an automatic entry tells leaves out what its reader may not see, down to the last sign."""

from __future__ import annotations

import pytest

from tablica.accounts.models import User
from tablica.records.models import Record, RecordModel
from tablica.wall.commands import comments, entries, lives
from tablica.wall.queries.walls import entry_row, wall
from tests.cast import Three, ago, make_comment, make_entry, make_record


@pytest.fixture
def person(three: Three) -> RecordModel:
    """Somebody whom everyone sees."""
    return make_record("person", "Ewa", owner=three.owner)


@pytest.fixture
def seen(three: Three) -> RecordModel:
    """A company that everyone sees; the company of `three` is hidden from the stranger."""
    return make_record("company", "Seen", owner=three.owner)


def lines(user: User, record: Record) -> list[list[tuple[str, str, str]]]:
    return [
        [(str(line.label), line.before, line.after) for line in row.changes]
        for row in wall(user, record).rows
        if row.entry.type == "changed"
    ]


def change(three: Three, person: RecordModel, companies: list[object], **more: object) -> None:
    values = {"companies": companies, **more}
    lives.change_record(person.pk, by=three.owner, values=values, version=None)


def test_a_hidden_record_alone_leaves_no_entry(three: Three, person: RecordModel) -> None:
    change(three, person, [three.company.company])
    change(three, person, [])
    assert len(lines(three.owner, person.record)) == 2
    assert lines(three.stranger, person.record) == []


def test_the_other_fields_of_the_same_save_stay(three: Three, person: RecordModel) -> None:
    change(three, person, [three.company.company], position="Boss")
    assert lines(three.stranger, person.record) == [[("Position", "—", "Boss")]]
    assert len(lines(three.owner, person.record)[0]) == 2


def test_a_hidden_one_among_seen_ones_leaves_no_line(
    three: Three, person: RecordModel, seen: RecordModel
) -> None:
    change(three, person, [seen])
    change(three, person, [seen, three.company.company])
    change(three, person, [seen])
    assert lines(three.stranger, person.record) == [[("Companies", "—", "Seen")]]
    assert len(lines(three.owner, person.record)) == 3


def test_the_names_of_seen_ones_do_not_carry_hidden_ones(
    three: Three, person: RecordModel, seen: RecordModel
) -> None:
    change(three, person, [seen, three.company.company])
    assert lines(three.stranger, person.record) == [[("Companies", "—", "Seen")]]
    assert "Mleczarnia" in lines(three.owner, person.record)[0][0][2]


def test_a_seen_one_becomes_hidden_in_the_past_as_well(
    three: Three, person: RecordModel, seen: RecordModel
) -> None:
    change(three, person, [seen])
    values = {"team": three.team, "audience": three.company.audience}
    lives.change_record(seen.pk, by=three.owner, values=values, version=None)
    assert lines(three.stranger, person.record) == []


def test_one_entry_anew_follows_the_same_rule(three: Three, person: RecordModel) -> None:
    change(three, person, [three.company.company])
    told = wall(three.owner, person.record).rows[0].entry
    assert entry_row(three.owner, told.pk) is not None
    assert entry_row(three.stranger, told.pk) is None


def test_what_some_may_read_does_not_move_the_record_up(three: Three, person: RecordModel) -> None:
    only_me = make_entry(person, author=three.owner, who="me")
    record = person.record
    record.touched_at = ago(60)
    record.save()
    before = record.touched_at
    entries.write_entry(person.pk, by=three.owner, text="Mine", audience=only_me.audience)
    comments.write_comment(only_me.pk, by=three.owner, text="Mine")
    record.refresh_from_db()
    assert record.touched_at == before
    comments.write_comment(make_entry(person).pk, by=three.owner, text="Ours")
    record.refresh_from_db()
    assert record.touched_at > before


def test_the_lock_names_the_readers_to_readers_only(three: Three, person: RecordModel) -> None:
    entry = make_entry(person, author=three.owner, who="me")
    make_comment(entry)
    (row,) = wall(three.owner, person.record).rows
    assert row.lock
    assert wall(three.stranger, person.record).rows == []
