"""Reading costs the same number of queries for ten rows as for three hundred."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import User
from tablica.people.models import Employment
from tablica.records.audiences import audience
from tablica.records.models import Record
from tablica.records.tags import make_tags
from tablica.sales.queries import board
from tablica.search.queries import search, suggest
from tablica.wall.commands.follows import follow
from tablica.wall.commands.pins import put_pin
from tablica.wall.models import EntryTag, Move, Placement, Reaction
from tablica.wall.queries.context import context_ids, related_to, sources
from tablica.wall.queries.walls import comments_of, feed, pinned, wall
from tests.cast import Three, again, ago, make_comment, make_entry, make_file, make_record

Read = Callable[[User, Record], object]
# What is read, and with how many queries (rights included: role, grants, teams, circles).
READS: dict[str, tuple[int, Read]] = {
    "wall": (17, lambda user, company: wall(user, company, limit=200)),
    "feed": (18, lambda user, company: feed(user, limit=200)),
    "followed": (18, lambda user, company: feed(user, followed=True, limit=200)),
    "context": (
        20,
        lambda user, company: wall(
            user, company, context=context_ids(related_to(user, company)), limit=200
        ),
    ),
    "sources": (6, lambda user, company: sources(user, company, related_to(user, company))),
    "pinned": (5, lambda user, company: pinned(user, company)),
    "comments": (
        5,
        lambda user, company: list(comments_of(user, company.entries.visible_to(user)[0].pk)),
    ),
    "search": (5, lambda user, company: search(user, "wpis", limit=200)),
    "suggest": (5, lambda user, company: suggest(user, "osoba")),
    "board": (10, lambda user, company: board(user)),
}


def fill(three: Three, company: Record, count: int) -> None:
    """So many persons, deals and entries with everything that hangs on them."""
    owner = three.owner
    tag = make_tags(["vip"], by=owner)[0]
    space = make_record("space", owner=owner).record
    narrow = audience("named", people=[owner, three.colleague])
    follow(company.pk, by=owner)
    for number in range(count):
        person = make_record("person", f"osoba {number}", owner=owner)
        Employment.objects.create(person_id=person.pk, company_id=company.pk)
        deal = make_record("deal", owner=owner, company_id=company.pk).record
        for home in (company, deal):
            entry = make_entry(
                home, f"wpis {number}", author=owner, who=narrow if number % 2 else None
            )
            for author in (owner, three.colleague):
                comment = make_comment(entry, author=author)
                Reaction.objects.create(comment=comment, user=author, emoji="👍", at=ago(1))
                Reaction.objects.create(entry=entry, user=author, emoji="👍", at=ago(1))
            make_file(by=owner, entry=entry)
            EntryTag.objects.create(entry=entry, tag=tag)
            Placement.objects.create(entry=entry, record=space, at=ago(1), by=owner)
            Move.objects.create(entry=entry, source=space, target=home, at=ago(1), by=owner)
            put_pin(entry, by=owner)
            make_entry(
                home,
                type_="changed",
                author=owner,
                data={
                    "changes": [
                        {"field": "owner", "from": owner.pk, "to": three.stranger.pk},
                        {"field": "team", "from": None, "to": three.team.pk},
                    ]
                },
            )


def queries(read: Read, user: User, company: Record) -> int:
    reader = again(user)
    with CaptureQueriesContext(connection) as captured:
        read(reader, company)
    return len(captured)


def test_ten_rows_and_three_hundred_cost_the_same(three: Three) -> None:
    company = make_record("company", owner=three.owner).record
    fill(three, company, 5)
    few = {name: queries(read, three.owner, company) for name, (_n, read) in READS.items()}
    fill(three, company, 145)
    many = {name: queries(read, three.owner, company) for name, (_n, read) in READS.items()}
    assert few == many == {name: count for name, (count, _read) in READS.items()}
