"""Coming in through a provider: a real one, on this machine; and the way back from it."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.models import Identity, User
from tablica.accounts.tests.door import is_in
from tablica.accounts.tests.single import BACK, BEGIN, come_back, sent, sign_in
from tablica.cli.main import main
from tablica.shared.oidc.configuration import Provider
from tablica.shared.trail.models import Line
from tests import world
from tests.phone import GOOD, code, give_app
from tests.provider import CLIENT, SECRET


class TestComingIn:
    def test_a_button_leads_there_and_back(self, client: Client, anna, provider) -> None:
        page = client.get("/login?next=/companies").content.decode()
        assert "/login/single?next=%2Fcompanies" in page
        assert "Keycloak" in page
        answer = sign_in(client, provider, next="/companies?sort=title")
        assert answer.headers["Location"] == "/companies?sort=title"
        assert is_in(client)
        assert Identity.objects.get().user == anna
        events = list(Line.objects.values_list("event", flat=True))
        assert "single sign-on linked" in events
        assert "signed in" in events

    def test_what_is_asked_for(self, client: Client, anna: User, provider) -> None:
        asked = sent(client)
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["redirect_uri"] == f"http://testserver{BACK}"
        kept = client.session["single"]
        assert kept["verifier"] not in str(asked)
        assert len({asked["state"], asked["nonce"], kept["verifier"]}) == 3
        assert sent(client)["state"] != asked["state"]

    def test_afterwards_the_subject_counts_and_not_the_address(self, client, anna, provider):
        sign_in(client, provider)
        world.user("Ben", password=GOOD)
        provider.claims["email"] = "ben@example.org"
        again = Client()
        sign_in(again, provider)
        assert again.get("/settings/me").context["user"] == anna

    def test_another_subject_does_not_take_an_address_over(self, client, anna, provider) -> None:
        sign_in(client, provider)
        provider.claims["sub"] = "s-2"
        stranger = Client()
        assert sign_in(stranger, provider).status_code == 422
        assert not is_in(stranger)
        assert Identity.objects.count() == 1

    @pytest.mark.parametrize(
        "claims",
        [
            {"email_verified": False},
            {"email_verified": "true"},
            {"email_verified": 1},
            {"email_verified": None},
            {"email": "nobody@example.org"},
            {"email": ["anna@example.org"]},
            {"email": ""},
        ],
    )
    def test_only_an_address_that_was_checked(self, client, anna, provider, claims) -> None:
        provider.claims |= claims
        answer = sign_in(client, provider)
        assert answer.status_code == 422
        assert not is_in(client)
        assert not Identity.objects.exists()
        assert User.objects.count() == 1, "nobody is ever added"

    def test_whoever_has_left_stays_out(self, client: Client, anna, provider) -> None:
        sign_in(client, provider)
        deactivate_user(anna, by=None)
        again = Client()
        assert sign_in(again, provider).status_code == 422
        assert not is_in(again)

    def test_the_second_factor_is_asked_for(self, client: Client, anna, provider) -> None:
        give_app(anna)
        answer = sign_in(client, provider, next="/companies")
        assert answer.headers["Location"] == "/login/second"
        assert not is_in(client)
        answer = client.post("/login/second", {"code": code(1)})
        assert answer.headers["Location"] == "/companies"

    def test_without_a_provider_there_is_no_such_door(self, client: Client, db, settings) -> None:
        settings.OIDC = None
        assert (client.get(BEGIN).status_code, client.get(BACK).status_code) == (404, 404)
        assert BEGIN not in client.get("/login").content.decode()

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
    def test_one_is_only_sent_to_a_page_of_ours(self, client, anna, provider, target) -> None:
        assert sign_in(client, provider, next=target).headers["Location"] == "/"


class TestTheWayBack:
    def test_a_state_counts_once(self, client: Client, anna, provider) -> None:
        asked = sent(client)
        assert come_back(client, provider, asked).status_code == 302
        client.logout()
        assert come_back(client, provider, asked).status_code == 422
        assert not is_in(client)

    def test_nor_that_of_another_session(self, client: Client, anna, provider) -> None:
        asked = sent(client)
        other = Client()
        assert come_back(other, provider, asked).status_code == 422
        sent(other)
        assert come_back(other, provider, asked).status_code == 422
        assert not is_in(other)

    def test_a_code_of_another_session_is_not_changed_for_a_proof(self, client, anna, provider):
        """The other's code with my own state: what only my browser's session keeps, is missing."""
        theirs = sent(Client())
        stolen = parse_qs(urlsplit(provider.authorize(theirs)).query)["code"][0]
        mine = sent(client)
        answer = client.get(BACK, {"code": stolen, "state": mine["state"]})
        assert answer.status_code == 502
        assert not is_in(client)

    @pytest.mark.parametrize(
        "query", [{}, {"error": "access_denied"}, {"code": ""}, {"code": "x" * 5000}]
    )
    def test_without_a_code(self, client, anna, provider, query) -> None:
        asked = sent(client)
        assert client.get(BACK, {**query, "state": asked["state"]}).status_code == 422

    def test_from_another_issuer(self, client: Client, anna, provider) -> None:
        asked = sent(client)
        query = {"code": "x", "state": asked["state"], "iss": "https://evil.example"}
        assert client.get(BACK, query).status_code == 422

    def test_after_ten_minutes(self, client: Client, anna, provider) -> None:
        asked = sent(client)
        with time_machine.travel(time.time() + 601):
            assert come_back(client, provider, asked).status_code == 422

    def test_a_provider_that_is_away(self, client: Client, anna, provider, settings) -> None:
        settings.OIDC = Provider("http://127.0.0.1:9", CLIENT, SECRET, "Keycloak")
        assert client.get(BEGIN).status_code == 502


class TestFindingByEmailOnceMore:
    def test_on_the_machine(self, client: Client, anna, provider, capsys) -> None:
        sign_in(client, provider)
        provider.claims["sub"] = "s-2"
        assert sign_in(Client(), provider).status_code == 422
        assert main(["user", "unlink", "anna@example.org"]) == 0
        assert sign_in(Client(), provider).status_code == 302
        assert Identity.objects.get().subject == "s-2"
        assert main(["user", "unlink", "anna@example.org"]) == 0
        assert main(["user", "unlink", "anna@example.org"]) == 1
        capsys.readouterr()
