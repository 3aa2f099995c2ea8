"""Guessing passwords becomes slow, and shuts nobody out of where they came in before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.core import signing
from django.db import connection
from django.test import Client

from tablica.accounts import guesses
from tablica.accounts.devices import LIFE, SALT, Device, read_device, write_device
from tablica.accounts.models import KnownNet, SignInFailure, User
from tests import world
from tests.phone import GOOD

HOME, OFFICE = "192.0.2.7", "198.51.100.7"
UNKNOWN = "nobody@example.org"


def sign_in(
    client: Client, address: str, password: str = GOOD, email: str = "anna@example.org"
) -> int:
    sent = {"email": email, "password": password}
    return client.post("/login", sent, REMOTE_ADDR=address).status_code


def guess(address: str, times: int = 1, email: str = "anna@example.org") -> list[int]:
    """What a stranger's browser is answered."""
    return [sign_in(Client(), address, "a guess", email) for _ in range(times)]


def net(number: int) -> str:
    return f"203.0.{number // 250}.{number % 250 + 1}"


def out(client: Client) -> None:
    client.post("/logout")


@pytest.mark.parametrize("email", ["anna@example.org", UNKNOWN])
def test_from_one_place_and_from_all(anna: User, email: str) -> None:
    """The same for an account that is there and one that is not."""
    assert guess(net(1), 6, email) == [422] * 5 + [429]
    assert [guess(net(n), 1, email)[0] for n in range(2, 9)] == [422] * 5 + [429] * 2
    late = Client().post("/login", {"email": email, "password": GOOD}, REMOTE_ADDR=net(9))
    assert (late.status_code, int(late.headers["Retry-After"]) > 0) == (429, True)
    assert SignInFailure.objects.count() == 10, "a refused try does not count"


def test_the_next_quarter_of_an_hour_begins_anew(anna: User) -> None:
    with time_machine.travel("2026-03-02 12:00:00+00:00", tick=False) as clock:
        guess(net(1), 6)
        assert sign_in(Client(), net(1)) == 429
        clock.shift(guesses.WINDOW.total_seconds() + 1)
        assert sign_in(Client(), net(1)) == 302


def test_a_stranger_cannot_shut_out_a_browser_that_is_known(anna: User) -> None:
    browser = Client()
    assert sign_in(browser, HOME) == 302
    out(browser)
    for number in range(60):
        guess(net(number % 3), 1)
    guess(HOME, 20)
    assert sign_in(Client(), OFFICE) == 429, "the premise: the account is being guessed at"
    assert sign_in(Client(), HOME) == 429
    assert sign_in(browser, OFFICE) == 302


def test_nor_another_browser_where_the_account_came_from_before(anna: User) -> None:
    browser = Client()
    assert sign_in(browser, HOME) == 302
    guess(net(1), 5)
    guess(net(2), 5)
    assert sign_in(Client(), OFFICE) == 429
    assert sign_in(Client(), HOME) == 302


def test_a_known_browser_does_not_guess_for_ever_either(anna: User) -> None:
    browser = Client()
    sign_in(browser, HOME)
    out(browser)
    tried = [sign_in(browser, HOME, "a guess") for _ in range(11)]
    assert tried == [422] * 10 + [429]
    assert sign_in(browser, HOME) == 429


def test_it_is_known_for_its_own_account_alone(anna: User) -> None:
    world.user("Ben", password=GOOD)
    browser = Client()
    sign_in(browser, HOME, email="ben@example.org")
    out(browser)
    tried = [sign_in(browser, OFFICE, "a guess") for _ in range(6)]
    assert tried == [422] * 5 + [429]


def test_the_right_password_forgives_only_the_mistakes_made_there(anna: User) -> None:
    guess(net(1), 4)
    browser = Client()
    sign_in(browser, HOME, "a typo")
    assert sign_in(browser, HOME) == 302
    assert SignInFailure.objects.count() == 4
    assert guess(net(1), 2) == [422, 429]


def test_one_network_cannot_try_everybody(db: None) -> None:
    tried = [guess(net(1), 1, f"user{n}@example.org")[0] for n in range(51)]
    assert tried == [422] * 50 + [429]


def test_changing_my_password_is_counted_apart(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    wrong = {"old": "a guess", "new": "another horse battery"}
    tried = [client.post("/settings/me/password", wrong).status_code for _ in range(11)]
    assert tried == [422] * 10 + [429]
    assert sign_in(Client(), OFFICE) == 302


@pytest.mark.parametrize(
    ("address", "net_"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("x" * 100, "x" * 64),
    ],
)
def test_networks(address: str, net_: str) -> None:
    assert guesses.net_of(address) == net_


class TestTheCookie:
    def test_it_lasts_and_scripts_do_not_read_it(self, anna: User) -> None:
        browser = Client()
        sign_in(browser, HOME)
        kept = browser.cookies["device"]
        assert (kept["max-age"], kept["httponly"], kept["samesite"]) == (LIFE, True, "Lax")
        out(browser)
        assert browser.cookies["device"].value == kept.value

    def test_it_keeps_its_name_for_all_who_sign_in_there(self) -> None:
        device = Device("abc").with_account(1).with_account(2).with_account(1)
        assert read_device(write_device(device)) == Device("abc", (1, 2))
        assert [device.name_for(n) for n in (1, 2, 3, None)] == ["abc", "abc", "", ""]

    @pytest.mark.parametrize(
        "forged",
        [
            "",
            "x",
            "eyJuYW1lIjoiYSIsImFjY291bnRzIjpbMV19:abc",
            signing.dumps({"name": "a", "accounts": [1]}, salt="another"),
            signing.dumps({"name": "a"}, salt=SALT),
            signing.dumps([1], salt=SALT),
            signing.dumps({"name": "a", "accounts": ["x"]}, salt=SALT),
        ],
        ids=["empty", "no form", "no sign", "other salt", "no accounts", "a list", "no numbers"],
    )
    def test_a_forged_one_is_a_stranger(self, forged: str) -> None:
        assert read_device(forged).accounts == ()

    def test_it_ends(self) -> None:
        with time_machine.travel("2026-03-02 12:00:00+00:00", tick=False) as clock:
            cookie = write_device(Device("a", (1,)))
            clock.shift(LIFE + 2)
            assert read_device(cookie).accounts == ()


def test_who_comes_by_a_link_is_known_afterwards(anna: User) -> None:
    from tablica.accounts.commands.links import make_link
    from tablica.accounts.models import OneTimeLink

    browser = Client()
    secret = make_link(OneTimeLink.Purpose.INVITATION, user=anna, by=None)
    browser.post(f"/setup/{secret}", {"password": GOOD}, REMOTE_ADDR=HOME)
    assert KnownNet.objects.get().net == HOME
    assert read_device(browser.cookies["device"].value).accounts == (anna.pk,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("spread", [1, 40])
def test_of_guesses_sent_at_once_at_most_ten_are_checked(spread: int) -> None:
    """From one network, and from forty."""
    world.ready()
    world.user("Anna", password=GOOD)

    def one(number: int) -> bool:
        try:
            source = guesses.source_of("anna@example.org", net(number % spread))
            return guesses.take_guess("anna@example.org", source)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        passed = sum(pool.map(one, range(200)))
    assert passed <= 10
