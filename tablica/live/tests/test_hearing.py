"""What becomes news, and who may hear of it, against what was worked out by hand."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from tablica.accounts.models import Role, Team, User
from tablica.live import commands
from tablica.live.marks import mark_of, moment_of
from tablica.live.models import News
from tablica.live.queries import MOST_MISSED, Told, heard, listeners, missed_since
from tablica.records.audiences import audience
from tablica.records.lending import share_record
from tablica.records.models import Audience, Record
from tablica.shared.errors import Hidden
from tablica.wall.commands import comments, entries, pins, reactions
from tablica.wall.models import Entry, Placement
from tablica.wall.queries.rows import tells_something
from tablica.wall.signals import quiet
from tests.cast import Three, cast, make_entry, make_record, make_user
from tests.oracle import Person

pytestmark = pytest.mark.django_db


def news() -> list[tuple[str, int | None]]:
    found = [(one.what, one.entry) for one in News.objects.order_by("pk")]
    News.objects.all().delete()
    return list(dict.fromkeys(found))


def told_of(*of: News, to: list[User]) -> dict[int, list[Told]]:
    heard_by: dict[int, list[Told]] = {}
    for _one, told, people in heard(of, listeners(user.pk for user in to)):
        for person in people:
            heard_by.setdefault(person, []).append(told)
    return heard_by


def test_all_that_others_see_becomes_news(three: Three) -> None:
    News.objects.all().delete()
    entry = entries.write_entry(three.company.pk, by=three.owner, text="Hello")
    assert ("new", entry.pk) in news()
    comment = comments.write_comment(entry.pk, by=three.colleague, text="Yes")
    assert news() == [("changed", entry.pk)]
    changes = [
        lambda: reactions.react_to_entry(entry.pk, by=three.colleague),
        lambda: reactions.unreact_to_entry(entry.pk, by=three.colleague),
        lambda: reactions.react_to_comment(comment.pk, by=three.owner),
        lambda: pins.pin_entry(entry.pk, by=three.owner),
        lambda: entries.edit_entry(
            entry.pk, by=three.owner, version=None, values={"text": "Hello all"}
        ),
        lambda: comments.trash_comment(comment.pk, by=three.colleague),
        lambda: entries.trash_entry(entry.pk, by=three.owner),
        lambda: entries.restore_entry(entry.pk, by=three.owner),
    ]
    for change in changes:
        change()
        assert ("changed", entry.pk) in news()


def test_what_is_rolled_back_or_done_in_bulk_is_no_news(three: Three) -> None:
    News.objects.all().delete()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        entries.write_entry(three.company.pk, by=three.owner, text="Never")
        _ = 1 / 0
    with quiet():
        entry = entries.write_entry(three.company.pk, by=three.owner, text="Imported")
        reactions.react_to_entry(entry.pk, by=three.owner)
    assert ("new", entry.pk) not in news()


def test_what_was_missed_is_found_by_the_moment(three: Three) -> None:
    commands.entry_came(1, by=None)
    now = timezone.now()
    assert [one.entry for one in missed_since(now) or ()] == [1]  # it may just have been committed
    assert missed_since(now + timedelta(minutes=1)) == []
    assert missed_since(now - timedelta(days=2)) is None
    assert commands.forget(now + timedelta(seconds=1)) == 1
    for entry in range(MOST_MISSED + 1):
        commands.entry_came(entry, by=None)
    assert missed_since(now) is None


@pytest.mark.parametrize("said", ["", "x", "-1", "1" * 17, "١٢", "1.5", "1e9"])
def test_a_mark_that_is_none_is_none(said: str) -> None:
    assert moment_of(said) is None or said.isdecimal()


def test_a_mark_names_its_moment() -> None:
    now = timezone.now()
    assert moment_of(str(mark_of(now))) == now
    assert moment_of("9" * 16)


def test_who_writes_must_see_where(three: Three) -> None:
    entry = make_entry(three.company, "Here", author=three.owner)
    for place in ({"record": three.company.pk}, {"entry": entry.pk}):
        commands.writes(three.colleague, **place)
        with pytest.raises(Hidden):
            commands.writes(three.stranger, **place)
    assert [one.by for one in News.objects.filter(what="writing")] == [three.colleague.pk] * 2


def test_a_move_tells_only_of_walls_that_the_listener_sees(three: Three) -> None:
    entry = make_entry(three.company, "Both", author=three.owner)
    three.other.audience = audience(Audience.Type.EVERYONE)
    three.other.save()
    shared = make_record("company", "Ours alone", owner=three.owner, who="me")
    for record in (three.other.pk, shared.pk):
        Placement.objects.create(entry=entry, record_id=record, at=timezone.now())
    one = News(what="changed", entry=entry.pk)
    heard_by = told_of(one, to=[three.owner, three.colleague, three.stranger])
    assert heard_by[three.owner.pk][0]["walls"] == [
        three.company.pk,
        *sorted([three.other.pk, shared.pk]),
    ]
    assert heard_by[three.colleague.pk][0]["walls"] == [three.company.pk, three.other.pk]
    assert three.stranger.pk not in heard_by


def test_of_what_is_gone_hear_those_who_read_it(three: Three) -> None:
    entry = make_entry(three.company, "Gone", author=three.owner, who="me", trashed=True)
    one = News(what="changed", entry=entry.pk)
    heard_by = told_of(one, to=[three.owner, three.colleague, three.stranger])
    assert heard_by == {three.owner.pk: [{"what": "gone", "entry": entry.pk}]}


def test_of_a_change_that_says_nothing_to_them_they_do_not_hear(three: Three) -> None:
    """The value is a record that only its owner sees; without it nothing of the change is left."""
    deal = make_record("deal", "A deal", owner=three.owner, team=three.team, who="team")
    secret = make_record("company", "Hidden", owner=three.colleague, who="me")
    change = {"field": "company", "from": None, "to": secret.pk}
    entry = make_entry(deal, author=three.owner, type_="changed", data={"changes": [change]})
    heard_by = told_of(News(what="new", entry=entry.pk), to=[three.owner, three.colleague])
    told = {u.pk for u in (three.owner, three.colleague) if tells_something(u, entry)}
    assert heard_by.keys() == told
    assert three.colleague.pk in told


@pytest.mark.parametrize("seed", range(3))
def test_many_hear_exactly_what_each_may_read(seed: int) -> None:
    rng = random.Random(seed)
    people = list(cast().values())
    circles: list[Audience | str] = [
        audience(Audience.Type.NAMED, people=rng.sample(people, 2)),
        audience(Audience.Type.NAMED, teams=rng.choice(people[1:3]).teams.all()),
        "everyone", "team", "me",
    ]  # fmt: skip
    teams = [None, *{t for p in people for t in p.teams.all()}]
    records = [
        make_record(
            rng.choice(["company", "deal", "space"]),
            owner=rng.choice([None, *people]),
            team=(team := rng.choice(teams)),
            who=rng.choice([one for one in circles if team or one != "team"]),
            trashed=rng.random() < 0.1,
        )
        for _ in range(12)
    ]
    made = [
        make_entry(
            rng.choice(records),
            author=rng.choice([None, *people]),
            who=rng.choice([None, None, *circles]),
        )
        for _ in range(60)
    ]
    found = told_of(*[News(what="new", entry=entry.pk) for entry in made], to=people)
    fresh = Entry.objects.unguarded(reason="the oracle decides").select_related(
        "record__audience", "audience"
    )
    whole = {entry.pk: entry for entry in fresh.filter(pk__in=[e.pk for e in made])}
    for user in people:
        person = Person(user)
        expected = {n for n, entry in whole.items() if person.active and person.reads(entry)}
        assert {told["entry"] for told in found.get(user.pk, ())} == expected, user.name


def test_every_right_that_changes_counts_for_the_next_news() -> None:
    """A walk of 120 random changes of rights; after each, who hears is worked out by hand."""
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    people = list(cast().values())
    roles, teams = list(Role.objects.all()), list(Team.objects.all())
    circle = audience(Audience.Type.NAMED, people=people[2:4], teams=teams[:1])
    whos: list[Audience | str] = ["everyone", "team", "me", circle]
    records = [
        make_record("company", owner=rng.choice(people), team=rng.choice(teams), who=who)
        for who in whos
    ]
    made = [make_entry(r, author=rng.choice(people), who=w) for r in records for w in (None, "me")]
    everything = Record.objects.unguarded(reason="a test turns the rights")

    def change() -> None:
        user, record = rng.choice(people).pk, rng.choice(records).pk
        of_user, of_record = User.objects.filter(pk=user), everything.filter(pk=record)
        turns = [
            lambda: of_user.update(role=rng.choice(roles)),
            lambda: User.objects.get(pk=user).teams.set(rng.sample(teams, rng.randrange(3))),
            lambda: of_user.update(deactivated_at=rng.choice([None, None, timezone.now()])),
            lambda: of_record.update(owner=rng.choice(people)),
            lambda: of_record.update(team=rng.choice(teams)),
            lambda: of_record.update(
                audience=audience(Audience.Type(rng.choice(["everyone", "team", "me"])))
            ),
            lambda: of_record.update(trashed_at=rng.choice([None, None, timezone.now()])),
        ]
        rng.choice(turns)()

    news_of_all = [News(what="changed", entry=entry.pk) for entry in made]
    for step in range(120):
        change()
        found = told_of(*news_of_all, to=people)
        entries_now = Entry.objects.unguarded(reason="the oracle decides").select_related(
            "record__audience", "audience"
        )
        whole = list(entries_now.filter(pk__in=[e.pk for e in made]))
        for user in User.objects.select_related("role"):
            person = Person(user)
            expected = {e.pk for e in whole if person.active and person.reads(e)}
            heard_of = {told["entry"] for told in found.get(user.pk, ())}
            assert heard_of == expected, f"seed {seed}, step {step}, {user.name}"


def test_who_was_lent_something_hears_of_it_and_nobody_else(three: Three) -> None:
    """People of the same role and teams are asked for together, but not then."""
    alike = make_user("Like Sam", teams=three.stranger.teams.all())
    share_record(three.company.pk, by=three.owner, to=three.stranger)
    entry = make_entry(three.company, author=three.owner)
    for together in ([three.stranger, alike], [alike, three.stranger]):
        found = told_of(News(what="new", entry=entry.pk), to=together)
        assert found.keys() == {three.stranger.pk}


def test_who_writes_is_told_to_who_sees_that_wall(three: Three) -> None:
    writing = News(what="writing", record=three.company.pk, by=three.owner.pk)
    found = told_of(writing, to=[three.colleague, three.stranger])
    assert found.keys() == {three.colleague.pk}
