from __future__ import annotations

from collections.abc import Iterator

import pytest

from tablica.accounts.models import User
from tablica.shared.limits.commands import forget_all
from tablica.shared.oidc.asking import memory
from tablica.shared.oidc.configuration import Provider
from tests import world
from tests.phone import GOOD, give_app
from tests.provider import CLIENT, SECRET, FakeProvider, provider_on_this_machine


@pytest.fixture
def anna(db: None) -> User:
    return world.user("Anna", password=GOOD)


@pytest.fixture
def codes(anna: User) -> list[str]:
    """Anna has an app and these recovery codes. The code of now is used up."""
    return give_app(anna)


@pytest.fixture
def provider(settings) -> Iterator[FakeProvider]:
    """One that is asked, and knows Anna."""
    memory.clear()
    forget_all()
    with provider_on_this_machine() as running:
        settings.OIDC = Provider(running.issuer, CLIENT, SECRET, "Keycloak")
        yield running
    memory.clear()


@pytest.fixture
def only(provider: FakeProvider, settings) -> FakeProvider:
    """The same, and no other way in."""
    settings.OIDC = Provider(provider.issuer, CLIENT, SECRET, "Keycloak", only=True)
    return provider
