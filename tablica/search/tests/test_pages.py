"""The page of hits and the suggestions."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.search.queries import SUGGESTIONS
from tests import world
from tests.cast import Three, make_record


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def found(user: User, address: str, headers: dict[str, str] | None = None) -> str:
    answer = as_user(user).get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def note(three: Three):
    """Something written on the wall of the owner's team."""
    return world.note(three.company, three.owner, "Klient podpisze umowę jutro #umowa #pilne")


def test_any_form_of_a_word_finds_the_entry_and_marks_it(three: Three, note):
    page = found(three.colleague, "/search?q=umowy")
    assert "<mark>umowę</mark>" in page
    assert f'href="/e/{note.pk}"' in page


def test_a_stranger_finds_nothing_and_learns_nothing(three: Three, note):
    assert "umow" in found(three.owner, "/search?q=umowa").split('id="results"')[1]
    for address in ("/search?q=umowa", "/search?q=mleczarnia", "/search?tag=pilne"):
        page = found(three.stranger, address).split('id="results"')[1]
        assert "Nothing that you may see fits" in page
        assert "Mleczarnia" not in page


def test_a_comment_leads_to_its_place(three: Three, note):
    comment = world.comment(note, three.colleague, "Zadzwonię w poniedziałek")
    page = found(three.owner, "/search?q=poniedzialek")
    assert f'href="/e/{note.pk}?comment={comment.pk}"' in page


def test_a_tag_alone_lists_its_entries_newest_first(three: Three, note):
    later = world.note(three.company, three.owner, "Wysłane #pilne")
    other = world.note(three.company, three.owner, "Coś innego")
    page = found(three.colleague, "/search?tag=Pilne")
    assert page.index(f"/e/{later.pk}") < page.index(f"/e/{note.pk}")
    assert f"/e/{other.pk}" not in page


def test_filters_narrow(three: Three, note):
    world.note(three.company, three.colleague, "Druga umowa")
    address = f"/search?q=umowa&author={three.colleague.pk}"
    page = found(three.owner, address)
    assert "Druga" in page
    assert "podpisze" not in page
    assert "podpisze" not in found(three.owner, "/search?q=umowa&kind=deal")
    assert "podpisze" not in found(three.owner, "/search?q=umowa&until=2020-01-01")


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 3000,
        "q=umowa&since=yesterday&author=me&kind=nothing&type=x&n=-5",
        "q=%22(*%20OR%20NEAR&n=99999999999",
        "since=9999-99-99&until=0000-00-00",
        "q=%ED%A0%80",
    ],
)
def test_nothing_in_the_address_breaks_the_page(three: Three, note, query: str):
    found(three.owner, f"/search?{query}")
    found(three.owner, f"/search/suggest?{query}")
    found(three.owner, f"/records/suggest?{query}")


def test_what_made_no_sense_is_said(three: Three, note):
    assert "“yesterday” cannot be filtered by" in found(
        three.owner, "/search?q=umowa&since=yesterday"
    )


def test_before_and_after_typing_it_says_what_to_do(three: Three):
    assert "Type a name, a phone number" in found(three.owner, "/search")
    assert "Nothing that you may see fits" in found(three.owner, "/search?q=xyzzy")


def test_words_of_others_stay_words(three: Three):
    world.note(three.company, three.owner, "umowa <script>alert(1)</script> & <b>x</b>")
    page = found(three.owner, "/search?q=umowa").split('id="results"')[1]
    assert "<script" not in page
    assert "<b>x" not in page


class TestPalette:
    def test_before_typing_the_latest_and_what_can_be_done(self, three: Three):
        page = found(three.owner, "/search/suggest?q=")
        assert "Mleczarnia Łódź" in page
        assert 'href="/companies/new"' in page
        assert "Mleczarnia" not in found(three.stranger, "/search/suggest?q=")

    def test_typing_finds_records_entries_and_deeds(self, three: Three, note):
        page = found(three.owner, "/search/suggest?q=mleczarnia")
        assert f'href="/companies/{three.company.pk}"' in page
        assert "umow" in found(three.owner, "/search/suggest?q=umowa")
        assert 'href="/deals/new"' in found(three.owner, "/search/suggest?q=New deal")
        assert 'href="/search?q=umowa"' in found(three.owner, "/search/suggest?q=umowa")

    def test_a_stranger_is_offered_nothing_hidden(self, three: Three, note):
        for q in ("mleczarnia", "umowa"):
            page = found(three.stranger, f"/search/suggest?q={q}")
            assert "/companies/" + str(three.company.pk) not in page
            assert "podpisze" not in page

    def test_what_was_found_by_a_phone_says_so(self, three: Three):
        person = make_record("person", "Ewa Zielińska", phone="+48601234567", position="Buyer")
        page = found(three.owner, "/search/suggest?q=601 234 567").replace(
            "\N{NO-BREAK SPACE}", " "
        )
        assert f'href="/people/{person.pk}"' in page
        assert "<mark>+48 601 234 567</mark>" in page.replace("\N{NO-BREAK SPACE}", " ")
        by_name = found(three.owner, "/search/suggest?q=zielinska")
        assert "601" not in by_name
        assert "Buyer" in by_name

    def test_who_may_add_nothing_is_not_told_to(self, three: Three):
        three.owner.role = world.role("watcher", view="all")
        three.owner.save()
        assert "/new" not in found(three.owner, "/search/suggest?q=")


class TestPicking:
    def test_as_radio_buttons_and_as_rows(self, three: Three):
        choice = found(three.owner, "/records/suggest?as=choice&name=mlecz")
        assert f'<input type="radio" name="to" value="{three.company.pk}"' in choice
        row = found(three.owner, "/records/suggest?as=pick&kind=company&q=mlecz")
        assert f'data-id="{three.company.pk}"' in row
        assert 'data-title="Mleczarnia Łódź"' in row

    def test_only_of_the_kind_and_only_what_is_seen(self, three: Three):
        assert "data-id" not in found(three.owner, "/records/suggest?as=pick&kind=deal&q=mlecz")
        assert "Mlecz" not in found(three.stranger, "/records/suggest?as=choice&q=mlecz")


def test_what_a_wall_is_related_to_is_suggested_first(three: Three) -> None:
    own = world.deal(three.owner, "Window shop", company=three.company)
    hidden = world.deal(
        three.owner, "Window secret", company=three.company, audience=world.only_me()
    )
    for number in range(12):
        world.deal(three.owner, f"Window {number}")
    note = world.note(three.company, three.owner)
    for q in ("", "&q=window"):
        for on in (f"on={three.company.pk}", f"entry={note.pk}"):
            address = f"/records/suggest?as=card&{on}{q}"
            titles = [one["name"] for one in json.loads(found(three.colleague, address))]
            assert titles[0] == "Window shop", address
            assert "Window secret" not in titles
            assert len(titles) == len(set(titles)) == SUGGESTIONS
            ids = [one["id"] for one in json.loads(found(three.owner, address))]
            assert set(ids[:2]) == {str(own.pk), str(hidden.pk)}
        other = json.loads(found(three.stranger, f"/records/suggest?as=card&on=99999999{q}"))
        assert other == json.loads(found(three.stranger, f"/records/suggest?as=card{q}"))
