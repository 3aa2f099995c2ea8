"""Coming in through a provider: a real one, on this machine, that is honest or lies."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from tablica.accounts.commands.factors import add_app
from tablica.accounts.commands.links import make_link
from tablica.accounts.commands.people import deactivate_user
from tablica.accounts.factors import totp
from tablica.accounts.models import Identity, OneTimeLink, User
from tablica.cli.main import main
from tablica.shared import outgoing
from tablica.shared.errors import Refused
from tablica.shared.limits.commands import forget_all
from tablica.shared.oidc import asking
from tablica.shared.oidc.asking import memory
from tablica.shared.oidc.configuration import Provider, provider_from
from tablica.shared.trail.models import Line
from tests import world
from tests.provider import CLIENT, SECRET, FakeProvider, provider_on_this_machine

GOOD = "correct horse battery"
BEGIN, BACK = "/login/single", "/login/single/back"
APP = b"12345678901234567890"


@pytest.fixture
def provider(settings) -> Iterator[FakeProvider]:
    memory.clear()
    forget_all()
    with provider_on_this_machine() as running:
        settings.OIDC = Provider(running.issuer, CLIENT, SECRET, "Keycloak")
        yield running
    memory.clear()


@pytest.fixture
def anna(db: None) -> User:
    return world.user("Anna", password=GOOD)


@pytest.fixture
def only(provider: FakeProvider, settings) -> FakeProvider:
    settings.OIDC = Provider(provider.issuer, CLIENT, SECRET, "Keycloak", only=True)
    return provider


def sent(client: Client, **query: str) -> dict[str, str]:
    """Begin, and what the provider is told."""
    address = client.get(BEGIN, query).headers["Location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def come_back(client: Client, provider: FakeProvider, asked: dict[str, str]):
    """The way back from the provider, where somebody has signed in."""
    parts = urlsplit(provider.authorize(asked))
    return client.get(f"{parts.path}?{parts.query}")


def sign_in(client: Client, provider: FakeProvider, **query: str):
    return come_back(client, provider, sent(client, **query))


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


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
        step = int(time.time()) // 30
        add_app(APP, code=totp.code_at(APP, step), password=GOOD, by=anna)
        answer = sign_in(client, provider, next="/companies")
        assert answer.headers["Location"] == "/login/second"
        assert not is_in(client)
        answer = client.post("/login/second", {"code": totp.code_at(APP, step + 1)})
        assert answer.headers["Location"] == "/companies"

    def test_without_a_provider_there_is_no_such_door(self, client: Client, db, settings) -> None:
        settings.OIDC = None
        assert (client.get(BEGIN).status_code, client.get(BACK).status_code) == (404, 404)
        assert BEGIN not in client.get("/login").content.decode()

    @pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example"])
    def test_one_is_only_sent_to_a_page_of_ours(self, client, anna, provider, target) -> None:
        assert sign_in(client, provider, next=target).headers["Location"] == "/"


def says(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def lie(claims: dict[str, Any]) -> dict[str, Any]:
        said = {**claims, **changes}
        return {name: value for name, value in said.items() if value is not None}

    return lie


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "another"},
    "no audience": {"aud": None},
    "several audiences, not asked by us": {"aud": [CLIENT, "another"], "azp": "another"},
    "several audiences, asked by nobody": {"aud": [CLIENT, "another"]},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "expired": {"exp": int(time.time()) - 3600},
    "never expires": {"exp": None},
    "expires as a word": {"exp": "tomorrow"},
    "made tomorrow": {"iat": int(time.time()) + 86400},
    "not yet": {"nbf": int(time.time()) + 86400},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a number as subject": {"sub": 7},
    "an endless subject": {"sub": "x" * 300},
}


class TestLies:
    @pytest.mark.parametrize("name", LIES)
    def test_a_proof_that_says_something_else(self, client, anna, provider, name) -> None:
        provider.lie = says(**LIES[name])
        answer = sign_in(client, provider)
        assert answer.status_code == 422
        assert not is_in(client)
        provider.lie = says()
        assert sign_in(client, provider).status_code == 302, "the premise: else it lets in"

    @pytest.mark.parametrize("how", ["signed_by_another", "signed_by_the_secret", "unsigned"])
    def test_a_proof_that_the_provider_did_not_sign(self, client, anna, provider, how) -> None:
        provider.sign = getattr(provider, how)
        assert sign_in(client, provider).status_code == 422
        assert not is_in(client)

    @pytest.mark.parametrize("proof", ["", "x", "a.b.c", "." * 5, "x" * 30_000])
    def test_what_is_no_proof_at_all(self, client, anna, provider, proof: str) -> None:
        provider.sign = lambda claims: proof
        assert sign_in(client, provider).status_code == 422

    def test_a_proof_that_was_changed(self, client: Client, anna, provider) -> None:
        def changed(claims: dict[str, Any]) -> str:
            head, _body, sign = provider.signed(claims).split(".")
            return ".".join([head, provider.unsigned(claims).split(".")[1] + "A", sign])

        provider.sign = changed
        assert sign_in(client, provider).status_code == 422

    def test_a_provider_that_calls_itself_something_else(self, client, anna, provider) -> None:
        provider.document["issuer"] = "https://evil.example"
        assert client.get(BEGIN).status_code == 502

    @pytest.mark.parametrize("door", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
    @pytest.mark.parametrize("address", [None, "http://evil.example/x", "file:///etc/passwd"])
    def test_doors_that_are_not_safe(self, client, anna, provider, door, address) -> None:
        provider.document[door] = address
        assert client.get(BEGIN).status_code == 502

    def test_new_keys_are_fetched(self, client, anna, provider, monkeypatch) -> None:
        """Once the ones that are known are half a minute old."""
        sign_in(client, provider)
        provider.key = RSAKey.generate_key(2048, parameters={"kid": "two", "use": "sig"})
        provider.sign = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "two"}, claims, provider.key
        )
        assert sign_in(Client(), provider).status_code == 422
        monkeypatch.setattr(asking, "PAUSE", 0)
        assert sign_in(Client(), provider).status_code == 302


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


class TestOnly:
    def test_the_password_opens_nothing(self, client: Client, anna, only) -> None:
        page = client.get("/login").content.decode()
        assert 'name="password"' not in page
        assert "/login/passkey" not in page
        sent_ = {"email": anna.email, "password": GOOD}
        assert client.post("/login", sent_).status_code == 403
        assert not is_in(client)
        assert not client.login(username=anna.email, password=GOOD)

    @pytest.mark.parametrize("purpose", ["password", "invitation"])
    def test_nor_does_a_link(self, client, anna, only, settings, purpose) -> None:
        settings.OIDC, kept = None, settings.OIDC
        link = make_link(OneTimeLink.Purpose(purpose), user=anna, by=None)
        assert client.get(f"/setup/{link}").status_code == 200, "the premise"
        settings.OIDC = kept
        assert client.get(f"/setup/{link}").status_code == 404
        posted = client.post(f"/setup/{link}", {"password": "a wholly new password"})
        assert posted.status_code == 404
        with pytest.raises(Refused):
            make_link(OneTimeLink.Purpose(purpose), user=anna, by=None)

    def test_nor_can_one_be_changed(self, client: Client, anna, only) -> None:
        client.force_login(anna)
        words = {"old": GOOD, "new": "a wholly new password"}
        assert client.post("/settings/me/password", words).status_code == 403
        assert 'name="old"' not in client.get("/settings/me").content.decode()

    def test_the_provider_still_does(self, client: Client, anna, only) -> None:
        sign_in(client, only)
        assert is_in(client)

    def test_somebody_new_gets_no_link(self, client: Client, only, db) -> None:
        client.force_login(world.user("Root", role="administrator"))
        new = {"name": "Ola", "email": "ola@example.org", "role": "member", "language": "en"}
        assert client.post("/settings/people", new).status_code == 302
        page = client.get("/settings/people").content.decode()
        assert "/setup/" not in page
        assert "/invitation" not in page
        assert not OneTimeLink.objects.exists()

    def test_on_the_machine_an_administrator_gets_in(self, client, only, capsys, db) -> None:
        world.user("Root", role="administrator")
        assert main(["user", "link", "root@example.org", "--url", "http://testserver"]) == 0
        link = urlsplit(capsys.readouterr().out.split()[-1]).path
        assert client.post(link, {"password": GOOD}).status_code == 302
        assert is_in(client)
        again = Client()
        assert again.post(link, {"password": GOOD}).status_code == 404

    def test_nobody_else_does_nor_from_a_page(self, anna: User, only, capsys) -> None:
        assert main(["user", "link", "anna@example.org"]) == 1
        root = world.user("Root", role="administrator")
        with pytest.raises(Refused):
            make_link(OneTimeLink.Purpose.RESCUE, user=root, by=root)

    def test_a_factor_is_added_soon_after_signing_in(self, client, anna, only) -> None:
        with time_machine.travel(time.time(), tick=False) as clock:
            sign_in(client, only)
            page = client.get("/settings/me/factors/app").content.decode()
            assert 'name="password"' not in page
            sealed = page.split('name="secret" value="')[1].split('"')[0]
            clock.shift(601)
            posted = client.post("/settings/me/factors/app", {"secret": sealed, "code": "123456"})
            assert posted.status_code == 422
            assert "Sign in anew" in posted.content.decode()


class TestTheSettings:
    def test_all_of_it(self) -> None:
        found = provider_from("https://id.example.org", "a", "b", "", "1")
        assert found == Provider("https://id.example.org", "a", "b", "SSO", only=True)
        assert provider_from("", "", "", "", "") is None

    @pytest.mark.parametrize(
        "said",
        [
            ("", "a", "b", "", ""),
            ("", "", "", "", "1"),
            ("http://id.example.org", "a", "b", "", ""),
            ("https://id.example.org", "", "b", "", ""),
            ("https://id.example.org", "a", "", "", ""),
            ("https://id.example.org", "a", "b", "", "yes"),
            ("https://u:p@id.example.org", "a", "b", "", ""),
            ("https://id.example.org:x", "a", "b", "", ""),
        ],
    )
    def test_what_is_wrong_stops_the_start(self, said: tuple[str, ...]) -> None:
        with pytest.raises(ValueError, match="TABLICA_OIDC"):
            provider_from(*said)


@pytest.mark.parametrize(
    "url", ["http://example.org/", "ftp://localhost/", "//x", "https://", "https://x:99999999/"]
)
def test_only_what_is_encrypted_or_here_is_spoken_to(url: str) -> None:
    assert not outgoing.is_safe(url)
    with pytest.raises(outgoing.Unreachable):
        outgoing.get_json(url)


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
