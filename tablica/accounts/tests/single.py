"""Single sign-on as a browser goes through it: there, and back."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from django.test import Client

from tests.provider import FakeProvider

BEGIN, BACK = "/login/single", "/login/single/back"


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
