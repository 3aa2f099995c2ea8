"""Coming in with a second factor, and all the ways in which one does not."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.db import connection
from django.test import Client

from tablica.accounts import guesses
from tablica.accounts.commands.factors import take_code
from tablica.accounts.commands.links import make_link
from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.models import OneTimeLink, RecoveryCode, User
from tablica.accounts.tests.door import is_in, second, sign_in
from tablica.shared.mail.configuration import smtp_from
from tablica.shared.mail.models import Letter
from tablica.shared.trail.models import Line
from tests import world
from tests.phone import GOOD, code, give_app, wrong

FACTORS = "/settings/me/factors"


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands, so that the code of now is not followed by another one meanwhile."""
    with time_machine.travel(time.time(), tick=False):
        yield


def events() -> list[str]:
    return list(Line.objects.order_by("number").values_list("event", flat=True))


class TestComingIn:
    def test_the_password_alone_opens_nothing(self, client: Client, codes) -> None:
        answer = sign_in(client, next="/companies")
        assert answer.headers["Location"] == "/login/second"
        assert not is_in(client)
        for url in ("/settings/me", FACTORS, "/companies", f"{FACTORS}/app"):
            assert client.get(url).headers["Location"].startswith("/login?next="), url
        assert client.get("/live").status_code == 204
        assert "signed in" not in events()

    def test_a_code_opens_and_leads_where_one_wanted(self, client: Client, codes) -> None:
        sign_in(client, next="/companies?sort=title")
        assert "code" in client.get("/login/second").content.decode()
        before = client.session.session_key
        answer = second(client, code(1))
        assert answer.headers["Location"] == "/companies?sort=title"
        assert is_in(client)
        assert client.session.session_key != before
        assert "between" not in client.session

    def test_each_code_counts_once(self, client: Client, anna: User, still, codes) -> None:
        sign_in(client)
        assert second(client, code(0)).status_code == 422, "used up while setting up"
        assert second(client, code(1)).status_code == 302
        other = Client()
        sign_in(other)
        assert second(other, code(1)).status_code == 422
        assert second(other, code(-1)).status_code == 422, "nor an earlier one"

    def test_a_recovery_code_counts_once_and_is_told(self, client: Client, codes) -> None:
        sign_in(client)
        assert second(client, codes[3].upper()).status_code == 302
        assert "You used a recovery code; 9 are left." in client.get("/").content.decode()
        other = Client()
        sign_in(other)
        assert second(other, codes[3]).status_code == 422
        assert second(other, codes[4]).status_code == 302
        assert RecoveryCode.objects.filter(used_at=None).count() == 8
        assert events().count("recovery code used") == 2

    def test_wrong_ones_are_said_and_on_the_trail(self, client: Client, anna, codes) -> None:
        sign_in(client)
        answer = second(client, wrong())
        assert answer.status_code == 422
        assert "does not count" in answer.content.decode()
        assert not is_in(client)
        line = Line.objects.get(event="second factor failed")
        assert (line.about, line.actor) == (f"user {anna.pk}", None)

    @pytest.mark.parametrize("typed", ["", " ", "\0", "x" * 65, "٫" * 6, "۱" * 6])
    def test_what_is_no_code(self, client: Client, codes, typed: str) -> None:
        sign_in(client)
        assert second(client, typed).status_code == 422
        assert not is_in(client)

    def test_after_five_minutes_one_begins_anew(self, client: Client, codes) -> None:
        with time_machine.travel(time.time(), tick=False) as clock:
            sign_in(client, next="/companies")
            clock.shift(301)
            assert second(client, code()).headers["Location"] == "/login?next=%2Fcompanies"
            assert not is_in(client)

    def test_it_is_of_this_session_alone(self, client: Client, codes) -> None:
        sign_in(client)
        assert second(Client(), code(1)).headers["Location"] == "/login"
        assert second(client, code(1)).status_code == 302

    def test_another_password_or_a_leaver_ends_it(self, client: Client, anna, codes) -> None:
        sign_in(client)
        anna.set_password("another horse battery")
        anna.save()
        assert second(client, code(1)).headers["Location"] == "/login"
        anna.set_password(GOOD)
        anna.save()
        sign_in(client)
        deactivate_user(anna, by=None)
        assert second(client, code(1)).headers["Location"] == "/login"

    def test_a_reset_link_does_not_skip_it(self, client: Client, anna: User, codes) -> None:
        link = make_link(OneTimeLink.Purpose.PASSWORD, user=anna, by=None)
        answer = client.post(f"/setup/{link}", {"password": "a wholly new password"})
        assert answer.headers["Location"] == "/login/second"
        assert not is_in(client)
        assert second(client, code(1)).status_code == 302
        assert is_in(client)

    def test_nor_does_one_for_another_who_is_signed_in(self, client: Client, anna, codes) -> None:
        client.force_login(world.user("Ben"))
        link = make_link(OneTimeLink.Purpose.PASSWORD, user=anna, by=None)
        client.post(f"/setup/{link}", {"password": "a wholly new password"})
        assert not is_in(client)
        second(client, code(1))
        assert client.get("/settings/me").context["user"] == anna

    def test_the_page_speaks_my_language(self, client: Client, anna: User, codes) -> None:
        anna.language = "fa"
        anna.save()
        sign_in(client)
        assert '<html lang="fa" dir="rtl"' in client.get("/login/second").content.decode()


