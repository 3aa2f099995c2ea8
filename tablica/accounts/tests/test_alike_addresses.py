"""Addresses that only a database takes for the same: PostgreSQL finds `ISKRA` by `ıſkra`."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.accounts.commands.identities import person_known_as
from tablica.accounts.models import Identity, User
from tablica.shared.oidc.proofs import Proven
from tests import world

GOOD = "correct horse battery"
ALIKE = ["ıskra@example.org", "iſkra@example.org", "ıſkra@example.org"]


@pytest.fixture
def iskra(db: None) -> User:
    return world.user("Iskra", password=GOOD)


def sign_in(email: str, password: str, address: str) -> int:
    sent = {"email": email, "password": password}
    return Client().post("/login", sent, REMOTE_ADDR=address).status_code


@pytest.mark.parametrize("email", ALIKE)
def test_nobody_signs_in_by_one(iskra: User, email: str) -> None:
    assert sign_in(email, GOOD, "192.0.2.1") == 422
    assert sign_in("ISKRA@example.org", GOOD, "192.0.2.1") == 302


def test_they_buy_no_more_guesses(iskra: User) -> None:
    """Each spelling would be counted for itself, and tried on the same account."""
    spellings = [iskra.email, *ALIKE]
    tries = [sign_in(e, "a guess", f"203.0.113.{n}") for n, e in enumerate(spellings * 4)]
    assert tries.count(429) == 0
    late = [sign_in(e, GOOD, f"198.51.100.{n}") for n, e in enumerate(spellings)]
    assert late == [302, 422, 422, 422]


@pytest.mark.parametrize("email", ALIKE)
def test_a_provider_that_has_checked_one_lets_nobody_in_as_the_other(
    iskra: User, email: str
) -> None:
    assert person_known_as(Proven("https://id.example.org", "1", email)) is None
    assert not Identity.objects.exists()
    assert person_known_as(Proven("https://id.example.org", "1", "Iskra@Example.org")) == iskra
