"""Signs: few are shown, who put them is told, and their names cost no more queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tablica.wall.commands.reactions import react_to_comment, react_to_entry
from tablica.wall.queries.walls import entry_row
from tests.cast import Three, make_comment, make_entry, make_user


def test_who_put_a_sign_is_told_with_the_first_few_names(three: Three) -> None:
    entry = make_entry(three.company, author=three.owner)
    fans = [make_user(f"Fan {n}", teams=[three.team]) for n in range(8)]
    for fan in fans:
        react_to_entry(entry.pk, by=fan)
    react_to_entry(entry.pk, by=fans[0], emoji="🎉")
    row = entry_row(three.owner, entry.pk)
    assert row is not None
    like, party = row.reactions
    assert (like.emoji, like.count, like.mine) == ("👍", 8, False)
    assert like.said == "Fan 0, Fan 1, Fan 2, Fan 3, Fan 4, Fan 5 and 2 more"
    assert (party.said, party.count) == ("Fan 0", 1)
    seen = entry_row(fans[7], entry.pk)
    assert seen is not None
    assert seen.reactions[0].mine, "also of who is not among the first"


def test_of_many_signs_the_commonest_and_ones_own_are_shown(three: Three, client: Client) -> None:
    entry = make_entry(three.company, author=three.owner)
    for emoji in ("👍", "❤️", "🎉", "👀", "✅", "🔥"):
        react_to_entry(entry.pk, by=three.colleague, emoji=emoji)
    react_to_entry(entry.pk, by=three.owner, emoji="👍")
    row = entry_row(three.owner, entry.pk)
    assert row is not None
    assert (len(row.few_reactions), row.other_signs) == (4, 2)
    mine = entry_row(three.colleague, entry.pk)
    assert mine is not None
    assert (len(mine.few_reactions), mine.other_signs) == (6, 0)
    client.force_login(three.owner)
    page = client.get(f"/e/{entry.pk}", headers={"HX-Request": "true"}).content.decode()
    assert "+2</button>" in page
    assert 'title="Karol Colleague, Olga Owner"' in page
    moods = client.get(f"/e/{entry.pk}/moods", headers={"HX-Request": "true"}).content.decode()
    assert "🔥" in moods
    assert "Karol Colleague, Olga Owner" in moods


@pytest.mark.parametrize("of", ["entry", "comment"])
def test_names_cost_no_query_of_their_own(of: str, three: Three) -> None:
    entry = make_entry(three.company, author=three.owner)
    comment = make_comment(entry, author=three.owner)
    counts = []
    for people in (1, 1, 9):
        for _ in range(people):
            fan = make_user(teams=[three.team])
            if of == "entry":
                react_to_entry(entry.pk, by=fan)
            else:
                react_to_comment(comment.pk, by=fan)
        with CaptureQueriesContext(connection) as queries:
            assert entry_row(three.owner, entry.pk) is not None
        counts.append(len(queries))
    assert counts[1] == counts[2]
