"""Polls, ideas and questions: what works, for whom, and what nobody is ever told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.commands import purge_records
from tablica.records.models import Record
from tablica.search.queries import search
from tablica.shared.errors import Hidden, Refused
from tablica.spaces.commands import ideas, polls, questions
from tablica.spaces.models import Choice, Idea, Poll, Question, Support, Vote
from tablica.spaces.queries.topics import ideas_in, questions_in
from tablica.wall.commands import comments, entries, lives
from tablica.wall.models import Comment, Entry, Reaction
from tablica.wall.queries.walls import entry_row
from tablica.wall.signals import redrawn
from tests import world
from tests.cast import Three, again, cast, make_comment, make_entry, make_record, make_user
from tests.checksum import nothing_changes
from tests.oracle import Person


@pytest.fixture
def space(three: Three) -> Record:
    """A space of the owner's team."""
    return make_record("space", owner=three.owner, team=three.team, who="team").record


def ask(space: Record, by: User, **data: Any) -> Poll:
    data = {"choices": ["Poznań", "Łódź", "Kraków"], **data}
    entry = entries.write_entry(space.pk, by=by, type_="poll", text="Where next?", data=data)
    return Poll.objects.get(pk=entry.pk)


def write(space: Record, by: User, type_: str) -> Entry:
    return entries.write_entry(space.pk, by=by, type_=type_, text=f"An {type_}")


def numbers(poll: Poll) -> list[int]:
    return [choice.pk for choice in poll.choices.all()]


def seen(who: User, entry: int) -> dict[str, Any]:
    row = entry_row(again(who), entry)
    assert row is not None
    assert row.extra is not None
    return row.extra.data


def votes(who: User, poll: Poll) -> list[int | None]:
    return [choice["votes"] for choice in seen(who, poll.pk)["choices"]]


def test_one_votes_changes_it_and_takes_it_back(three: Three, space: Record) -> None:
    poll = ask(space, three.owner)
    one, two, _three = numbers(poll)
    assert votes(three.colleague, poll) == [None, None, None]
    polls.vote(poll.pk, by=three.colleague, choices=[one])
    with nothing_changes():
        polls.vote(poll.pk, by=three.colleague, choices=[one])
    assert votes(three.colleague, poll) == [1, 0, 0]
    assert votes(three.owner, poll) == [None, None, None], "results are for who voted"
    polls.vote(poll.pk, by=three.colleague, choices=[two])
    assert votes(three.colleague, poll) == [0, 1, 0]
    polls.unvote(poll.pk, by=three.colleague)
    assert not Vote.objects.exists()


def test_several_where_several_may_be_chosen(three: Three, space: Record) -> None:
    poll = ask(space, three.owner, several=True)
    one, two, last = numbers(poll)
    polls.vote(poll.pk, by=three.colleague, choices=[one, last])
    polls.vote(poll.pk, by=three.owner, choices=[two, last])
    assert votes(three.owner, poll) == [1, 1, 2]
    assert seen(three.owner, poll.pk)["voters"] == 2
    single = ask(space, three.owner)
    with nothing_changes():
        for wrong in ([], [one], numbers(single)[:2]):
            with pytest.raises(ValidationError):
                polls.vote(single.pk, by=three.owner, choices=wrong)


@pytest.mark.parametrize(
    "data",
    [
        {"choices": ["one"]},
        {"choices": ["one", " ONE "]},
        {"choices": ["x" * 201, "y"]},
        {"choices": [str(n) for n in range(21)]},
        {"choices": "one\ntwo"},
        {"choices": [1, 2]},
        {"choices": ["a", "b"], "secret": 1},
        {"choices": ["a", "b"], "closes_at": "2020-01-01"},
        {"choices": ["a", "b"], "closes_at": "9999-12-31"},
        {"choices": ["a", "b"], "closes_at": "2030-01-01T10:00:00"},
        {"choices": ["a", "b"], "closes_at": 5},
        {"choices": ["a", "b"], "more": 1},
        {},
    ],
)
def test_a_poll_that_cannot_be_is_not_kept(
    three: Three, space: Record, data: dict[str, Any]
) -> None:
    with nothing_changes(), pytest.raises(ValidationError), transaction.atomic():
        entries.write_entry(space.pk, by=three.owner, type_="poll", text="Where?", data=data)


