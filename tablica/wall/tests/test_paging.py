"""Pages against brute force: no gaps, none twice, whatever the times, rights, filters, context."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tablica.accounts.models import User
from tablica.people import models as people
from tablica.records.models import Record
from tablica.wall.commands import follows
from tablica.wall.models import Entry, EntryTag, Placement
from tablica.wall.queries import walls
from tablica.wall.queries.context import context_ids, related_to, sources
from tablica.wall.queries.filters import Filters
from tablica.wall.queries.walls import Page, feed, wall
from tablica.wall.types import type_named
from tests.cast import Three, make_comment, make_entry, make_file, make_record
from tests.oracle import Person

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
RANDOM = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def every_page(fetch: Callable[..., Page], limit: int) -> list[int]:
    """The numbers of all entries, page by page to the end."""
    found: list[int] = []
    page = fetch(before=None, limit=limit)
    found += [row.entry.pk for row in page.rows]
    while page.next is not None:
        assert len(page.rows) == limit
        page = fetch(before=page.next, limit=limit)
        assert page.rows
        found += [row.entry.pk for row in page.rows]
    return found


def in_order(entries: Sequence[Entry]) -> list[int]:
    return [e.pk for e in sorted(entries, key=lambda e: (e.happened_at, e.pk), reverse=True)]


def all_entries() -> list[Entry]:
    rows = Entry.objects.unguarded(reason="tests")
    return list(rows.select_related("record__audience", "audience"))


# Of each entry: its minute (many are equal), whose wall, who may read it.
entries_of = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([None, "me", "team"])),
    max_size=25,
)


@pytest.fixture
def house(three: Three) -> list[Record]:
    """A company, its persons and deals: some hidden from the stranger, one from the owner."""
    company = make_record("company", owner=three.owner, team=three.team).record
    person = make_record("person", owner=three.owner, team=three.team)
    assert isinstance(person, people.Person)
    person.companies.add(company.company)
    deals = [
        make_record("deal", owner=owner, team=team, who=who, company_id=company.pk).record
        for owner, team, who in (
            (three.owner, three.team, "team"),
            (three.stranger, three.team, "everyone"),
            (three.colleague, three.team, "me"),
        )
    ]
    return [company, person.record, *deals]


def fill(three: Three, records: list[Record], plan: list[tuple[int, int, Any]]) -> None:
    Entry.objects.unguarded(reason="tests").all().delete()
    for minute, at, who in plan:
        make_entry(
            records[at], author=three.colleague, who=who, at=START + timedelta(minutes=minute)
        )


@RANDOM
@given(plan=entries_of, limit=st.integers(1, 7))
def test_walls_feeds_and_contexts_are_whole(
    three: Three, house: list[Record], plan: list[tuple[int, int, Any]], limit: int
) -> None:
    fill(three, house, plan)
    entries = all_entries()
    company = house[0]
    placed = [e for e in entries if e.record_id == house[2].pk][:2]
    for entry in placed:
        Placement.objects.create(entry=entry, record=company, at=START, by=three.owner)
    for user in (three.owner, three.colleague, three.stranger):
        person = Person(user)
        readable = [e for e in entries if person.reads(e)]
        assert every_page(lambda user=user, **k: feed(user, **k), limit) == in_order(readable)
        here = [e for e in readable if e.record_id == company.pk or e in placed]
        assert every_page(lambda user=user, **k: wall(user, company, **k), limit) == in_order(here)
        related = related_to(user, company)
        numbers = context_ids(related)
        assert set(numbers) == {r.pk for r in house[1:] if person.sees(r)}
        mixed = [e for e in readable if e.record_id in {company.pk, *numbers} or e in placed]
        assert every_page(
            lambda user=user, numbers=numbers, **k: wall(user, company, context=numbers, **k),
            limit,
        ) == in_order(mixed)
        home, counted = sources(user, company, related)
        assert home == sum(e.record_id == company.pk for e in readable)
        assert sum(s.entries for s in counted) == sum(e.record_id in numbers for e in readable)


@RANDOM
@given(
    plan=entries_of,
    few=st.integers(0, 6),
    lately=st.sampled_from([1, 2, 5, 1_000]),
    some=st.sampled_from([0, 2, 5_000]),
)
def test_the_feed_of_many_of_some_and_of_few_records_is_the_same(
    three: Three,
    house: list[Record],
    plan: list[tuple[int, int, Any]],
    few: int,
    lately: int,
    some: int,
) -> None:
    """Each way of asking the database gives the same feed, followed or not."""
    fill(three, house, plan)
    follows.follow(house[0].pk, by=three.owner)
    follows.follow(house[2].pk, by=three.owner)
    follows.follow(house[3].pk, by=three.owner, mode="muted")
    person = Person(three.owner)
    readable = [e for e in all_entries() if person.reads(e)]
    heard = [e for e in readable if e.record_id in {house[0].pk, house[2].pk}]
    with pytest.MonkeyPatch.context() as bounds:
        for name, bound in (("FEW_RECORDS", few), ("LATELY", lately), ("SOME_RECORDS", some)):
            bounds.setattr(walls, name, bound)
        assert every_page(lambda **k: feed(three.owner, **k), 3) == in_order(readable)
        assert every_page(lambda **k: feed(three.owner, followed=True, **k), 3) == in_order(heard)


def test_who_sees_only_what_is_quiet_reads_of_it_alone(
    three: Three, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    """The way through all that others do is gone only so far, then each of their records is
    asked: the same rows, of the homes that have the newest."""
    monkeypatch.setattr(walls, "FEW_RECORDS", 1)
    monkeypatch.setattr(walls, "LATELY", 4)
    quiet = [make_record("company", owner=three.owner, who="me").record for _each in range(6)]
    mine = [make_entry(wall, at=START + timedelta(minutes=at)) for at, wall in enumerate(quiet)]
    for minute in range(60, 90):
        make_entry(three.other, at=START + timedelta(minutes=minute))
    asked: list[list[int]] = []
    usual = walls._since_enough

    def watch(entries: Any, user: User, homes: list[int], *more: Any) -> Any:
        asked.append(sorted(homes))
        return usual(entries, user, homes, *more)

    monkeypatch.setattr(walls, "_since_enough", watch)
    page = feed(three.owner, limit=2)
    assert [row.entry.pk for row in page.rows] == [mine[5].pk, mine[4].pk]
    assert asked == [[wall.pk for wall in quiet[3:]]]


def test_entries_of_which_nothing_may_be_told_leave_no_gap(three: Three) -> None:
    """Traces of moves to a hidden wall: as many as three pages of them, and none is seen."""
    public = make_record("space", owner=three.stranger).record
    shown = []
    for minute in range(12):
        shown.append(make_entry(public, at=START + timedelta(minutes=10 * minute)).pk)
        for more in range(1, 5):
            make_entry(
                public,
                type_="moved",
                at=START + timedelta(minutes=10 * minute + more),
                data={"entry": 1, "record": three.company.pk},
            )
    assert every_page(lambda **k: wall(three.stranger, public, **k), 2) == shown[::-1]
    assert len(every_page(lambda **k: wall(three.owner, public, **k), 7)) == 60
    home, _sources = sources(three.stranger, public, [])
    assert home == len(shown)


choices: dict[str, tuple[Any, ...]] = {
    "type": ("", "note", "call", "moved"),
    "tag": ("", "vip", "#VIP", "nowhere"),
    "author": (None, "owner", "stranger"),
    "since": (None, START + timedelta(minutes=2)),
    "until": (None, START + timedelta(minutes=4)),
    "has_file": (False, True),
    "q": ("", "umowa", "umowy razem", "żyrafa"),
    "talk": (False, True),
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(picked=st.fixed_dictionaries({n: st.sampled_from(v) for n, v in choices.items()}))
def test_filters_are_brute_force(three: Three, filled: Filled, picked: dict[str, Any]) -> None:
    author = {"owner": three.owner.pk, "stranger": three.stranger.pk}.get(picked["author"])
    filters = Filters(**{**picked, "author": author})
    for user in (three.owner, three.stranger):
        person = Person(user)
        expected = [e for e in all_entries() if person.reads(e) and filled.fits(e, filters, user)]
        assert every_page(lambda user=user, **k: feed(user, filters=filters, **k), 3) == in_order(
            expected
        )


class Filled:
    """Entries of every look, and what each is known to hold."""

    def __init__(self, three: Three) -> None:
        self.words: dict[int, set[str]] = {}
        self.tagged: set[int] = set()
        self.filed: set[int] = set()
        self.three = three
        for number in range(14):
            author = three.owner if number % 3 else three.stranger
            words = [w for at, w in enumerate(("umowa", "razem", "")) if number % (at + 2) == 0]
            entry = make_entry(
                three.company if number % 4 else three.other,
                " ".join(["wpis", *words]),
                author=author,
                type_="call" if number % 5 == 0 else "note",
                at=START + timedelta(minutes=number // 2),
            )
            self.words[entry.pk] = {w for w in words if w}
            if number % 2:
                self._tag(entry)
            if number % 3 == 1:
                make_file(by=author, entry=entry, name="f.bin")
                self.filed.add(entry.pk)
            if number % 6 == 0:
                make_comment(entry, "żyrafa", author=author)
                self.words[entry.pk] |= {"żyrafa"}
        make_entry(
            three.company,
            type_="moved",
            author=three.owner,
            at=START,
            data={"entry": 1, "record": three.company.pk},
        )

    def _tag(self, entry: Entry) -> None:
        from tablica.records.tags import make_tags

        EntryTag.objects.create(entry=entry, tag=make_tags(["VIP"], by=None)[0])
        self.tagged.add(entry.pk)

    def fits(self, entry: Entry, filters: Filters, user: User) -> bool:
        """Whether an entry passes, worked out by hand."""
        said = {"umowa": {"umowa"}, "umowy razem": {"umowa", "razem"}, "żyrafa": {"żyrafa"}}
        return all(
            (
                filters.type in ("", entry.type),
                not filters.tag or (filters.tag.lower().strip("#") == "vip" and self._has(entry)),
                filters.author in (None, entry.author_id),
                filters.since is None or entry.happened_at >= filters.since,
                filters.until is None or entry.happened_at < filters.until,
                not filters.has_file or entry.pk in self.filed,
                not filters.q or said[filters.q] <= self.words.get(entry.pk, set()),
                not filters.talk or type_named(entry.type).written,
            )
        )

    def _has(self, entry: Entry) -> bool:
        return entry.pk in self.tagged


@pytest.fixture
def filled(three: Three) -> Filled:
    return Filled(three)


def test_a_filter_finds_no_words_of_comments_in_the_trash(three: Three) -> None:
    entry = make_entry(three.company, author=three.owner)
    comment = make_comment(entry, "żyrafa", author=three.owner)
    wanted = Filters(q="żyrafa")
    assert [r.entry.pk for r in wall(three.owner, three.company, filters=wanted).rows] == [entry.pk]
    comment.trashed_at = START
    comment.save()
    assert wall(three.owner, three.company, filters=wanted).rows == []
