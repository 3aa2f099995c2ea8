"""Moving and also showing: rights follow the home, never the place; with a trace and an undo."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.models import Record
from tablica.search.queries import search
from tablica.shared.errors import Hidden, Refused
from tablica.wall.commands import comments, entries, pins, placing
from tablica.wall.models import Comment, Entry, File, Placement
from tablica.wall.queries.walls import feed, pinned, position_of, wall
from tests.cast import Three, make_comment, make_entry, make_file, make_record
from tests.checksum import nothing_changes


def on(user: User, record: Record) -> list[int]:
    return [row.entry.pk for row in wall(user, record).rows if row.type.written]


@pytest.fixture
def public(three: Three) -> Record:
    """A wall that everybody sees, owned by the stranger."""
    return make_record("space", "Fair", owner=three.stranger).record


def test_also_showing_never_widens_who_reads(three: Three, public: Record) -> None:
    entry = make_entry(three.company, "The krokodyl", author=three.owner)
    comment = make_comment(entry, "A żyrafa", author=three.owner)
    file = make_file(by=three.owner, entry=entry)
    placing.move_entry(entry.pk, to=public.pk, by=three.owner, keep=True)
    assert on(three.owner, public) == on(three.colleague, public) == [entry.pk]
    assert on(three.stranger, public) == []
    for rows in (Entry, Comment, File):
        assert not rows.objects.visible_to(three.stranger).exists()
    for word in ("krokodyl", "żyrafa", "plan"):
        assert not search(three.stranger, word).entries
    assert all(row.entry.pk != entry.pk for row in feed(three.stranger).rows)
    assert {comment.pk, file.pk}


def test_moving_opens_to_the_new_wall_and_closes_the_old_one(three: Three, public: Record) -> None:
    entry = make_entry(three.company, "The krokodyl", author=three.owner)
    make_comment(entry, "A żyrafa", author=three.owner)
    file = make_file(by=three.owner, entry=entry)
    placing.move_entry(entry.pk, to=public.pk, by=three.owner)
    assert on(three.stranger, public) == [entry.pk]
    assert on(three.owner, three.company) == []
    assert list(File.objects.visible_to(three.stranger)) == [file]
    for word in ("krokodyl", "żyrafa", "plan"):
        assert len(search(three.stranger, word).entries) == 1
    placing.undo_move(entry.pk, by=three.owner)
    assert on(three.stranger, public) == []
    assert on(three.owner, three.company) == [entry.pk]
    for word in ("krokodyl", "żyrafa", "plan"):
        assert not search(three.stranger, word).entries
    assert not Entry.objects.visible_to(three.owner).filter(type="moved").exists()


def test_moving_to_a_hidden_wall_takes_it_away_from_others(three: Three, public: Record) -> None:
    entry = make_entry(public, "The krokodyl", author=three.owner)
    assert on(three.stranger, public) == [entry.pk]
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner)
    assert on(three.stranger, public) == []
    assert not search(three.stranger, "krokodyl").entries


def test_the_trace_is_hidden_from_who_may_not_see_the_target(three: Three, public: Record) -> None:
    entry = make_entry(public, author=three.owner)
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner)
    told = [row for row in wall(three.owner, public).rows if row.entry.type == "moved"]
    assert [row.target and row.target.id for row in told] == [three.company.pk]
    assert wall(three.stranger, public).rows == []
    assert wall(three.stranger, public).next is None


def test_where_it_came_from_is_hidden_from_who_may_not_see_it(three: Three, public: Record) -> None:
    entry = make_entry(three.company, author=three.owner)
    placing.move_entry(entry.pk, to=public.pk, by=three.owner)
    (mine,), (theirs,) = wall(three.owner, public).rows, wall(three.stranger, public).rows
    assert mine.moved_from
    assert mine.moved_from.source.id == three.company.pk
    assert theirs.moved_from is None


def test_where_else_it_is_shown_is_hidden_from_who_may_not_see_it(
    three: Three, public: Record
) -> None:
    entry = make_entry(public, author=three.owner)
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner, keep=True)
    (mine,), (theirs,) = wall(three.owner, public).rows, wall(three.stranger, public).rows
    assert [link.id for link in mine.placed_on] == [three.company.pk]
    assert theirs.placed_on == []


def test_doing_it_twice_changes_nothing(three: Three, public: Record) -> None:
    entry = make_entry(three.company, author=three.owner)
    for keep in (True, False):
        placing.move_entry(entry.pk, to=public.pk, by=three.owner, keep=keep)
        with nothing_changes():
            placing.move_entry(entry.pk, to=public.pk, by=three.owner, keep=keep)


def test_undo_restores_the_place_it_also_had(three: Three, public: Record) -> None:
    """Moved to where it was also shown, and back: it is also shown there again."""
    entry = make_entry(three.company, author=three.owner)
    placing.move_entry(entry.pk, to=public.pk, by=three.owner, keep=True)
    placing.move_entry(entry.pk, to=public.pk, by=three.owner)
    placing.undo_move(entry.pk, by=three.owner)
    assert on(three.owner, public) == on(three.owner, three.company) == [entry.pk]
    placing.undo_move(entry.pk, by=three.owner)
    assert not Placement.objects.exists()
    with nothing_changes(), pytest.raises(Hidden):
        placing.undo_move(entry.pk, by=three.owner)


def test_an_entry_for_the_team_cannot_go_where_there_is_none(three: Three, public: Record) -> None:
    entry = make_entry(three.company, author=three.owner, who="team")
    with nothing_changes(), pytest.raises(ValidationError):
        placing.move_entry(entry.pk, to=public.pk, by=three.owner)


def test_an_own_audience_travels_along(three: Three, public: Record) -> None:
    mine = make_entry(three.company, author=three.owner, who="me")
    some = make_entry(
        three.company, author=three.owner, who=audience("named", people=[three.colleague])
    )
    for entry in (mine, some):
        placing.move_entry(entry.pk, to=public.pk, by=three.owner)
    assert on(three.owner, public) == [some.pk, mine.pk]
    assert on(three.colleague, public) == [some.pk]
    assert on(three.stranger, public) == []


def test_a_pin_does_not_come_along_without_the_right_to_pin(three: Three) -> None:
    entry = make_entry(three.company, author=three.owner)
    pins.pin_entry(entry.pk, by=three.owner)
    theirs = make_record("deal", owner=three.stranger).record
    reader = three.owner
    role = reader.role.grants.get(kind="", verb="edit")
    role.scope = "own"
    role.save()
    reader.__dict__.pop("_access", None)
    placing.move_entry(entry.pk, to=theirs.pk, by=reader)
    assert pinned(reader, theirs) == []
    placing.undo_move(entry.pk, by=reader)
    assert [row.entry.pk for row in pinned(reader, three.company)] == [entry.pk]


def test_who_only_reads_may_not_move_what_others_wrote(three: Three, public: Record) -> None:
    entry = make_entry(public, author=three.stranger)
    role = three.owner.role.grants.get(kind="", verb="edit")
    role.scope = "own"
    role.save()
    with nothing_changes(), pytest.raises(Refused):
        placing.move_entry(entry.pk, to=three.company.pk, by=three.owner)
    wide = make_record("space", owner=three.stranger).record
    with nothing_changes(), pytest.raises(Refused):
        placing.move_entry(entry.pk, to=wide.pk, by=three.owner)


def test_a_trace_of_which_nothing_may_be_told_is_not_there_at_all(
    three: Three, public: Record
) -> None:
    entry = make_entry(public, author=three.owner)
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner)
    trace = Entry.objects.visible_to(three.stranger).get(type="moved")
    assert position_of(three.owner, trace.pk) == trace
    assert position_of(three.stranger, trace.pk) is None
    with nothing_changes(), pytest.raises(Hidden):
        comments.write_comment(trace.pk, by=three.stranger, text="What?")


def test_an_entry_made_for_the_team_does_not_go_back_where_there_is_none(
    three: Three, public: Record
) -> None:
    entry = make_entry(public, author=three.owner)
    placing.move_entry(entry.pk, to=three.company.pk, by=three.owner)
    team = make_entry(three.company, who="team").audience
    entries.edit_entry(entry.pk, by=three.owner, version=None, values={"audience": team})
    with nothing_changes(), pytest.raises(Refused):
        placing.undo_move(entry.pk, by=three.owner)


class TestTakingAway:
    """Who only edits the wall cannot move others' entries to where fewer people read them."""

    @pytest.fixture
    def entry(self, three: Three, public: Record) -> Entry:
        return make_entry(public, "The krokodyl", author=three.owner)

    def test_a_colleague_may_not(self, three: Three, entry: Entry) -> None:
        mine = make_record("company", "Mine", owner=three.colleague, who="me").record
        for target in (mine, three.company):
            with nothing_changes(), pytest.raises(Refused):
                placing.move_entry(entry.pk, to=target.pk, by=three.colleague)
            placing.move_entry(entry.pk, to=target.pk, by=three.colleague, keep=True)

    def test_a_colleague_may_where_the_same_people_read(self, three: Three, entry: Entry) -> None:
        another = make_record("company", "Also open", owner=three.colleague).record
        placing.move_entry(entry.pk, to=another.pk, by=three.colleague)
        assert on(three.stranger, another) == [entry.pk]
        inside = make_entry(three.company, author=three.owner)
        beside = make_record("company", "Ours", owner=three.colleague, team=three.team, who="team")
        placing.move_entry(inside.pk, to=beside.pk, by=three.colleague)
        assert on(three.owner, beside.record) == [inside.pk]

    def test_who_wrote_it_or_may_throw_it_away_may(self, three: Three, public: Record) -> None:
        for author in (three.colleague, three.owner):
            entry = make_entry(public, author=author)
            placing.move_entry(entry.pk, to=three.company.pk, by=author)
            assert on(three.stranger, public) == []

    def test_undoing_what_another_moved_is_moving(self, three: Three, public: Record) -> None:
        entry = make_entry(three.company, author=three.owner)
        placing.move_entry(entry.pk, to=public.pk, by=three.owner)
        with nothing_changes(), pytest.raises(Refused):
            placing.undo_move(entry.pk, by=three.colleague)
        placing.undo_move(entry.pk, by=three.owner)
        assert on(three.stranger, public) == []


def test_who_moves_what_others_wrote_takes_it_from_nobody(three: Three, public: Record) -> None:
    """Who may only edit moves it to where all who read it now read it still."""
    entry = make_entry(three.company, author=three.owner)
    few = audience("named", people=[three.colleague, three.owner])
    narrower = make_record("space", "For two", owner=three.owner, who=few).record
    private = make_record("space", "Mine", owner=three.colleague, who="me").record
    for to in (narrower, private):
        with nothing_changes(), pytest.raises(Refused):
            placing.move_entry(entry.pk, to=to.pk, by=three.colleague)
    ours = make_record("space", "Ours", owner=three.owner, team=three.team, who="team").record
    placing.move_entry(entry.pk, to=ours.pk, by=three.colleague)
    placing.move_entry(entry.pk, to=public.pk, by=three.colleague)
    assert on(three.stranger, public) == [entry.pk]
    with nothing_changes(), pytest.raises(Refused):
        placing.move_entry(entry.pk, to=ours.pk, by=three.colleague)
    placing.move_entry(entry.pk, to=narrower.pk, by=three.owner)
