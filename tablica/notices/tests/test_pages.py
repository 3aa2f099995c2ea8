"""The bell and its page, as people meet them."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.notices import commands
from tablica.notices.models import Notice
from tablica.wall.commands import entries, follows
from tests.cast import Three, make_record, make_user

pytestmark = pytest.mark.django_db


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def notice(three: Three) -> Notice:
    """What the colleague, who follows the company, is told."""
    follows.follow(three.company.pk, by=three.colleague)
    note = entries.write_entry(three.company.pk, by=three.owner, text="Sign **here** <b>now</b>")
    commands.tell_of(note.pk, by=three.owner.pk)
    return Notice.objects.visible_to(three.colleague).get()


def test_the_bell_counts_and_the_page_tells(three: Three, notice: Notice) -> None:
    browser = sign_in(three.colleague)
    assert 'class="count">1<' in browser.get("/companies").text
    page = browser.get("/notifications").text
    assert three.owner.name in page
    assert "Sign here &lt;b&gt;now&lt;/b&gt;" in page
    assert "because you follow this wall" in page
    assert f'href="/e/{notice.entry_id}"' in page
    assert "Sign here" in browser.get("/notifications?show=unread").text
    assert "Sign here" not in browser.get("/notifications?show=mentions").text
    assert 'class="count"' not in sign_in(three.owner).get("/companies").text


def test_read_and_kept_for_later(three: Three, notice: Notice) -> None:
    browser = sign_in(three.colleague)
    answer = browser.post(f"/notifications/{notice.pk}/read", headers={"HX-Request": "true"})
    assert 'id="bell"' in answer.text
    assert 'class="count"' not in answer.text
    answer = browser.post(f"/notifications/{notice.pk}/unread", headers={"HX-Request": "true"})
    assert 'class="count">1<' in answer.text
    assert browser.post("/notifications/read").status_code == 302
    assert 'class="count"' not in browser.get("/notifications").text


def test_another_persons_notice_is_not_there(three: Three, notice: Notice) -> None:
    for other in (three.owner, three.stranger, make_user(role="administrator")):
        for verb in ("read", "unread"):
            assert sign_in(other).post(f"/notifications/{notice.pk}/{verb}").status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_odd_addresses_show_what_there_is(three: Three, notice: Notice) -> None:
    browser = sign_in(three.colleague)
    for query in ("?show=nonsense", "?before=nonsense", "?before=abc"):
        assert "Sign here" in browser.get(f"/notifications{query}").text


def test_whom_to_mention(three: Three) -> None:
    browser = sign_in(three.owner)
    make_user("Żaneta Łoś")
    make_user("Zaneta Mała")

    def offered(typed: str, on: str = f"on={three.company.pk}") -> dict[str, str]:
        found = browser.get(f"/people/mentions?{on}&q={typed}").json()
        return {one["name"]: one["note"] for one in found}

    assert offered("zanet") == {
        "Żaneta Łoś": "cannot read this wall",
        "Zaneta Mała": "cannot read this wall",
    }
    assert offered(three.colleague.name[:4]) == {three.colleague.name: ""}
    assert offered(three.team.name) == {three.team.name: "team"}
    assert offered("zanet", on=f"on={three.other.pk}") == {"Żaneta Łoś": "", "Zaneta Mała": ""}
    make_user("Żaneta Łoś")
    assert sum("@" in name for name in offered("Żaneta Łoś")) == 2


def test_pages_go_on_where_the_last_one_ended(three: Three, notice: Notice) -> None:
    from tablica.notices.queries import notices_of

    for number in range(5):
        note = entries.write_entry(three.company.pk, by=three.owner, text=f"Note {number}")
        commands.tell_of(note.pk, by=three.owner.pk)
    seen: list[int] = []
    page = notices_of(three.colleague, limit=2)
    while True:
        seen += [row.notice.pk for group in page.groups for row in group.rows]
        if page.next is None:
            break
        page = notices_of(three.colleague, limit=2, before=page.next)
    assert len(seen) == len(set(seen)) == 6


def test_a_record_named_in_what_is_told_has_its_title_for_who_may_see_it(three: Three) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    secret = make_record("deal", "Secret Silverware", owner=three.owner, who="me")
    text = f"[[{three.company.pk}]] waits for [[{secret.pk}]]"
    note = entries.write_entry(three.company.pk, by=three.owner, text=text)
    commands.tell_of(note.pk, by=three.owner.pk)
    page = sign_in(three.colleague).get("/notifications").text
    assert f"{three.company.title} waits for a record you cannot see" in page


def test_an_at_stays_with_a_name_from_the_right(three: Three) -> None:
    person = make_user("آرش رستمی", teams=[three.team])
    note = entries.write_entry(three.company.pk, by=three.owner, text="Ask @آرش رستمی")
    commands.tell_of(note.pk, by=three.owner.pk)
    assert "Ask \u2068@آرش رستمی\u2069" in sign_in(person).get("/notifications").text
