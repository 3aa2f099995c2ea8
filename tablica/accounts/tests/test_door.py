"""Coming in and going out through the pages."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from tablica.accounts.commands.links import make_link
from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.models import OneTimeLink, SignInFailure, User
from tablica.accounts.tests.door import sign_in
from tests import world
from tests.phone import GOOD

WRONG = "E-mail and password do not fit together"


def without_what_differs(page: str) -> str:
    """A page without what is new each time: tokens, and what was typed."""
    page = re.sub(r'(csrfmiddlewaretoken" value|csrf-token" content)="\w+"', "", page)
    return re.sub(r'(?<=name="email" value=")[^"]*', "", page)


def test_it_works(client: Client, anna: User):
    answer = sign_in(client, email=" Anna@Example.org ", next="/companies?sort=title")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/companies?sort=title")
    assert client.get("/").status_code == 200
    anna.refresh_from_db()
    assert anna.last_login is not None


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "javascript:x"]
)
def test_one_is_only_sent_to_a_page_of_ours(client: Client, anna: User, target: str):
    assert sign_in(client, next=target).headers["Location"] == "/"
    assert client.get("/login", {"next": target}).headers["Location"] == "/"


def test_unknown_wrong_and_deactivated_get_the_same_answer(client: Client, anna: User):
    gone = world.user("Gone", password=GOOD)
    deactivate_user(gone, by=None)
    answers = [
        sign_in(client, password="something else"),
        sign_in(client, email="nobody@example.org"),
        sign_in(client, email="gone@example.org"),
    ]
    assert {answer.status_code for answer in answers} == {422}
    assert len({without_what_differs(answer.content.decode()) for answer in answers}) == 1
    assert WRONG in answers[0].content.decode()
    assert client.get("/").status_code == 302


@pytest.mark.parametrize("email", ["", "anna", "anna\0@example.org", "a" * 300 + "@example.org"])
def test_what_is_no_address_is_answered_alike(client: Client, anna: User, email: str):
    answer = sign_in(client, email=email)
    assert answer.status_code == 422
    assert WRONG in answer.content.decode()


def test_the_right_password_forgives_earlier_mistakes(client: Client, anna: User):
    sign_in(client, password="a guess")
    assert SignInFailure.objects.count() == 1
    sign_in(client)
    assert SignInFailure.objects.count() == 0


def test_the_session_gets_a_new_number(client: Client, anna: User):
    client.session["seen"] = True
    client.get("/login")
    store = client.session
    store["seen"] = True
    store.save()
    before = store.session_key
    assert before
    client.cookies["session"] = before
    sign_in(client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_ends_the_session_and_is_a_post(client: Client, anna: User):
    client.force_login(anna)
    assert client.get("/logout").status_code == 405
    assert client.get("/").status_code == 200
    answer = client.post("/logout")
    assert answer.headers["Location"] == "/login"
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert answer.cookies["session"]["max-age"] == answer.cookies["csrf"]["max-age"] == 0
    assert client.get("/").headers["Location"].startswith("/login")


def test_a_form_of_another_site_signs_nobody_in(anna: User):
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
    assert strict.get("/").status_code == 302


def test_a_deactivated_colleague_is_out_at_once(client: Client, anna: User):
    client.force_login(anna)
    assert client.get("/").status_code == 200
    deactivate_user(anna, by=None)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("language", "direction"), [("fa", "rtl"), ("pl", "ltr")])
def test_the_door_speaks_the_language_chosen(client: Client, db: None, language, direction):
    page = client.get("/login", {"language": language}).content.decode()
    assert f'<html lang="{language}" dir="{direction}"' in page


class TestOneTimeLink:
    FIRST = {
        "name": "Reza Karimi",
        "email": "reza@example.org",
        "password": GOOD,
        "language": "fa",
        "timezone": "Asia/Tehran",
    }

    def make(self, purpose: str, user: User | None = None) -> str:
        return "/setup/" + make_link(OneTimeLink.Purpose(purpose), user=user, by=None)

    def test_the_first_becomes_administrator_and_is_in(self, client: Client, db: None):
        link = self.make("first")
        assert client.get(link).status_code == 200
        assert client.post(link, self.FIRST).headers["Location"] == "/"
        reza = User.objects.get()
        assert (reza.role.slug, reza.language, reza.timezone) == (
            "administrator",
            "fa",
            "Asia/Tehran",
        )
        assert client.get("/settings/people").status_code == 200

    def test_it_opens_once(self, client: Client, db: None):
        link = self.make("first")
        client.post(link, self.FIRST)
        client.logout()
        again = {**self.FIRST, "email": "second@example.org"}
        assert client.post(link, again).status_code == 404
        assert User.objects.count() == 1

    def test_used_too_old_and_unknown_get_the_same_page(self, client: Client, anna: User):
        link = self.make("invitation", anna)
        client.post(link, {"password": GOOD})
        client.logout()
        pages = [client.get(address) for address in (link, "/setup/unknown")]
        assert [page.status_code for page in pages] == [404, 404]
        one, other = (without_what_differs(page.content.decode()) for page in pages)
        assert one == other

    def test_mistakes_keep_the_link_and_what_was_typed(self, client: Client, db: None):
        link = self.make("first")
        refused = client.post(link, {**self.FIRST, "password": "short", "timezone": "Mars/Base"})
        assert refused.status_code == 422
        assert "Reza Karimi" in refused.content.decode()
        assert not User.objects.exists()
        assert client.post(link, self.FIRST).status_code == 302

    def test_an_invitation_only_sets_the_password(self, client: Client, db: None):
        newcomer = world.user("Newcomer")
        link = self.make("invitation", newcomer)
        answer = client.post(link, {"password": GOOD, "email": "x@example.org", "role": "1"})
        assert answer.status_code == 302
        newcomer.refresh_from_db()
        assert (newcomer.email, newcomer.role.slug) == ("newcomer@example.org", "member")
        assert newcomer.check_password(GOOD)
