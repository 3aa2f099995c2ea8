"""A provider that lies, or somebody in its name: what it says opens nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from tablica.accounts.tests.door import is_in
from tablica.accounts.tests.single import BEGIN, sign_in
from tablica.shared.oidc import asking
from tests.provider import CLIENT


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
