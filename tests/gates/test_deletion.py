"""L10: what is thrown away comes back whole: rows, links, files, comments, rights, finding."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.records.tags import make_tags
from tablica.search.queries import search
from tablica.wall.commands import comments, entries, files, follows, lives, pins, placing, reactions
from tablica.wall.models import Comment, Entry, File
from tablica.wall.queries.walls import wall
from tests.cast import Three, make_comment, make_entry, make_record
from tests.checksum import difference, snapshot

# What a deletion and its undo leave behind by design: the two lines on the wall that tell of them.
TRACES = {"trashed", "restored"}


@pytest.fixture
def rich(three: Three) -> tuple[Three, Record, Entry, Comment]:
    """A company with everything that can hang on it."""
    owner, company = three.owner, three.company
    deal = make_record(
        "deal", owner=owner, team=three.team, who="team", company_id=company.pk
    ).record
    person = make_record("person", owner=owner, who="team", team=three.team)
    person.companies.add(company.company)
    file = files.add_file("plan.txt", [b"words"], by=owner)
    entry = entries.write_entry(
        company.pk, by=owner, text="The krokodyl #vip", tags=["big"], files=[file.pk]
    )
    comment = make_comment(entry, "A żyrafa", author=three.colleague)
    reactions.react_to_entry(entry.pk, by=three.colleague)
    reactions.react_to_comment(comment.pk, by=owner)
    pins.pin_entry(entry.pk, by=owner)
    follows.follow(company.pk, by=three.colleague)
    placing.move_entry(entry.pk, to=deal.pk, by=owner, keep=True)
    moved = make_entry(deal, "Once a slon", author=owner)
    placing.move_entry(moved.pk, to=company.pk, by=owner)
    lives.tag_record(company.pk, by=owner, tags=["vip"])
    entries.edit_entry(entry.pk, by=owner, version=None, values={"text": "The krokodyl #vip!"})
    make_tags(["unused"], by=owner)
    return three, company, entry, comment


def state() -> dict[str, list[str]]:
    """Every row but for versions, the traces, and what tells people or open pages of them."""
    found = snapshot()
    found.pop("live_news")
    found["jobs_job"] = [row for row in found["jobs_job"] if "notices.jobs.tell_of" not in row]
    found["wall_entry"] = [
        row for row in found["wall_entry"] if not any(f"'{word}'" in row for word in TRACES)
    ]
    return {table: [_unversioned(row) for row in rows] for table, rows in found.items()}


def _unversioned(row: str) -> str:
    head, mark, tail = row.partition("('version', ")
    return head + mark + tail.partition(")")[2] if mark else row


def what_they_see(users: list[User], record: int) -> list[object]:
    """Everything three people find, with the order in which they meet it."""
    seen: list[object] = []
    for user in users:
        for word in ("krokodyl", "żyrafa", "slon", "Mleczarnia", "plan"):
            found = search(user, word)
            seen.append(([h.record.pk for h in found.records], [h.url for h in found.entries]))
        home = Record.objects.visible_to(user).filter(pk=record).first()
        seen.append(
            home
            and [
                (r.entry.pk, [c.comment.pk for c in r.comments], [f.pk for f in r.files], r.pinned)
                for r in wall(user, home).rows
                if r.entry.type not in TRACES
            ]
        )
        seen.append(sorted(File.objects.visible_to(user).values_list("pk", flat=True)))
    return seen


Undo = tuple[
    Callable[[Record, Entry, Comment, User], object],
    Callable[[Record, Entry, Comment, User], object],
]
DELETIONS: dict[str, Undo] = {
    "record": (
        lambda r, e, c, by: lives.trash_record(r.pk, by=by),
        lambda r, e, c, by: lives.restore_record(r.pk, by=by),
    ),
    "entry": (
        lambda r, e, c, by: entries.trash_entry(e.pk, by=by),
        lambda r, e, c, by: entries.restore_entry(e.pk, by=by),
    ),
    "comment": (
        lambda r, e, c, by: comments.trash_comment(c.pk, by=by),
        lambda r, e, c, by: comments.restore_comment(c.pk, by=by),
    ),
}


@pytest.mark.parametrize("what", DELETIONS)
def test_restoring_brings_back_everything(
    what: str, rich: tuple[Three, Record, Entry, Comment]
) -> None:
    three, company, entry, comment = rich
    people = [three.owner, three.colleague, three.stranger]
    throw, restore = DELETIONS[what]
    by = three.colleague if what == "comment" else three.owner
    before, seen = state(), what_they_see(people, company.pk)
    throw(company, entry, comment, by)
    assert what_they_see(people, company.pk) != seen
    restore(company, entry, comment, by)
    assert difference(before, state()) == []
    assert what_they_see(people, company.pk) == seen


def test_what_is_thrown_away_is_found_by_nobody(
    rich: tuple[Three, Record, Entry, Comment],
) -> None:
    three, company, _entry, _comment = rich
    lives.trash_record(company.pk, by=three.owner)
    for user in (three.owner, three.colleague):
        for word in ("krokodyl", "żyrafa", "slon", "Mleczarnia", "plan"):
            found = search(user, word)
            assert not found.records
            assert not found.entries
        assert not File.objects.visible_to(user).exists()
        assert list(Record.objects.visible_in_trash_to(user)) == [company]
    assert not Record.objects.visible_in_trash_to(three.stranger).exists()
