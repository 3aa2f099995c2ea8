"""Automatic entries in words: on the wall they belong to, and among those of many."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tablica.sales import commands
from tablica.wall.types import EntryType, all_types
from tests import world
from tests.cast import Three


def told(page: str) -> list[str]:
    """The automatic lines of a page, the newest first, as one reads them."""
    lines = re.findall(r'<div class="change">(.*?)<a class="when"', page, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", line).split()) for line in lines]


def test_each_line_reads_well_on_its_wall_and_on_the_dashboard(three: Three) -> None:
    deal = world.deal(three.owner, "Ovens")
    commands.move_to_stage(deal.pk, by=three.owner, stage="offer")
    client = Client()
    client.force_login(three.owner)
    here = told(client.get(f"/deals/{deal.pk}").content.decode())
    assert here == [
        "Olga Owner moved this on Stage New Offer",
        "Olga Owner added this",
    ]
    everywhere = told(client.get("/").content.decode())
    assert everywhere[:2] == [
        "Olga Owner moved Ovens on Stage New Offer",
        "Olga Owner added Ovens",
    ]


@pytest.mark.parametrize("entry_type", [t for t in all_types() if not t.written])
def test_every_automatic_entry_can_be_told_elsewhere(entry_type: EntryType) -> None:
    before, after = entry_type.around_wall
    assert before + after
    assert "%" not in before + after


def test_a_language_may_put_the_name_first() -> None:
    persian = EntryType("x", "X", "x", "این را افزود", elsewhere="%(wall)s را افزود")
    assert persian.around_wall == ("", "را افزود")
