"""Signing out at the provider: it says so, and sessions here end. Only the provider is heard."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.accounts.tests.door import is_in
from tablica.accounts.tests.single import sign_in
from tablica.shared.trail.models import Line
from tests import world
from tests.provider import CLIENT, FakeProvider

END = "/login/single/end"
EVENT = "http://schemas.openid.net/event/backchannel-logout"


class TestEnding:
    """OpenID Connect Back-Channel Logout 1.0."""

    def news(self, provider: FakeProvider, **said: Any) -> dict[str, Any]:
        """What the provider says when Anna has signed out there; None takes something out."""
        now = int(time.time())
        usual = {"iss": provider.issuer, "aud": CLIENT, "iat": now, "exp": now + 120}
        usual |= {"jti": "j-1", "sub": "s-1", "events": {EVENT: {}}}
        return {name: value for name, value in (usual | said).items() if value is not None}

    def told(self, provider: FakeProvider, **said: Any):
        sent = {"logout_token": provider.sign(self.news(provider, **said))}
        return Client(enforce_csrf_checks=True).post(END, sent)

    def test_who_signs_out_there_is_out_here_in_every_browser(self, client, anna, provider):
        ben = Client()
        ben.force_login(world.user("Ben"))
        sign_in(client, provider)
        other = Client()
        sign_in(other, provider)
        answer = self.told(provider)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert not is_in(client) and not is_in(other)
        assert is_in(ben)
        line = Line.objects.get(event="session ended")
        assert (line.about, line.data) == (f"user {anna.pk}", {"count": 2})

    def test_each_news_counts_once(self, client: Client, anna: User, provider) -> None:
        sign_in(client, provider)
        assert self.told(provider).status_code == 200
        sign_in(client, provider)
        assert self.told(provider).status_code == 400
        assert is_in(client)
        assert self.told(provider, jti="j-2").status_code == 200
        assert not is_in(client)

    def test_who_is_not_known_here_is_no_fault(self, client, anna, provider) -> None:
        sign_in(client, provider)
        assert self.told(provider, sub="somebody else").status_code == 200
        assert is_in(client)

    @pytest.mark.parametrize(
        "said",
        [
            {"iss": "https://other.example.org"},
            {"aud": "another client"},
            {"aud": None},
            {"iat": None},
            {"iat": 1},
            {"iat": 9_999_999_999},
            {"exp": 1},
            {"exp": "soon"},
            {"events": None},
            {"events": [EVENT]},
            {"events": {EVENT: "x"}},
            {"events": {"other": {}}},
            {"nonce": "n"},
            {"jti": None},
            {"jti": ""},
            {"jti": 7},
            {"sub": None, "sid": "only a session"},
            {"sub": "x" * 256},
        ],
    )
    def test_what_does_not_hold_ends_nothing(self, client, anna, provider, said) -> None:
        sign_in(client, provider)
        answer = self.told(provider, **said)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
        assert is_in(client)
        assert self.told(provider).status_code == 200, "the same without it holds"
        assert not is_in(client)

    @pytest.mark.parametrize("how", ["signed_by_another", "signed_by_the_secret", "unsigned"])
    def test_only_the_provider_says_it(self, client, anna, provider, how: str) -> None:
        sign_in(client, provider)
        provider.sign = getattr(provider, how)
        assert self.told(provider).status_code == 400
        assert is_in(client)

    def test_a_proof_of_who_somebody_is_ends_nothing(self, client, anna, provider) -> None:
        kept: list[str] = []

        def signed(claims: dict[str, Any]) -> str:
            kept.append(provider.signed(claims))
            return kept[-1]

        provider.sign = signed
        sign_in(client, provider)
        assert Client().post(END, {"logout_token": kept[0]}).status_code == 400
        assert is_in(client)

    @pytest.mark.parametrize("sent", [{}, {"logout_token": "x"}, {"logout_token": "a.b.c" * 9000}])
    def test_what_is_no_news_is_refused(self, anna, provider, sent: dict[str, str]) -> None:
        assert Client().post(END, sent).status_code == 400

    def test_without_a_provider_there_is_no_such_door(self, client: Client, anna: User) -> None:
        assert client.post(END, {"logout_token": "x"}).status_code == 404
        assert client.get(END).status_code == 405