def test_types_belong_to_spaces_and_stay(three: Three, space: Record) -> None:
    note = make_entry(space, author=three.owner)
    idea = write(space, three.owner, "idea")
    with nothing_changes():
        for call in (
            lambda: write(three.company, three.owner, "idea"),
            lambda: entries.edit_entry(note.pk, by=three.owner, version=1, values={"type": "idea"}),
            lambda: entries.edit_entry(idea.pk, by=three.owner, version=1, values={"type": "note"}),
        ):
            with pytest.raises(ValidationError), transaction.atomic():
                call()
    edited = entries.edit_entry(
        idea.pk, by=three.owner, version=1, values={"type": "idea", "text": "Better"}
    )
    assert edited.body == "Better"


def test_a_closed_poll_takes_no_vote(three: Three, space: Record) -> None:
    poll = ask(space, three.colleague)
    polls.vote(poll.pk, by=three.colleague, choices=numbers(poll)[:1])
    another = make_user(teams=[three.team])
    with nothing_changes(), pytest.raises(Refused):
        polls.close_poll(poll.pk, by=another)
    polls.close_poll(poll.pk, by=three.owner)
    assert votes(three.owner, poll) == [1, 0, 0], "the result is there for all"
    with nothing_changes():
        for call in (polls.unvote, lambda n, by: polls.vote(n, by=by, choices=numbers(poll)[1:2])):
            with pytest.raises(Refused):
                call(poll.pk, by=three.colleague)
        polls.close_poll(poll.pk, by=three.owner)
    polls.reopen_poll(poll.pk, by=three.colleague)
    polls.vote(poll.pk, by=three.owner, choices=numbers(poll)[1:2])
    Poll.objects.filter(pk=poll.pk).update(closes_at=timezone.now() - timedelta(seconds=1))
    with nothing_changes(), pytest.raises(Refused):
        polls.unvote(poll.pk, by=three.owner)


def test_a_poll_opened_again_still_closes_when_it_was_to_close(three: Three, space: Record) -> None:
    poll = ask(space, three.owner)
    later, past = timezone.now() + timedelta(days=3), timezone.now() - timedelta(seconds=1)
    Poll.objects.filter(pk=poll.pk).update(closes_at=later)
    polls.close_poll(poll.pk, by=three.owner)
    assert polls.reopen_poll(poll.pk, by=three.owner).closes_at == later
    Poll.objects.filter(pk=poll.pk).update(closes_at=past)
    assert polls.reopen_poll(poll.pk, by=three.owner).closes_at is None


def test_of_a_secret_poll_nobody_is_told_who_or_how_many(
    three: Three, space: Record, client: Client
) -> None:
    open_, secret = ask(space, three.owner), ask(space, three.owner, secret=True)
    for poll in (open_, secret):
        polls.vote(poll.pk, by=three.colleague, choices=numbers(poll)[:1])
        polls.vote(poll.pk, by=three.owner, choices=numbers(poll)[1:2])
    assert votes(three.owner, open_) == [1, 1, 0]
    assert votes(three.owner, secret) == [None, None, None], "not while it is open"
    client.force_login(three.owner)

    def named(poll: Poll) -> bool:
        page = client.get(f"/e/{poll.pk}", headers={"HX-Request": "true"}).content.decode()
        return 'title="Karol Colleague"' in page

    assert named(open_)
    assert not named(secret)
    polls.close_poll(secret.pk, by=three.owner)
    assert votes(three.owner, secret) == [1, 1, 0]
    assert not named(secret)
    with nothing_changes(), pytest.raises(Refused):
        polls.reopen_poll(secret.pk, by=three.owner)


