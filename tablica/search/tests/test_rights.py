"""Finding against brute force: exactly what the reader may see and what contains the words."""

from __future__ import annotations

import itertools
import random

import pytest

from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.models import Audience, Record
from tablica.records.tags import make_tags
from tablica.search.queries import search, suggest
from tablica.wall.commands import comments, entries, lives, placing
from tablica.wall.models import Comment, Entry, EntryTag
from tests.cast import Three, again, cast, make_comment, make_entry, make_record
from tests.oracle import Person

WORDS = ("zebrax", "kwokax", "lutnix", "morsax")
MANY = 500


def said(text: str) -> set[str]:
    return set(text.split())


class World:
    """Records, entries and comments of nonsense words, with every audience."""

    def __init__(self) -> None:
        chance = random.Random(11)
        self.people = cast()
        owner, member = self.people["owner"], self.people["member"]
        north = member.teams.get()
        circles: list[Audience | str] = [
            "everyone",
            "team",
            "me",
            audience("named", people=[self.people["outsider"]]),
        ]
        self.records: list[Record] = []
        for number, (kind, who) in enumerate(itertools.product(["company", "deal"], circles)):
            title = " ".join(chance.sample(WORDS, 2))
            body = make_record(
                kind,
                title,
                owner=owner if number % 2 else member,
                team=north,
                who=who,
                trashed=number == 3,
            )
            self.records.append(body.record)
        self.entries: list[Entry] = []
        self.comments: list[Comment] = []
        for number in range(60):
            entry = make_entry(
                chance.choice(self.records),
                " ".join(chance.sample(WORDS, 2)),
                author=chance.choice([owner, member, None]),
                who=chance.choice([None, None, *circles]),
                trashed=number % 11 == 0,
                type_=chance.choice(["note", "call"]),
            )
            self.entries.append(entry)
            if number % 2:
                comment = make_comment(entry, chance.choice(WORDS), author=owner)
                if number % 7 == 0:
                    comment.trashed_at = comment.created_at
                    comment.save()
                self.comments.append(comment)

    def found(self, user: User, wanted: set[str]) -> tuple[set[int], set[tuple[int, int | None]]]:
        """What the reader should find, worked out one by one."""
        person = Person(user)
        whole = Entry.objects.unguarded(reason="tests").select_related("record__audience")
        by_id = whole.select_related("audience", "record__audience").in_bulk()
        records = {r.pk for r in self.records if person.sees(r) and wanted <= said(r.title)}
        hits: set[tuple[int, int | None]] = {
            (e.pk, None)
            for e in self.entries
            if person.reads(by_id[e.pk]) and wanted <= said(e.body)
        }
        for comment in self.comments:
            comment.entry = by_id[comment.entry_id]
            if person.reads_comment(comment) and wanted <= said(comment.body):
                hits.add((comment.entry_id, comment.pk))
        return records, hits


@pytest.fixture
def world(db: None) -> World:
    return World()


def test_everybody_finds_exactly_what_they_may_see(world: World) -> None:
    total = 0
    for name, user in world.people.items():
        for wanted in [*map(set, itertools.combinations(WORDS, 1)), {WORDS[0], WORDS[1]}]:
            result = search(user, " ".join(sorted(wanted)), limit=MANY)
            records, hits = world.found(user, wanted)
            assert {h.record.pk for h in result.records} == records, (name, wanted)
            found = [(h.entry.pk, h.comment.pk if h.comment else None) for h in result.entries]
            assert set(found) == hits, (name, wanted)
            assert len(found) == len(hits)
            suggested = suggest(user, " ".join(sorted(wanted)), limit=MANY)
            assert {h.record.pk for h in suggested} == records, (name, wanted)
            total += len(hits)
    assert total > 100


def test_the_newest_come_first_and_no_hidden_one_takes_a_place(world: World) -> None:
    """The limit counts what the reader sees: hidden hits never push seen ones out."""
    for user in world.people.values():
        whole = [h.entry.pk for h in search(user, WORDS[0], limit=MANY).entries]
        for limit in (1, 3, 10):
            few = search(user, WORDS[0], limit=limit)
            assert [h.entry.pk for h in few.entries] == whole[:limit]


