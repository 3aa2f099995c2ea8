"""Records named in a text: drawn for who may see them, and for others all in the same words."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.search.models import SearchDocument
from tablica.search.queries import search
from tablica.shared.markdown import MOST_CARDS, plain, render
from tablica.wall.commands import entries, lives, pins
from tablica.wall.queries.cards import cards_of
from tablica.wall.queries.walls import feed, wall
from tests import world
from tests.cast import Three, again, make_record

CLOSED = re.compile(r'<span class="record closed"><svg.*?</svg>a record you cannot see</span>')
NOWHERE = 999_999_999


def page(user: User, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def secret(three: Three) -> Record:
    """A record of the owner's that no colleague sees."""
    return make_record("deal", "Secret Silverware", owner=three.owner, who="me").record


def test_who_may_see_the_record_meets_its_card(three: Three) -> None:
    deal = world.deal(three.owner, "Cold <displays>", amount="12000", currency="EUR", stage="offer")
    note = world.note(three.company, three.owner, f"see [[{deal.pk}]] and #tag")
    shown = page(three.colleague, f"/companies/{three.company.pk}")
    assert f'<a class="record" href="/r/{deal.pk}">' in shown
    assert "<bdi>Cold &lt;displays&gt;</bdi>" in shown
    assert re.search(r'<small dir="auto">[^<]*12[^<]*Offer</small>', shown)
    assert "Cold" not in note.html
    assert note.html == (
        f'<p dir="auto">see <span class="record">[[{deal.pk}]]</span> and '
        '<a class="tag" href="/search?tag=tag" rel="noopener nofollow">#tag</a></p>\n'
    )


def test_hidden_thrown_away_and_never_there_look_the_same(three: Three, secret: Record) -> None:
    gone = make_record("company", "Gone Ltd", owner=three.owner, trashed=True)
    texts = [f"about [[{number}]] it" for number in (secret.pk, gone.pk, NOWHERE)]
    drawn = []
    for text in texts:
        note = world.note(three.company, three.owner, text)
        row = next(r for r in wall(again(three.colleague), three.company).rows)
        assert row.entry == note
        drawn.append(row.html)
    assert len(set(drawn)) == 1
    assert CLOSED.search(drawn[0])
    assert not re.search(r"\d{3}|Secret|Gone", drawn[0])
    assert "Secret Silverware" in cards_of(again(three.owner), [secret.pk]).drawn(secret.pk)


def test_a_hidden_title_is_nowhere(three: Three, secret: Record) -> None:
    note = world.note(three.company, three.owner, f"kwokax [[{secret.pk}]]")
    world.comment(note, three.owner, f"lutnix [[{secret.pk}]]")
    pins.pin_entry(note.pk, by=three.owner)
    addresses = [
        f"/companies/{three.company.pk}", "/", f"/e/{note.pk}/history", "/search?q=kwokax",
        "/search?q=lutnix", "/notifications", "/search/suggest?q=kwokax",
        f"/records/cards?n={secret.pk}", "/records/suggest?as=card&q=Secret",
    ]  # fmt: skip
    for address in addresses:
        shown = page(three.colleague, address)
        assert "Silverware" not in shown, address
    assert "Silverware" in page(three.owner, f"/companies/{three.company.pk}")
    assert "Silverware" in page(three.owner, "/search?q=lutnix")
    assert "a record you cannot see" in page(three.colleague, "/search?q=lutnix")


def test_the_trash_tells_titles_as_walls_do(three: Three, secret: Record) -> None:
    texts = (f"first [[{three.company.pk}]]", f"second [[{secret.pk}]]")
    for text in texts:
        note = world.note(three.company, three.colleague, text)
        entries.trash_entry(note.pk, by=three.colleague)
    shown = page(three.colleague, "/trash")
    assert f"first {three.company.title}" in shown
    assert "second a record you cannot see" in shown


def test_words_of_a_card_are_not_searched(three: Three, secret: Record) -> None:
    world.note(three.company, three.owner, f"lutnix [[{secret.pk}]]")
    assert search(again(three.colleague), "Silverware").entries == []
    assert search(again(three.owner), "Silverware").entries == []
    assert SearchDocument.objects.unguarded(reason="test").exists()