def test_a_vote_in_a_secret_poll_moves_nothing_that_others_see(three: Three, space: Record) -> None:
    heard: list[int] = []

    def hear(sender: object, entries: list[int], **more: object) -> None:
        heard.extend(entries)

    redrawn.connect(hear)
    try:
        open_, secret = ask(space, three.owner), ask(space, three.owner, secret=True)
        for poll in (open_, secret):
            polls.vote(poll.pk, by=three.colleague, choices=numbers(poll)[:1])
            polls.unvote(poll.pk, by=three.colleague)
    finally:
        redrawn.disconnect(hear)
    assert heard == [open_.pk, open_.pk]


def test_the_database_keeps_anybody_from_voting_twice(three: Three, space: Record) -> None:
    poll = ask(space, three.owner)
    polls.vote(poll.pk, by=three.owner, choices=numbers(poll)[:1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(
            poll=poll, choice_id=numbers(poll)[1], user=three.owner, slot=0, at=timezone.now()
        )


@pytest.mark.django_db(transaction=True)
def test_two_pages_at_once_leave_one_vote() -> None:
    world.ready()
    anna = world.user("Anna")
    space = world.space(anna)
    poll = ask(space.record, anna)
    chosen, idea = numbers(poll), write(space.record, anna, "idea")
    start, wrong = threading.Barrier(4), []

    def work(number: int) -> None:
        try:
            start.wait(timeout=30)
            for turn in range(10):
                polls.vote(poll.pk, by=anna, choices=[chosen[(number + turn) % 3]])
                ideas.support(idea.pk, by=anna)
        except Exception as error:  # what goes wrong in a thread is told below
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert (Vote.objects.count(), Support.objects.count()) == (1, 1)


def test_ideas_are_voted_for_and_decided_about(three: Three, space: Record) -> None:
    one, two = (write(space, three.colleague, "idea") for _ in range(2))
    ideas.support(two.pk, by=three.owner)
    with nothing_changes():
        ideas.support(two.pk, by=three.owner)
        with pytest.raises(Refused):
            ideas.set_status(one.pk, by=three.colleague, status="done")
        with pytest.raises(ValidationError):
            ideas.set_status(one.pk, by=three.owner, status="great")
    ideas.support(one.pk, by=three.colleague)
    ideas.support(one.pk, by=three.owner)
    ideas.set_status(two.pk, by=three.owner, status="planned")
    page = ideas_in(three.colleague, space)
    assert [row.entry.pk for row in page.rows] == [one.pk, two.pk]
    assert [row.entry.pk for row in ideas_in(three.owner, space, status="planned").rows] == [two.pk]
    after = ideas_in(three.owner, space, after=(2, one.pk))
    assert [row.entry.pk for row in after.rows] == [two.pk]
    ideas.unsupport(one.pk, by=three.owner)
    assert seen(three.owner, one.pk) == {"status": "new", "votes": 1, "mine": False}


def test_an_answer_is_accepted_and_its_author_hears_of_it(three: Three, space: Record) -> None:
    asked = write(space, three.owner, "question")
    answer = make_comment(asked, "On Friday", author=three.colleague)
    elsewhere = make_comment(make_entry(space), "Not here")
    reader = make_user(role=world.role("reader", view="all"), teams=[three.team])
    with nothing_changes():
        with pytest.raises(ValidationError):
            questions.accept_answer(asked.pk, by=three.owner, comment=elsewhere.pk)
        with pytest.raises(Refused):
            questions.accept_answer(asked.pk, by=reader, comment=answer.pk)
    questions.accept_answer(asked.pk, by=three.owner, comment=answer.pk)
    with nothing_changes():
        questions.accept_answer(asked.pk, by=three.owner, comment=answer.pk)
    assert seen(three.colleague, asked.pk) == {"answer": answer.pk}
    sign = Reaction.objects.get(comment=answer)
    assert (sign.user, sign.emoji) == (three.owner, questions.ACCEPTED)
    assert [r.entry.pk for r in questions_in(three.owner, space, show="answered").rows] == [
        asked.pk
    ]
    comments.trash_comment(answer.pk, by=three.colleague)
    assert seen(three.owner, asked.pk) == {"answer": None}
    assert [r.entry.pk for r in questions_in(three.owner, space, show="open").rows] == [asked.pk]
    comments.restore_comment(answer.pk, by=three.colleague)
    assert seen(three.owner, asked.pk) == {"answer": answer.pk}
    questions.take_answer_back(asked.pk, by=three.owner)
    assert not Reaction.objects.exists()
    assert seen(three.owner, asked.pk) == {"answer": None}


Act = Callable[[int, User], object]
ACTS: dict[str, tuple[str, Act]] = {
    "vote": (
        "poll",
        lambda n, by: polls.vote(n, by=by, choices=[Choice.objects.filter(poll=n)[0].pk]),
    ),
    "unvote": ("poll", lambda n, by: polls.unvote(n, by=by)),
    "close": ("poll", lambda n, by: polls.close_poll(n, by=by)),
    "reopen": ("poll", lambda n, by: polls.reopen_poll(n, by=by)),
    "support": ("idea", lambda n, by: ideas.support(n, by=by)),
    "unsupport": ("idea", lambda n, by: ideas.unsupport(n, by=by)),
    "decide": ("idea", lambda n, by: ideas.set_status(n, by=by, status="done")),
    "accept": ("question", lambda n, by: questions.accept_answer(n, by=by, comment=_comment(n))),
    "take back": ("question", lambda n, by: questions.take_answer_back(n, by=by)),
}


def _comment(entry: int) -> int:
    return Comment.objects.unguarded(reason="tests").get(entry=entry).pk


@pytest.mark.parametrize("name", sorted(ACTS))
def test_everybody_meets_what_the_rules_say(name: str, db: None) -> None:
    """Each role with each state of an entry, against the plain second description of rights."""
    people, (type_, act) = cast(), ACTS[name]
    owner, team = people["owner"], people["member"].teams.get()
    met = set()
    for wall_for, entry_for in (
        ("everyone", None),
        ("team", None),
        ("me", None),
        ("everyone", "me"),
    ):
        space = make_record("space", owner=owner, team=team, who=wall_for).record
        data = {"choices": ["a", "b"]} if type_ == "poll" else {}
        made = entries.write_entry(space.pk, by=owner, type_=type_, text="x", data=data)
        make_comment(made, "y", author=owner)
        if entry_for:
            values = {"audience": audience(entry_for)}
            entries.edit_entry(made.pk, by=owner, version=1, values=values)
        entry = (
            Entry.objects.unguarded(reason="tests")
            .select_related("record__audience", "audience")
            .get(pk=made.pk)
        )
        for who, user in people.items():
            person = Person(again(user))
            if not person.active or not person.reads(entry):
                expected = "hidden"
            elif name in ("vote", "unvote", "support", "unsupport"):
                expected = "ok"
            else:
                verb = "edit" if type_ == "question" else "delete"
                asked = entry.author_id == person.id and name != "decide"
                expected = "ok" if asked or person.may(verb, entry.record) else "refused"
            with transaction.atomic():
                try:
                    act(made.pk, again(user))
                    found = "ok"
                except Hidden:
                    found = "hidden"
                except Refused:
                    found = "refused"
                transaction.set_rollback(True)
            assert found == expected, (who, wall_for, entry_for)
            met.add(found)
    assert "hidden" in met
    assert "ok" in met


def test_what_is_thrown_away_takes_no_votes_and_comes_back_whole(
    three: Three, space: Record
) -> None:
    poll = ask(space, three.owner)
    polls.vote(poll.pk, by=three.owner, choices=numbers(poll)[:1])
    entries.trash_entry(poll.pk, by=three.owner)
    with nothing_changes(), pytest.raises(Hidden):
        polls.vote(poll.pk, by=three.colleague, choices=numbers(poll)[:1])
    entries.restore_entry(poll.pk, by=three.owner)
    assert votes(three.owner, poll) == [1, 0, 0]
    idea, asked = (write(space, three.owner, type_) for type_ in ("idea", "question"))
    ideas.support(idea.pk, by=three.owner)
    assert asked.pk
    purge_records([space.pk])
    assert not any(m.objects.exists() for m in (Poll, Choice, Vote, Idea, Support, Question))


def test_choices_are_found(three: Three, space: Record) -> None:
    poll = ask(space, three.owner)
    found = [hit.entry.pk for hit in search(three.colleague, "krakow").entries if hit.entry]
    assert found == [poll.pk]
    assert not search(three.stranger, "krakow").entries


def test_pages_and_calls_do_the_same(three: Three, space: Record, client: Client) -> None:
    client.force_login(three.owner)
    sent = {
        "type": "poll",
        "text": "Which day?",
        "choices": "Monday\n\n Tuesday \n",
        "closes_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
    }
    assert client.post(f"/r/{space.pk}/wall", sent).status_code == 302
    poll = Poll.objects.get()
    assert [c.text for c in poll.choices.all()] == ["Monday", "Tuesday"]
    assert poll.closes_at is not None
    part = {"HX-Request": "true"}
    page = client.post(f"/e/{poll.pk}/vote", {"choice": numbers(poll)[0]}, headers=part)
    assert "1 person voted" in page.content.decode()
    assert client.post(f"/e/{poll.pk}/vote", {}, headers=part).status_code == 422
    key = {"Authorization": f"Bearer {make_token(three.colleague, scope='write')}"}
    url = f"/api/v1/entries/{poll.pk}/vote"
    body = {"choices": [numbers(poll)[1]]}
    answer = client.put(url, body, "application/json", headers=key).json()
    assert [(c["text"], c["votes"], c["mine"]) for c in answer["data"]["choices"]] == [
        ("Monday", 1, False),
        ("Tuesday", 1, True),
    ]
    assert client.delete(url, headers=key).json()["data"]["voters"] is None
    wall = f"/api/v1/records/{space.pk}/wall"
    new = {"type": "poll", "text": "x", "data": {"choices": ["a"]}}
    problem = client.post(wall, new, "application/json", headers=key)
    assert (problem.status_code, problem.json()["errors"][0]["field"]) == (422, "choices")
    idea = client.post(wall, {"type": "idea", "text": "x"}, "application/json", headers=key).json()
    assert client.put(f"/api/v1/entries/{idea['id']}/vote", headers=key).json()["data"] == {
        "status": "new",
        "votes": 1,
        "mine": True,
    }
    for path in ("ideas", "questions", "ideas?show=new", "questions?show=open&after=0-9"):
        assert client.get(f"/spaces/{space.pk}/{path}").status_code == 200


def test_ten_polls_cost_what_one_costs(three: Three, space: Record, client: Client) -> None:
    client.force_login(three.owner)
    counts = []
    for many in (1, 1, 6):
        for _ in range(many):
            for type_ in ("idea", "question"):
                made = write(space, three.owner, type_)
                comment = make_comment(made, author=three.colleague)
                if type_ == "question":
                    questions.accept_answer(made.pk, by=three.owner, comment=comment.pk)
                else:
                    ideas.support(made.pk, by=three.colleague)
            poll = ask(space, three.owner)
            polls.vote(poll.pk, by=three.owner, choices=numbers(poll)[:1])
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/spaces/{space.pk}").status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_a_record_thrown_away_hides_its_polls(three: Three, space: Record) -> None:
    poll = ask(space, three.owner)
    lives.trash_record(space.pk, by=three.owner)
    with nothing_changes(), pytest.raises(Hidden):
        polls.vote(poll.pk, by=three.owner, choices=numbers(poll)[:1])


def test_a_page_of_topics_says_in_which_space_it_is(three: Three, space: Record) -> None:
    browser = Client()
    browser.force_login(three.owner)
    page = browser.get(f"/spaces/{space.pk}/ideas").text
    assert f'<li><a href="/spaces/{space.pk}"><bdi>{space.title}</bdi></a>' in page
    assert '<li aria-current="page">Ideas</li></ol>' in page
