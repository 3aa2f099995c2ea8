"""What a list of records says of each."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tablica.accounts.models import User
from tablica.wall.commands import lives
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


def in_stage(page: str) -> str:
    """What the column of stages says of the first deal."""
    row = re.search(r"<tbody><tr>(.*?)</tr>", page, re.DOTALL)
    assert row
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row[1], re.DOTALL)
    return re.sub("<[^>]*>", "", cells[3])


@pytest.mark.parametrize("outcome", ["won", "lost"])
def test_a_deal_that_ended_says_how_and_not_its_last_stage(three: Three, outcome: str) -> None:
    deal = world.deal(three.owner, "Cold displays")
    assert in_stage(listed(three.owner)) == "New"
    values = {"outcome": outcome, "outcome_reason": "Price"}
    lives.change_record(deal.pk, by=three.owner, values=values, version=None)
    assert in_stage(listed(three.owner)) == outcome.capitalize()
    assert "<tbody>" in listed(three.owner, f"/deals?outcome={outcome}")
    assert "<tbody>" not in listed(three.owner, "/deals?outcome=open")