class TestGuessing:
    def test_the_right_password_buys_no_new_tries(self, client: Client, codes) -> None:
        """Passwords and codes from a strange network count together: five, then no more."""
        answers = []
        for _ in range(6):
            sign_in(client)
            answers.append(second(client, wrong()).status_code)
        assert answers.count(422) <= 5
        assert second(client, code(1)).status_code in (302, 429)
        assert not is_in(client)

    def test_in_all_networks_together_at_most_ten(self, anna: User, codes) -> None:
        checked = 0
        for number in range(20):
            client, place = Client(), f"203.0.113.{number}"
            client.post("/login", {"email": anna.email, "password": GOOD}, REMOTE_ADDR=place)
            checked += second(client, wrong(), place).status_code == 422
        assert 0 < checked <= 10

    def test_after_three_wrong_ones_the_owner_gets_one_letter(
        self, client: Client, anna: User, codes, settings
    ) -> None:
        settings.SMTP = smtp_from(
            "smtp://127.0.0.1:25", "Tablica <crm@example.org>", "https://crm.example.org"
        )
        sign_in(client)
        told = []
        for _ in range(4):
            second(client, wrong())
            told.append(Letter.objects.filter(to=anna.email).count())
        assert told == [0, 0, 1, 1]

    def test_coming_in_forgives(self, client: Client, anna: User, codes) -> None:
        sign_in(client)
        second(client, wrong())
        second(client, code(1))
        assert is_in(client)
        source = guesses.source_of(anna.email, "127.0.0.1")
        assert all(guesses.take_guess(anna.email, source) for _ in range(9))


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_codes_at_once_at_most_ten_are_checked(monkeypatch) -> None:
    world.ready()
    anna = world.user("Anna", password=GOOD)
    give_app(anna)
    client = Client()
    sign_in(client)
    cookies = client.cookies.output(header="", sep=";")
    checked: list[str] = []

    def note(user: User, typed: str) -> bool:
        checked.append(typed)
        return take_code(user, typed)

    monkeypatch.setattr("tablica.accounts.views.second.take_code", note)

    def one(number: int) -> int:
        try:
            place = f"203.0.113.{number % 40}"
            browser = Client(headers={"Cookie": cookies})
            return int(second(browser, wrong(), place).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(200)))
    assert set(answers) == {422, 429}
    assert 0 < len(checked) <= 10


@pytest.mark.django_db(transaction=True)
def test_a_code_sent_twenty_times_at_once_counts_once() -> None:
    world.ready()
    anna = world.user("Anna", password=GOOD)
    codes = give_app(anna)
    for typed in (code(1), codes[0]):

        def one(_number: int, typed: str = typed) -> bool:
            try:
                return take_code(anna, typed)
            finally:
                connection.close()

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(one, range(20))) == 1