def test_a_new_title_shows_at_once(three: Three) -> None:
    deal = world.deal(three.owner, "Old name")
    world.note(three.company, three.owner, f"[[{deal.pk}]]")
    assert "Old name" in page(three.colleague, f"/companies/{three.company.pk}")
    lives.change_record(deal.pk, by=three.owner, values={"title": "New name"}, version=None)
    assert "New name" in page(three.colleague, f"/companies/{three.company.pk}")
    lives.trash_record(deal.pk, by=three.owner, version=None)
    assert CLOSED.search(page(three.colleague, f"/companies/{three.company.pk}"))


def test_the_api_gives_the_number_and_the_drawn_card(three: Three, secret: Record) -> None:
    note = world.note(three.company, three.owner, f"[[{secret.pk}]]")
    remark = world.comment(note, three.owner, f"[[{secret.pk}]]")
    for user, hidden in ((three.owner, False), (three.colleague, True)):
        head = {"Authorization": f"Bearer {world.token(user)}"}
        for address in (f"/entries/{note.pk}", f"/comments/{remark.pk}"):
            said = Client().get(f"/api/v1{address}", headers=head).json()
            assert said["text"] == f"[[{secret.pk}]]"
            assert ("Silverware" in said["html"]) is not hidden
            assert bool(CLOSED.search(said["html"])) is hidden


def test_cards_cost_one_query_and_one_for_each_kind(three: Three) -> None:
    deals = [world.deal(three.owner, f"Deal {n}") for n in range(12)]
    world.note(three.company, three.owner, "no cards")

    def counted() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert feed(again(three.owner), limit=200).rows
        return len(caught)

    counted()
    without = counted()
    world.note(three.company, three.owner, f"[[{deals[0].pk}]]")
    one = counted()
    for deal in deals:
        note = world.note(three.company, three.owner, f"[[{deal.pk}]] [[{deals[0].pk}]]")
        world.comment(note, three.owner, f"[[{deal.pk}]] [[{NOWHERE}]]")
    assert without + 2 == one == counted()


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("[[1]] **[[2]]** # [[3]]", 3),
        ("- [[1]]\n\n> [[2]]\n\n| [[3]] |\n|---|", 3),
        ("`[[1]]` \\[[2]] [[x]] [[ 3 ]] [[]] [[-1]] [[1.5]] [[12", 0),
        ("    [[1]]\n\n```\n[[2]]\n```", 0),
        ("[see [[1]]](http://a.b) [[1]](http://a.b)", 0),
        ("[[1234567890123456]]", 0),
        ("[[7]]" * 200, MOST_CARDS),
        ("[[۱۲]]", 0),
    ],
)
def test_numbers_in_double_brackets_are_records(source: str, count: int) -> None:
    assert render(source).count('<span class="record">') == count


def test_nobody_writes_a_card_by_hand(three: Three, secret: Record) -> None:
    forged = f'<span class="record">[[{secret.pk}]]</span> &lt;a class="record"'
    note = world.note(three.company, three.owner, forged)
    assert note.html.count('<span class="record">') == 1  # of the number in brackets alone
    assert "&lt;span" in note.html
    assert plain(f"see [[{secret.pk}]]") == f"see [[{secret.pk}]]"


def test_the_cards_of_an_editor_are_drawn_for_its_writer(three: Three, secret: Record) -> None:
    client = Client()
    client.force_login(three.colleague)
    asked = f"/records/cards?n={secret.pk}&n={three.company.pk}&n={NOWHERE}&n=x&n=-1&n=٣"
    told = client.get(asked).json()
    assert list(told) == [str(secret.pk), str(three.company.pk), str(NOWHERE)]
    assert told[str(secret.pk)] == told[str(NOWHERE)]
    assert CLOSED.fullmatch(told[str(NOWHERE)])
    assert three.company.title in told[str(three.company.pk)]
    assert len(client.get("/records/cards?" + "&".join(f"n={n}" for n in range(500))).json()) == 50
