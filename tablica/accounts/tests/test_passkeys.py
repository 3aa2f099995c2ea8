"""Passkeys: made, shown alone and after the password, and all that does not count."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import time_machine
from django.test import Client

from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.commands.sign_ins import note_sign_in
from tablica.accounts.models import Passkey, RecoveryCode, User
from tablica.accounts.tests.door import is_in, sign_in
from tablica.shared.limits.commands import forget_all
from tablica.shared.trail.models import Line
from tests import world
from tests.authenticator import Device
from tests.phone import GOOD, code, give_app

FACTORS = "/settings/me/factors"
NEW = f"{FACTORS}/passkeys"


@pytest.fixture(autouse=True)
def not_counted_yet() -> None:
    forget_all()


@pytest.fixture
def device(anna: User) -> Device:
    """Anna's, with a passkey."""
    made = Device()
    browser = Client()
    browser.force_login(anna)
    assert make(browser, made).status_code == 302
    return made


def make(browser: Client, device: Device, **changes: Any):
    options = browser.post(f"{NEW}/options").json()
    sent = {"name": "Phone", "password": GOOD, "answer": device.make(options), **changes}
    return browser.post(NEW, sent)


def options_for(browser: Client) -> dict[str, Any]:
    found: dict[str, Any] = browser.post("/login/passkey/options").json()
    return found


def show(browser: Client, device: Device, **more: str):
    return browser.post("/login/passkey", {"answer": device.show(options_for(browser)), **more})


class TestMaking:
    def test_it_is_kept_with_the_password(self, anna: User, device: Device) -> None:
        kept = Passkey.objects.get()
        assert (kept.user, kept.name) == (anna, "Phone")
        assert len(bytes(kept.handle)) == 32
        assert RecoveryCode.objects.count() == 10
        assert Line.objects.get(event="second factor added").data == {"kind": "passkey"}

    @pytest.mark.parametrize(
        "changes", [{"password": "a guess"}, {"name": ""}, {"answer": "{}"}, {"answer": "x"}]
    )
    def test_a_mistake_keeps_nothing(self, client: Client, anna, changes) -> None:
        client.force_login(anna)
        assert make(client, Device(), **changes).status_code == 422
        assert not Passkey.objects.exists()

    def test_what_was_asked_for_showing_one_makes_none(self, client: Client, anna: User) -> None:
        client.force_login(anna)
        client.post(f"{NEW}/options")
        options_for(client)
        sent = {"name": "Phone", "password": GOOD, "answer": "{}"}
        assert client.post(NEW, sent).status_code == 422
        assert not Passkey.objects.exists()

    @pytest.mark.parametrize(
        "device",
        [Device(origin="http://evil.example"), Device(site="evil.example"), Device(checks=False)],
        ids=["another page", "another site", "owner not checked"],
    )
    def test_what_was_made_elsewhere_or_unchecked(self, client, anna, device) -> None:
        client.force_login(anna)
        assert make(client, device).status_code == 422
        assert not Passkey.objects.exists()

    def test_an_answer_counts_once_and_in_its_session(self, client, anna) -> None:
        client.force_login(anna)
        first = Device()
        answer = first.make(client.post(f"{NEW}/options").json())
        sent = {"name": "Phone", "password": GOOD, "answer": answer}
        other = Client()
        other.force_login(anna)
        assert other.post(NEW, sent).status_code == 422
        assert client.post(NEW, sent).status_code == 302
        assert client.post(NEW, sent).status_code == 422
        assert Passkey.objects.count() == 1

    def test_one_device_makes_no_second_one(self, client: Client, anna, device) -> None:
        client.force_login(anna)
        asked = client.post(f"{NEW}/options").json()["publicKey"]
        assert [one["id"] for one in asked["excludeCredentials"]] == [Passkey.objects.get().number]
        assert make(client, device).status_code == 422

    def test_a_passkey_of_another_is_not_taken_over(self, client, device) -> None:
        client.force_login(world.user("Ben", password=GOOD))
        assert make(client, device).status_code == 422
        assert Passkey.objects.get().user.name == "Anna"

    def test_it_takes_at_most_five_minutes(self, client: Client, anna) -> None:
        client.force_login(anna)
        note_sign_in(anna, session=str(client.session.session_key), agent="", net="")
        answer = Device().make(client.post(f"{NEW}/options").json())
        with time_machine.travel(time.time() + 301):
            sent = {"name": "Phone", "password": GOOD, "answer": answer}
            assert client.post(NEW, sent).status_code == 422


