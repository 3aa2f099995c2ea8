"""Addresses that no link of ours leads to."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import world

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/?q=%00", "/search?q=%00&tag=%00", "/tags/suggest?q=%00", "/companies?owner=%00"]
)
def test_nothing_is_at_an_address_with_a_nul(address: str) -> None:
    world.ready()
    client = Client(SERVER_NAME="localhost")
    client.force_login(world.user("Anna"))
    assert client.get(address.replace("%00", "a")).status_code == 200
    assert client.get(address).status_code == 404