def test_nothing_is_suggested_to_who_sees_nothing(world: World) -> None:
    for name in ("guest", "deactivated", "blind-editor"):
        assert suggest(world.people[name], "") == []
    member = world.people["member"]
    assert {h.record.pk for h in suggest(member, "", limit=MANY)} == {
        r.pk for r in world.records if Person(member).sees(r)
    }


def test_filters_narrow_and_never_widen(world: World) -> None:
    member = world.people["member"]
    for entry in world.entries[::3]:
        EntryTag.objects.create(entry=entry, tag=make_tags(["vip"], by=None)[0])
    whole = {h.entry.pk for h in search(member, WORDS[0], limit=MANY).entries}
    by_id = {e.pk: e for e in world.entries}
    owner = world.people["owner"].pk
    kinds = {r.pk: r.kind for r in world.records}
    tagged = {e.pk for e in world.entries[::3]}
    cases = {
        ("type", "call"): lambda e: e.type == "call",
        ("author", owner): lambda e: e.author_id == owner,
        ("tag", "vip"): lambda e: e.pk in tagged,
        ("kind", "deal"): lambda e: kinds[e.record_id] == "deal",
    }
    for (name, value), fits in cases.items():
        result = search(member, WORDS[0], limit=MANY, filters={name: value})
        assert {h.entry.pk for h in result.entries} == {n for n in whole if fits(by_id[n])}
        assert bool(result.records) is (name == "kind"), name


def finds(user: User, word: str) -> tuple[int, int]:
    found = search(again(user), word)
    return len(found.records), len(found.entries)


def test_the_index_changes_with_the_text(three: Three) -> None:
    owner, stranger = three.owner, three.stranger
    entry = entries.write_entry(three.company.pk, by=owner, text="A zebrax")
    comment = comments.write_comment(entry.pk, by=owner, text="A kwokax")
    assert finds(owner, "zebrax") == finds(owner, "kwokax") == (0, 1)
    entries.edit_entry(entry.pk, by=owner, version=None, values={"text": "A lutnix"})
    comments.edit_comment(comment.pk, by=owner, version=None, text="A morsax")
    assert finds(owner, "zebrax") == finds(owner, "kwokax") == (0, 0)
    assert finds(owner, "lutnix") == finds(owner, "morsax") == (0, 1)
    values = {"title": "Zebrax", "city": "Kwokax"}
    lives.change_record(three.company.pk, by=owner, values=values, version=None)
    assert finds(owner, "zebrax") == finds(owner, "kwokax") == (1, 0)
    assert finds(owner, "mleczarnia") == (0, 0)
    lives.trash_record(three.company.pk, by=owner)
    assert finds(owner, "zebrax") == finds(owner, "lutnix") == (0, 0)
    lives.restore_record(three.company.pk, by=owner)
    assert finds(owner, "zebrax") == (1, 0)
    assert finds(owner, "lutnix") == finds(owner, "morsax") == (0, 1)
    public = make_record("space", owner=owner).record
    assert finds(stranger, "lutnix") == (0, 0)
    placing.move_entry(entry.pk, to=public.pk, by=owner)
    assert finds(stranger, "lutnix") == finds(stranger, "morsax") == (0, 1)


def test_taken_away_rights_count_at_once(three: Three) -> None:
    entries.write_entry(three.company.pk, by=three.owner, text="A zebrax")
    assert finds(three.colleague, "zebrax") == (0, 1)
    three.colleague.teams.clear()
    assert finds(three.colleague, "zebrax") == (0, 0)


def test_values_of_a_hidden_record_are_not_found_beside_it(three: Three) -> None:
    """A deal that everybody sees says nothing of its hidden client."""
    make_record("deal", "Offer", owner=three.owner, company_id=three.company.pk)
    assert finds(three.stranger, "Mleczarnia") == (0, 0)
    assert finds(three.owner, "Mleczarnia") == (1, 0)