class TestComingIn:
    def test_alone_and_to_where_one_wanted(self, client: Client, anna, device) -> None:
        answer = show(client, device, next="/companies")
        assert answer.headers["Location"] == "/companies"
        assert client.get("/settings/me").context["user"] == anna
        kept = Passkey.objects.get()
        assert kept.count == 1
        assert kept.last_used_at is not None

    def test_the_page_asks_for_any_passkey_and_names_none(self, client, device) -> None:
        asked = options_for(client)["publicKey"]
        assert not asked.get("allowCredentials")
        assert asked["userVerification"] == "required"

    def test_after_the_password(self, client: Client, anna, device) -> None:
        assert sign_in(client, next="/companies").headers["Location"] == "/login/second"
        assert "/login/passkey" in client.get("/login/second").content.decode()
        asked = options_for(client)["publicKey"]
        assert [one["id"] for one in asked["allowCredentials"]] == [Passkey.objects.get().number]
        assert show(client, device).headers["Location"] == "/companies"
        assert is_in(client)

    def test_after_annas_password_no_passkey_of_bens(self, client, anna, device) -> None:
        ben = Client()
        ben.force_login(world.user("Ben", password=GOOD))
        his = Device()
        make(ben, his)
        sign_in(client)
        assert show(client, his).status_code == 422
        assert not is_in(client)
        assert Line.objects.filter(event="second factor failed").exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"origin": "http://evil.example"},
            {"site": "evil.example"},
            {"checks": False},
            {"handle": b"x" * 32},
            {"number": b"x" * 32},
            {"key": Device().key},
            {"count": -1},
        ],
        ids=["page", "site", "unchecked", "owner", "number", "key", "copied"],
    )
    def test_what_does_not_hold(self, client: Client, device: Device, changes) -> None:
        show(Client(), device)
        for name, value in changes.items():
            setattr(device, name, value)
        assert show(client, device).status_code == 422
        assert not is_in(client)

    def test_an_answer_counts_once_and_in_its_session(self, client, device) -> None:
        answer = device.show(options_for(client))
        other = Client()
        assert other.post("/login/passkey", {"answer": answer}).status_code == 422
        options_for(other)
        assert other.post("/login/passkey", {"answer": answer}).status_code == 422
        assert client.post("/login/passkey", {"answer": answer}).status_code == 302
        client.post("/logout")
        assert client.post("/login/passkey", {"answer": answer}).status_code == 422

    @pytest.mark.parametrize(
        "answer", ["", "x", "[]", "{}", "null", '{"id": 7}', "[" * 9000, "x" * 30_000]
    )
    def test_what_is_no_answer(self, client: Client, device, answer: str) -> None:
        options_for(client)
        assert client.post("/login/passkey", {"answer": answer}).status_code == 422

    def test_an_answer_without_its_parts(self, client: Client, device) -> None:
        whole = json.loads(device.show(options_for(client)))
        for name in whole["response"]:
            left = {n: v for n, v in whole["response"].items() if n != name and n != "userHandle"}
            options_for(client)
            sent = {"answer": json.dumps({**whole, "response": left})}
            assert client.post("/login/passkey", sent).status_code == 422

    def test_whoever_has_left_stays_out(self, client: Client, anna, device) -> None:
        deactivate_user(anna, by=None)
        assert show(client, device).status_code == 422
        assert not is_in(client)

    def test_asking_is_limited(self, client: Client, db) -> None:
        answers = [client.post("/login/passkey/options").status_code for _ in range(130)]
        assert set(answers) == {200, 429}


class TestRemoving:
    def test_with_the_password(self, client: Client, anna, device) -> None:
        client.force_login(anna)
        where = f"{NEW}/{Passkey.objects.get().pk}/removal"
        assert client.get(where).status_code == 200
        assert client.post(where, {"password": "a guess"}).status_code == 422
        assert client.post(where, {"password": GOOD}).status_code == 302
        assert not Passkey.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert show(Client(), device).status_code == 422

    def test_not_that_of_another(self, client: Client, device) -> None:
        client.force_login(world.user("Ben", password=GOOD))
        where = f"{NEW}/{Passkey.objects.get().pk}/removal"
        assert (client.get(where).status_code, client.post(where).status_code) == (404, 404)
        assert Passkey.objects.exists()

    def test_the_app_may_stay(self, client: Client, anna, device) -> None:
        give_app(anna)
        client.force_login(anna)
        client.post(f"{NEW}/{Passkey.objects.get().pk}/removal", {"password": GOOD})
        assert RecoveryCode.objects.count() == 10
        other = Client()
        sign_in(other)
        assert other.post("/login/second", {"code": code(1)}).status_code == 302


def test_a_passkey_is_enough_for_a_role_that_asks_for_a_factor(client, anna, device) -> None:
    anna.role.second_factor = True
    anna.role.save()
    show(client, device)
    assert is_in(client)
