"""Tags written inside a text come and go with it."""

from __future__ import annotations

from tablica.records.tags import make_tags
from tablica.wall.commands import entries
from tablica.wall.models import Entry
from tests import world
from tests.cast import Three


def tags_of(entry: Entry) -> list[str]:
    return [tag.name for tag in entry.tags.order_by("key")]


def test_a_tag_leaves_with_its_word_however_that_was_spelt(three: Three) -> None:
    make_tags(["Łódź"], by=three.colleague)
    entry = world.note(three.company, three.owner, "to #lodz, #today", tags=["picked"])
    assert tags_of(entry) == ["Łódź", "picked", "today"]
    values = {"text": "to the sea, #Today"}
    entries.edit_entry(entry.pk, by=three.owner, version=None, values=values)
    assert tags_of(entry) == ["picked", "today"]
