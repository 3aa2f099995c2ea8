"""Fields that a role hides or lets only be read: one rule for forms, commands, walls and search."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tablica.accounts.models import Role, User
from tablica.accounts.rules import may_give
from tablica.live.models import News
from tablica.live.queries import heard, listeners
from tablica.notices.queries import unread_count
from tablica.records.rules import hidden_fields, sealed_fields, withheld
from tablica.sales import commands as sales
from tablica.sales.models import Deal
from tablica.sales.rules import may_move_on
from tablica.search.queries import search, suggest
from tablica.shared.errors import Refused
from tablica.shared.jobs.testing import run_jobs
from tablica.wall.commands import entries, follows, lives
from tablica.wall.models import Entry
from tablica.wall.queries.filters import Filters
from tablica.wall.queries.walls import feed, wall
from tablica.wall.rules import may_read
from tests import world
from tests.cast import Three, again, make_role, make_user
from tests.checksum import nothing_changes

pytestmark = pytest.mark.django_db

ALL = {"view": "all", "edit": "all", "delete": "all", "export": "all"}


def reader(fields: dict[str, dict[str, str]], **more: Any) -> User:
    """Somebody who sees and edits everything but these fields."""
    role = make_role(f"reader{Role.objects.count()}", scopes=ALL)
    Role.objects.filter(pk=role.pk).update(fields=fields, **more)
    return again(make_user("Rita Reader", role=role))


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def of(user: User, deal: Deal) -> Deal:
    return Deal.objects.visible_to(again(user)).get(pk=deal.pk)


@pytest.fixture
def deal(three: Three) -> Deal:
    return world.deal(three.owner, "Ovens", amount="1000", currency="PLN", about="Brick and clay")


def change(deal: Deal, by: User, **values: Any) -> None:
    lives.change_record(deal.pk, by=again(by), values=values, version=None)


def test_the_rule_knows_hidden_from_read() -> None:
    rita = reader({"deal": {"amount": "hidden", "stage": "read"}})
    assert hidden_fields(rita, "deal") == {"amount"}
    assert sealed_fields(rita, "deal") == {"amount", "stage"}
    assert sealed_fields(rita, "company") == frozenset()


def test_neither_owning_nor_administering_opens_a_field(deal: Deal) -> None:
    boss = reader({"deal": {"amount": "read"}}, administers=True)
    assert withheld(boss, deal.record) == {"amount"}
    own = world.deal(boss, "Own")
    assert withheld(boss, own.record) == {"amount"}


@pytest.mark.parametrize("amount", ["1000", "1000.00", "2000"])
def test_a_hidden_value_cannot_be_found_out_by_setting_it(deal: Deal, amount: str) -> None:
    rita = reader({"deal": {"amount": "hidden"}})
    with nothing_changes(), pytest.raises(Refused):
        change(deal, rita, amount=Decimal(amount))


def test_a_field_to_read_is_not_set(deal: Deal) -> None:
    rita = reader({"deal": {"amount": "read"}})
    with nothing_changes(), pytest.raises(Refused):
        change(deal, rita, amount=Decimal(2000))
    with nothing_changes(), pytest.raises(Refused):
        lives.create_record("deal", by=rita, values={"title": "New", "amount": Decimal(1)})


def test_the_others_are_set_as_ever(deal: Deal) -> None:
    rita = reader({"deal": {"amount": "hidden"}})
    page = as_user(rita).get(f"/r/{deal.pk}/edit").content.decode()
    assert 'name="amount"' not in page
    sent = {"title": "Kilns", "stage": "new", "currency": "PLN", "outcome": "open", "amount": "1"}
    assert as_user(rita).post(f"/r/{deal.pk}/edit", sent).status_code == 302
    now = of(rita, deal)
    assert (now.record.title, now.amount) == ("Kilns", Decimal(1000))


def test_a_form_shows_what_is_to_be_read_and_takes_it_not(deal: Deal) -> None:
    rita = reader({"deal": {"amount": "read"}})
    page = as_user(rita).get(f"/r/{deal.pk}/edit").content.decode()
    assert 'name="amount"' not in page
    assert "1,000" in page
    assert as_user(rita).get(f"/r/{deal.pk}/fields/amount/edit").status_code == 404
    with nothing_changes():
        answer = as_user(rita).post(f"/r/{deal.pk}/fields/amount", {"amount": "5"})
    assert answer.status_code in (403, 422)


def test_a_new_record_begins_with_what_everybody_begins_with() -> None:
    hidden = dict.fromkeys(("stage", "currency", "outcome", "outcome_reason"), "hidden")
    rita = reader({"deal": hidden})
    sent = {"title": "Blind", "owner": rita.pk, "stage": "offer", "currency": "CHF"}
    assert as_user(rita).post("/deals/new", sent).status_code == 302
    made = Deal.objects.visible_to(again(rita)).get(record__title="Blind")
    assert (made.stage.slug, made.currency, made.outcome) == ("new", "EUR", "open")


def test_a_list_has_neither_column_nor_filter(deal: Deal) -> None:
    change(deal, deal.record.owner, expected_close=None)  # type: ignore[arg-type]
    rita = reader({"deal": {"stage": "hidden", "amount": "hidden"}})
    client = as_user(rita)
    plain = client.get("/deals").content.decode()
    assert "Amount" not in plain
    assert 'name="stage"' not in plain
    for query in ("?stage=offer", "?nonsense=offer"):
        assert "Ovens" in client.get(f"/deals{query}").content.decode()


def test_who_may_not_know_how_far_deals_are_has_no_board(deal: Deal) -> None:
    rita = reader({"deal": {"stage": "hidden"}})
    client = as_user(rita)
    assert client.get("/deals/board").status_code == 404
    assert "/deals/board" not in client.get("/deals").content.decode()
    assert 'id="way"' not in client.get(f"/deals/{deal.pk}").content.decode()
    for move in (
        lambda: sales.move_to_stage(deal.pk, by=rita, stage="offer"),
        lambda: sales.win_deal(deal.pk, by=rita),
        lambda: sales.reopen_deal(deal.pk, by=rita),
    ):
        with nothing_changes(), pytest.raises(Refused):
            move()


def test_the_board_adds_up_nothing_that_is_hidden(deal: Deal) -> None:
    page = as_user(reader({"deal": {"amount": "hidden"}})).get("/deals/board").content.decode()
    assert "Ovens" in page
    assert "1,000" not in page
    assert "PLN" not in page


class TestOnWalls:
    def test_what_is_left_of_a_change_is_told(self, three: Three, deal: Deal) -> None:
        stage = Deal.stage.field.related_model.objects.get(slug="offer")  # type: ignore[attr-defined]
        change(deal, three.owner, stage=stage, amount=Decimal(7), about="Clay")
        rita = reader({"deal": {"stage": "hidden", "amount": "hidden"}})
        row = wall(rita, deal.record).rows[0]
        assert (row.type.name, [line.name for line in row.changes]) == ("changed", ["about"])
        full = wall(again(three.owner), deal.record).rows[0]
        assert (full.type.name, len(full.changes)) == ("stage", 3)

    def test_the_filter_by_type_knows_no_more(self, three: Three, deal: Deal) -> None:
        stage = Deal.stage.field.related_model.objects.get(slug="offer")  # type: ignore[attr-defined]
        change(deal, three.owner, stage=stage, about="Clay")
        rita = reader({"deal": {"stage": "hidden"}})
        found = {
            name: len(wall(rita, deal.record, filters=Filters(type=name)).rows)
            for name in ("stage", "changed")
        }
        assert found == {"stage": 0, "changed": 1}

    def test_what_tells_nothing_leaves_no_gap(self, three: Three, deal: Deal) -> None:
        for n in range(12):
            change(deal, three.owner, amount=Decimal(n + 1))
            entries.write_entry(deal.pk, by=three.owner, text=f"Note {n}")
        rita = reader({"deal": {"amount": "hidden"}})
        page = wall(rita, deal.record, limit=5)
        assert [row.entry.body for row in page.rows] == [f"Note {n}" for n in range(11, 6, -1)]
        assert page.next is not None
        rest = feed(rita, before=page.next, limit=50)
        assert "changed" not in {row.entry.type for row in rest.rows}
        seen = Entry.objects.visible_to(rita).filter(record=deal.pk)
        assert seen.count() == 13

    def test_it_costs_no_query_more(self, three: Three, deal: Deal) -> None:
        change(deal, three.owner, amount=Decimal(3))
        entries.write_entry(deal.pk, by=three.owner, text="Note")
        open_, closed = reader({}), reader({"deal": {"amount": "hidden"}})
        counts = []
        for user in (open_, closed):
            with CaptureQueriesContext(connection) as asked:
                assert wall(user, deal.record).rows
            counts.append(len(asked))
        assert counts[1] <= counts[0]

    def test_nobody_is_told_of_it(self, three: Three, deal: Deal) -> None:
        run_jobs()
        rita, other = reader({"deal": {"amount": "hidden"}}), reader({})
        for user in (rita, other):
            follows.follow(deal.pk, by=user)
        News.objects.all().delete()
        change(deal, three.owner, amount=Decimal(3))
        run_jobs()
        assert (unread_count(again(rita)), unread_count(again(other))) == (0, 1)
        found = {
            person
            for _one, _told, people in heard(
                list(News.objects.exclude(entry=None)), listeners([rita.pk, other.pk])
            )
            for person in people
        }
        assert found == {other.pk}

    def test_a_notice_of_before_is_gone_with_the_right(self, three: Three, deal: Deal) -> None:
        run_jobs()
        rita = reader({})
        follows.follow(deal.pk, by=rita)
        change(deal, three.owner, amount=Decimal(3))
        run_jobs()
        assert unread_count(again(rita)) == 1
        Role.objects.filter(pk=rita.role_id).update(fields={"deal": {"amount": "hidden"}})
        assert unread_count(again(rita)) == 0


class TestFinding:
    @pytest.mark.parametrize("q", ["brick", "bric", '"brick and clay"', "ovens brick", "clays"])
    def test_words_of_a_hidden_field_find_nothing(self, deal: Deal, q: str) -> None:
        assert [hit.record.pk for hit in search(reader({}), q).records] == [deal.pk]
        assert search(reader({"deal": {"about": "hidden"}}), q).records == []
        assert suggest(reader({"deal": {"about": "hidden"}}), q) == []

    @pytest.mark.parametrize("q", ["brick", "bri", '"brick and"', "ovens clay", "ove", '"ovens"'])
    def test_words_of_the_other_fields_are_found_as_ever(self, deal: Deal, q: str) -> None:
        rita = reader({"deal": {"outcome_reason": "hidden", "amount": "hidden"}})
        assert [hit.record.pk for hit in search(rita, q).records] == [deal.pk]

    def test_a_long_question_is_answered(self, deal: Deal) -> None:
        world.company(deal.record.owner, "Brickworks", city="Łódź")  # type: ignore[arg-type]
        rita = reader({"company": {"about": "hidden"}})
        words = " ".join(["brickworks", "lodz", *["brickworks"] * 22])
        assert len(search(rita, words).records) == 1
        assert search(rita, " ".join(f"word{n}" for n in range(24))).records == []


def test_what_a_hidden_field_relates_is_not_related(three: Three) -> None:
    company = world.company(three.owner, "Bakery")
    world.deal(three.owner, "Ovens", company=company.record)
    page = as_user(reader({})).get(f"/companies/{company.pk}").content.decode()
    assert "Ovens" in page
    rita = reader({"deal": {"company": "hidden"}})
    assert "Ovens" not in as_user(rita).get(f"/companies/{company.pk}").content.decode()


def test_who_invites_gives_no_field_that_they_have_not() -> None:
    inviter = reader({"deal": {"amount": "read"}}, abilities=["invite"])

    def role(fields: dict[str, dict[str, str]]) -> Role:
        made = make_role(f"given{Role.objects.count()}", scopes=ALL)
        made.abilities, made.fields = [], fields
        return made

    assert may_give(inviter, role({"deal": {"amount": "read"}}))
    assert may_give(inviter, role({"deal": {"amount": "hidden", "stage": "read"}}))
    assert not may_give(inviter, role({}))
    assert not may_give(inviter, role({"deal": {"stage": "hidden"}}))


def test_one_entry_that_tells_only_what_is_hidden_is_closed(deal: Deal, three: Three) -> None:
    change(deal, three.owner, amount=Decimal(7))
    (told,) = Entry.objects.visible_to(three.owner).filter(record=deal.pk, changed__isnull=False)
    told = Entry.objects.visible_to(three.owner).select_related("record").get(pk=told.pk)
    assert may_read(reader({"deal": {"stage": "hidden"}}), told)
    assert not may_read(reader({"deal": {"amount": "hidden"}}), told)


def test_who_only_reads_the_stage_moves_no_deal_on() -> None:
    assert may_move_on(reader({"deal": {"amount": "read"}}))
    assert not may_move_on(reader({"deal": {"stage": "read"}}))
    assert not may_move_on(reader({"deal": {"outcome": "hidden"}}))
