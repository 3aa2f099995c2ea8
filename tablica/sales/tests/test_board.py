"""The board of deals, and moving deals on through the pages."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.records.models import Record
from tablica.sales.models import Deal
from tablica.wall.commands import lives
from tests import world
from tests.cast import Three
from tests.checksum import nothing_changes

HTMX = {"HX-Request": "true"}


@pytest.fixture
def deal(three: Three) -> Deal:
    """The owner's deal, for the team; the stranger does not see it."""
    return world.deal(
        three.owner,
        "Cold displays",
        team=three.team,
        audience=world.the_team(),
        amount="1000",
        currency="PLN",
        company=three.company,
    )


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def now(deal: Deal) -> Deal:
    return Deal.objects.unguarded(reason="test").select_related("record", "stage").get(pk=deal.pk)


CHANGES = {
    "stage": {"stage": "offer"},
    "win": {},
    "lose": {"reason": "Price"},
    "reopen": {},
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_stranger_gets_404(three: Three, deal: Deal, what: str):
    with nothing_changes():
        answer = as_user(three.stranger).post(f"/deals/{deal.pk}/{what}", CHANGES[what])
    assert answer.status_code == 404


@pytest.mark.parametrize("what", CHANGES)
def test_a_record_of_another_kind_is_no_deal(three: Three, deal: Deal, what: str):
    with nothing_changes():
        path = f"/deals/{three.company.pk}/{what}"
        assert as_user(three.owner).post(path, CHANGES[what]).status_code == 404


@pytest.mark.parametrize("what", CHANGES)
def test_who_only_sees_it_is_told_so(three: Three, deal: Deal, what: str):
    three.colleague.role = world.role("watcher", view="all")
    three.colleague.save()
    with nothing_changes():
        answer = as_user(three.colleague).post(f"/deals/{deal.pk}/{what}", CHANGES[what])
    assert answer.status_code == 403
    page = as_user(three.colleague).get("/deals/board").content.decode()
    assert "Cold displays" in page
    assert "data-move-to" not in page, "what cannot be moved cannot be lifted"


@pytest.mark.parametrize("what", [*CHANGES, "stage/offer"])
def test_a_change_is_a_post(three: Three, deal: Deal, what: str):
    with nothing_changes():
        assert as_user(three.owner).get(f"/deals/{deal.pk}/{what}").status_code == 405


class TestBoard:
    def test_each_sees_their_own_and_the_counts_of_that(self, three: Three, deal: Deal):
        world.deal(three.stranger, "Hidden sums", amount="77", audience=world.only_me())
        page = as_user(three.colleague).get("/deals/board").content.decode()
        assert "Cold displays" in page
        assert "Mleczarnia Łódź" in page
        assert "Hidden sums" not in page
        assert "77" not in page.split('id="board"')[1].split("</section>")[0]
        theirs = as_user(three.stranger).get("/deals/board").content.decode()
        assert "Cold displays" not in theirs
        assert "1 open deal" in theirs

    def test_the_client_is_named_only_to_who_may_see_it(self, three: Three):
        secret = world.company(three.owner, "Secret client", audience=world.only_me())
        world.deal(three.owner, "Open deal", company=secret)
        assert "Secret client" in as_user(three.owner).get("/deals/board").content.decode()
        page = as_user(three.stranger).get("/deals/board").content.decode()
        assert "Open deal" in page
        assert "Secret client" not in page

    def test_mine(self, three: Three, deal: Deal):
        client = as_user(three.colleague)
        card = f'id="card-{deal.pk}"'
        assert card in client.get("/deals/board").content.decode()
        assert card not in client.get("/deals/board?mine=1").content.decode()
        assert card in as_user(three.owner).get("/deals/board?mine=1").content.decode()

    def test_a_card_costs_little_and_all_share_one_menu(self, three: Three):
        client = as_user(three.owner)
        bare = len(client.get("/deals/board").content)
        for number in range(20):
            world.deal(three.owner, f"Deal {number}", amount="1000", company=three.company)
        page = client.get("/deals/board").content
        assert page.count(b'class="card ') == 20
        assert page.count(b" popover ") == client.get("/trash").content.count(b" popover ") + 1
        assert (len(page) - bare) / 20 < 1_400, "bytes"

    def test_the_longest_in_a_stage_stands_first(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        newer = world.deal(three.owner, "Newer one")
        client.post(f"/deals/{deal.pk}/stage", {"stage": "offer"})
        client.post(f"/deals/{newer.pk}/stage", {"stage": "offer"})
        page = client.get("/deals/board").content.decode()
        assert page.index(f'id="card-{deal.pk}"') < page.index(f'id="card-{newer.pk}"')
        assert "longest in their stage first" in page

    def test_what_ended_is_not_on_it(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/win")
        assert f'id="card-{deal.pk}"' not in client.get("/deals/board").content.decode()


class TestMenu:
    """What can be done with a card, fetched when it is asked for."""

    def test_it_offers_the_other_stages_and_both_ends(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        menu = client.get(f"/deals/{deal.pk}/menu?mine=1", headers=HTMX).content.decode()
        stages = [s for s in ("new", "qualified", "offer", "negotiation") if f'"{s}"' in menu]
        assert stages == ["qualified", "offer", "negotiation"]
        assert f'hx-post="/deals/{deal.pk}/win?mine=1" hx-target="#card-{deal.pk}"' in menu
        assert f'hx-post="/deals/{deal.pk}/lose?mine=1"' in menu

    def test_a_whole_page_is_the_profile(self, three: Three, deal: Deal):
        answer = as_user(three.owner).get(f"/deals/{deal.pk}/menu")
        assert answer.headers["Location"] == f"/deals/{deal.pk}"

    def test_a_stranger_gets_404(self, three: Three, deal: Deal):
        answer = as_user(three.stranger).get(f"/deals/{deal.pk}/menu", headers=HTMX)
        assert answer.status_code == 404

    def test_who_only_sees_it_is_offered_nothing(self, three: Three, deal: Deal):
        three.colleague.role = world.role("watcher", view="all")
        three.colleague.save()
        answer = as_user(three.colleague).get(f"/deals/{deal.pk}/menu", headers=HTMX)
        assert answer.status_code == 302

    def test_a_card_that_was_won_goes(self, three: Three, deal: Deal):
        headers = {**HTMX, "HX-Target": f"li#card-{deal.pk}"}
        answer = as_user(three.owner).post(f"/deals/{deal.pk}/win", headers=headers)
        page = answer.content.decode()
        assert page.count("<li") == 1
        assert f'<li id="card-{deal.pk}" hx-swap-oob="delete">' in page
        assert 'id="lane-head-new" hx-swap-oob' in page
        assert f"/deals/{deal.pk}/reopen?version=2" in page, "undo"


class TestStage:
    def test_as_a_plain_form(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        answer = client.post(
            f"/deals/{deal.pk}/stage", {"stage": "offer", "version": deal.record.version}
        )
        assert answer.headers["Location"] == f"/deals/{deal.pk}"
        assert now(deal).stage.slug == "offer"
        page = client.get(f"/deals/{deal.pk}").content.decode()
        assert "Moved to Offer." in page
        assert "moved this on" in page, "the wall tells it"

    def test_from_the_board_one_comes_back_to_it(self, three: Three, deal: Deal):
        came = {"Referer": "http://testserver/deals/board?mine=1"}
        answer = as_user(three.owner).post(
            f"/deals/{deal.pk}/stage", {"stage": "offer"}, headers=came
        )
        assert answer.headers["Location"] == "/deals/board?mine=1"

    def test_a_carried_card_is_answered_with_the_card_and_the_new_sums(
        self, three: Three, deal: Deal
    ):
        answer = as_user(three.owner).post(
            f"/deals/{deal.pk}/stage",
            {"stage": "offer", "version": "1"},
            headers={**HTMX, "HX-Target": f"li#card-{deal.pk}"},
        )
        page = answer.content.decode()
        assert page.count("<li") == 1
        assert f'id="card-{deal.pk}"' in page
        assert 'id="lane-head-offer" hx-swap-oob' in page
        assert "/stage/new?version=2" in page, "undo"

    def test_undo_brings_it_back(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/stage", {"stage": "offer"})
        client.post(f"/deals/{deal.pk}/stage/new?version=2")
        assert now(deal).stage.slug == "new"

    def test_a_stale_card_changes_nothing_and_shows_the_board_of_now(
        self, three: Three, deal: Deal
    ):
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/stage", {"stage": "negotiation", "version": "1"})
        with nothing_changes():
            answer = client.post(
                f"/deals/{deal.pk}/stage",
                {"stage": "offer", "version": "1"},
                headers={**HTMX, "HX-Target": f"li#card-{deal.pk}"},
            )
        page = answer.content.decode()
        assert answer.status_code == 409
        assert 'id="board" hx-swap-oob="true"' in page
        assert "Somebody else changed this meanwhile." in page

    def test_a_stale_plain_form_says_so(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/stage", {"stage": "negotiation", "version": "1"})
        with nothing_changes():
            answer = client.post(f"/deals/{deal.pk}/stage", {"stage": "offer", "version": "1"})
        assert answer.status_code == 409
        assert "Somebody else changed this meanwhile." in answer.content.decode()

    def test_somebody_else_changing_another_field_does_not_hinder(self, three: Three, deal: Deal):
        lives.change_record(deal.pk, by=three.owner, values={"about": "x"}, version=None)
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/stage", {"stage": "offer", "version": "1"})
        assert now(deal).stage.slug == "offer"

    @pytest.mark.parametrize("stage", ["", "nowhere", "offer'--", "\0"])
    def test_a_stage_that_is_none_is_refused(self, three: Three, deal: Deal, stage: str):
        with nothing_changes():
            answer = as_user(three.owner).post(f"/deals/{deal.pk}/stage", {"stage": stage})
        assert answer.status_code == 422
        assert "There is no such stage." in answer.content.decode()


class TestEnd:
    def test_a_loss_needs_a_reason(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        with nothing_changes():
            plain = client.post(f"/deals/{deal.pk}/lose", {"reason": "  "})
            piece = client.post(
                f"/deals/{deal.pk}/lose", headers={**HTMX, "HX-Target": "section#way"}
            )
        assert plain.status_code == piece.status_code == 422
        assert "Say in a few words why it was lost." in piece.content.decode()
        assert "<html" not in piece.content.decode()

    def test_lost_reopened_and_lost_again_with_the_same_reason(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/lose", {"reason": "Price"})
        assert (now(deal).outcome, now(deal).outcome_reason) == ("lost", "Price")
        answer = client.post(
            f"/deals/{deal.pk}/reopen", headers={**HTMX, "HX-Target": "section#way"}
        )
        assert now(deal).outcome == "open"
        undo = f"/deals/{deal.pk}/lose?version=3&reason=Price"
        assert undo.replace("&", "&amp;") in answer.content.decode()
        client.post(undo)
        assert (now(deal).outcome, now(deal).outcome_reason) == ("lost", "Price")

    def test_the_profile_gets_its_way_and_the_new_entry(self, three: Three, deal: Deal):
        answer = as_user(three.owner).post(
            f"/deals/{deal.pk}/win", headers={**HTMX, "HX-Target": "section#way"}
        )
        page = answer.content.decode()
        assert '<section class="way won" id="way"' in page
        assert "won this deal" in page

    def test_what_ended_is_moved_only_after_it_was_opened_again(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        client.post(f"/deals/{deal.pk}/win")
        with nothing_changes():
            answer = client.post(f"/deals/{deal.pk}/stage", {"stage": "offer"})
        assert answer.status_code == 422

    def test_a_double_click_tells_the_wall_once(self, three: Three, deal: Deal):
        client = as_user(three.owner)
        for _ in range(2):
            client.post(f"/deals/{deal.pk}/win")
        record = Record.objects.unguarded(reason="test").get(pk=deal.pk)
        assert record.entries.unguarded(reason="test").filter(type="won").count() == 1


def test_the_stage_where_it_is_tells_nothing_new(three: Three, deal: Deal):
    client = as_user(three.owner)
    headers = HTMX | {"HX-Target": "section#way"}
    moved = client.post(f"/deals/{deal.pk}/stage", {"stage": "offer"}, headers=headers)
    assert "afterbegin:#fresh" in moved.content.decode()
    with nothing_changes():
        again = client.post(f"/deals/{deal.pk}/stage", {"stage": "offer"}, headers=headers)
    assert "afterbegin:#fresh" not in again.content.decode()


def test_a_new_deal_begins_in_the_currency_of_the_last(three: Three, deal: Deal):
    page = as_user(three.owner).get("/deals/new").content.decode()
    assert '<option value="PLN" selected>' in page
    assert (
        '<option value="EUR" selected>'
        in as_user(three.stranger).get("/deals/new").content.decode()
    )


def test_a_persian_reader_reads_persian_digits(three: Three, deal: Deal):
    three.owner.language = "fa"
    three.owner.save()
    client = as_user(three.owner)
    board = client.get("/deals/board").content.decode()
    assert '<span class="num">۱</span>' in board
    assert f'id="card-{deal.pk}"' in board, "addresses keep theirs"
    profile = client.get(f"/deals/{deal.pk}").content.decode()
    assert "۰ روز" in profile.split('id="way"')[1].split("</section>")[0]
