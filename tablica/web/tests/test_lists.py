"""What a list of records says of each."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tablica.accounts.models import User
from tests import world
from tests.cast import Three

pytestmark = pytest.mark.django_db


def listed(user: User, address: str = "/deals") -> str:
    client = Client()
    client.force_login(user)
    return client.get(address).text


def cell_of(page: str, name: str) -> str:
    """The first cell of this class, without its marks."""
    found = re.search(rf'<td class="[^"]*\b{name}\b[^"]*">(.*?)</td>', page)
    return re.sub("<[^>]*>", "", found[1]) if found else ""


def test_the_column_of_amounts_is_marked_as_never_cut(three: Three) -> None:
    world.deal(three.owner, "Cold displays", amount="10700000000", currency="IRR")
    page = listed(three.owner)
    assert cell_of(page, "sum") == "IRR\u00a010,700,000,000"
    assert '<th class="opt sum">Amount</th>' in page
