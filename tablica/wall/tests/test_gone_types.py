"""Entries whose type nobody declares any more: what was written stays to be read."""

from __future__ import annotations

import pytest
from django.test import Client

from tablica.wall.queries.walls import feed, wall
from tests.cast import Three, again, make_entry

pytestmark = pytest.mark.django_db


def test_an_entry_of_a_gone_type_is_still_read(three: Three) -> None:
    entry = make_entry(three.company, "From a plug-in", author=three.owner, type_="gone")
    user = again(three.owner)
    for rows in (wall(user, three.company).rows, feed(user).rows):
        assert entry.pk in [row.entry.pk for row in rows]
    browser = Client()
    browser.force_login(three.owner)
    assert "From a plug-in" in browser.get(f"/companies/{three.company.pk}").text
