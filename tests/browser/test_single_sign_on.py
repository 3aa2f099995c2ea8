"""Coming in through a provider in a real browser, which goes there and back by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server
from tests.provider import CLIENT, SECRET, FakeProvider, provider_on_this_machine


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    with provider_on_this_machine() as running:
        yield running


@pytest.fixture
def office(make_server: MakeServer, provider: FakeProvider) -> Server:
    """A server where Anna works, and where nobody comes in but through the provider."""
    server = make_server()
    server.environment |= {
        "TABLICA_OIDC_ISSUER": provider.issuer,
        "TABLICA_OIDC_CLIENT": CLIENT,
        "TABLICA_OIDC_SECRET": SECRET,
        "TABLICA_OIDC_NAME": "Example ID",
        "TABLICA_OIDC_ONLY": "1",
    }
    server.command("user", "add", "anna@example.org", "--name", "Anna Nowak")
    return server.start()


def test_there_and_back(page: Page, office: Server) -> None:
    page.goto(f"{office.url}/settings/me")
    expect(page.get_by_label("Password")).to_have_count(0)
    page.get_by_role("link", name="Sign in with Example ID").click()
    expect(page.get_by_role("heading", name="My profile")).to_be_visible()
    expect(page.get_by_label("Your name")).to_have_value("Anna Nowak")
