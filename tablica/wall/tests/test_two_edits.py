"""Two edits of one text: what lies apart merges, what clashes is shown, nothing is lost."""

from __future__ import annotations

import random
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from tablica.records.audiences import audience
from tablica.shared.errors import Stale
from tablica.wall.commands import comments, entries
from tablica.wall.commands.placing import move_entry
from tablica.wall.queries.history import merged_with, versions_of
from tests.cast import Three, make_comment, make_entry, make_record
from tests.checksum import nothing_changes

BASE = "Offer\n\nPrice: 500\n\nUntil: Friday"


def test_edits_of_different_lines_merge_where_one_asks(three: Three) -> None:
    entry = make_entry(three.company, BASE, author=three.owner)
    theirs, mine = BASE.replace("500", "480"), BASE.replace("Friday", "Monday")
    entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": theirs})
    with nothing_changes(), pytest.raises(Stale):
        entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": mine})
    entry = entries.edit_entry(
        entry.pk, by=three.owner, version=1, values={"text": mine}, keep="apart"
    )
    assert entry.body == "Offer\n\nPrice: 480\n\nUntil: Monday"
    assert [v.body for v in versions_of(three.owner, entry)] == [entry.body, theirs, BASE]
    other = merged_with(entry, 1)
    assert other is not None
    assert other.body == theirs
    assert merged_with(entry, 2) is None


def test_tags_of_both_merge(three: Three) -> None:
    entry = entries.write_entry(three.company.pk, by=three.owner, text=BASE, tags=["a", "b"])
    entries.edit_entry(entry.pk, by=three.owner, version=1, values={"tags": ["a", "b", "c"]})
    values = {"text": f"{BASE}\n#d", "tags": ["b", "e"]}
    entry = entries.edit_entry(entry.pk, by=three.owner, version=1, values=values, keep="apart")
    assert {tag.name for tag in entry.tags.all()} == {"b", "c", "d", "e"}


def test_other_fields_merge_or_clash(three: Three) -> None:
    entry = make_entry(three.company, BASE, author=three.owner)
    values = {"type": "call", "audience": audience("team")}
    entries.edit_entry(entry.pk, by=three.owner, version=1, values=values)
    at = timezone.now()
    entry = entries.edit_entry(
        entry.pk,
        by=three.owner,
        version=1,
        values={"type": "note", "happened_at": at, "audience": None},
        keep="apart",
    )
    assert (entry.type, entry.happened_at, entry.audience) == ("call", at, audience("team"))
    with nothing_changes(), pytest.raises(Stale) as stale:
        values = {"type": "meeting", "audience": audience("me")}
        entries.edit_entry(entry.pk, by=three.owner, version=1, values=values, keep="apart")
    assert stale.value.theirs == ("type", "audience")


def test_a_move_meanwhile_is_no_other_text(three: Three) -> None:
    entry = make_entry(three.company, BASE, author=three.owner)
    deal = make_record("deal", owner=three.owner, team=three.team, who="team").record
    move_entry(entry.pk, to=deal.pk, by=three.owner)
    entry = entries.edit_entry(
        entry.pk, by=three.owner, version=1, values={"text": "New"}, keep="apart"
    )
    assert (entry.body, entry.record_id) == ("New", deal.pk)
    assert merged_with(entry, 1) is None


def test_from_a_version_to_come_nothing_merges(three: Three) -> None:
    entry = make_entry(three.company, BASE, author=three.owner)
    with nothing_changes(), pytest.raises(Stale):
        entries.edit_entry(entry.pk, by=three.owner, version=9, values={"text": "x"}, keep="both")


@pytest.mark.parametrize("of", ["entry", "comment"])
def test_the_pages_merge_show_and_keep_both(of: str, three: Three, client: Client) -> None:
    entry = make_entry(three.company, BASE, author=three.owner)
    comment = make_comment(entry, BASE, author=three.owner)
    address = f"/e/{entry.pk}" if of == "entry" else f"/comments/{comment.pk}"
    thing = entry if of == "entry" else comment
    client.force_login(three.owner)
    client.post(address, {"text": BASE.replace("500", "480"), "version": 1})
    merging = {"text": BASE.replace("Friday", "Monday"), "version": 1}
    page = client.post(address, merging, headers={"HX-Request": "true"})
    assert "Merged with the edit by Olga Owner" in page.content.decode()
    thing.refresh_from_db()
    assert thing.body == "Offer\n\nPrice: 480\n\nUntil: Monday"
    mine = BASE.replace("500", "450")
    clashing = {"text": mine, "version": 1}
    page = client.post(address, clashing, headers={"HX-Request": "true"})
    assert page.status_code == 409
    said = unescape(page.content.decode())
    assert "450</ins>" in said
    assert "480</del>" in said
    for text in (thing.body, mine):
        assert text in said
    theirs = re.search(r'hx-get="([^"]+)"', said)
    assert theirs
    assert client.get(theirs[1], headers={"HX-Request": "true"}).status_code == 200
    whole = unescape(client.post(address, clashing).content.decode())
    assert 'name="seen" value="1"' in whole
    assert mine in whole
    kept = client.post(address, clashing | {"keep": "both", "seen": 1, "version": 3})
    assert kept.status_code == 302
    thing.refresh_from_db()
    assert thing.body == "Offer\n\nPrice: 480\nPrice: 450\n\nUntil: Monday"


@pytest.mark.parametrize("seed", range(6))
def test_random_edits_of_two_lose_no_word(seed: int, three: Three) -> None:
    """Each word typed by either is in the text, in its history, or was shown as a clash.

    A word leaves the text only when somebody who saw it took it out.
    """
    chance = random.Random(seed)
    entry = make_entry(three.company, "\n".join(f"line{n}" for n in range(8)), author=three.owner)
    screens = [(entry.body, 1), (entry.body, 1)]
    typed: set[str] = set()
    clashes = 0
    for turn in range(60):
        who = chance.randrange(2)
        text, seen = screens[who]
        lines = text.split("\n")
        word = f"w{turn}"
        at = chance.randrange(len(lines) + 1)
        lines[at : at + chance.randrange(2)] = [word]
        mine = "\n".join(lines)
        typed.add(word)
        try:
            saved = entries.edit_entry(
                entry.pk, by=three.owner, version=seen, values={"text": mine}, keep="apart"
            )
        except Stale as stale:
            clashes += 1
            assert stale.theirs == ("text",)
            saved = entries.edit_entry(
                entry.pk, by=three.owner, version=seen, values={"text": mine}, keep="both"
            )
        assert word in saved.body.split("\n")
        screens[who] = (saved.body, saved.version)
        if chance.random() < 0.3:
            entry.refresh_from_db()
            screens[1 - who] = (entry.body, entry.version)
    entry.refresh_from_db()
    kept = "\n".join(version.body for version in versions_of(three.owner, entry))
    assert typed <= set(kept.split("\n"))
    assert clashes


def test_comments_merge_like_entries(three: Three) -> None:
    comment = make_comment(make_entry(three.company), "one\n\ntwo", author=three.owner)
    comments.edit_comment(comment.pk, by=three.owner, version=1, text="1\n\ntwo")
    comment = comments.edit_comment(
        comment.pk, by=three.owner, version=1, text="one\n\n2", keep="apart"
    )
    assert comment.body == "1\n\n2"
