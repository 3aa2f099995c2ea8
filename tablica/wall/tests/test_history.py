"""The history of entries and comments: what changed, for whom, and how one brings it back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tablica.records.audiences import audience
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.text.differences import GONE, NEW
from tablica.wall.commands import comments, entries, placing
from tablica.wall.models import EntryText
from tablica.wall.queries.history import history_of, readable_version, versions_of
from tests.cast import Three, ago, make_comment, make_entry, make_record, make_user
from tests.checksum import nothing_changes


def texts(three: Three, who: object, entry: object) -> list[str]:
    return [version.body for version in versions_of(who, entry)]  # type: ignore[arg-type]


def test_each_edit_tells_what_it_changed(three: Three) -> None:
    entry = entries.write_entry(three.company.pk, by=three.owner, text="The price is 500 #offer")
    said = {"text": "The price is 480 #offer", "tags": ["vip"], "type": "call"}
    entries.edit_entry(entry.pk, by=three.owner, version=1, values=said)
    circle = {"happened_at": ago(600), "audience": audience("team")}
    entry = entries.edit_entry(entry.pk, by=three.owner, version=2, values=circle)
    readers, words, first = history_of(three.owner, entry).steps
    assert [(t.label, t.after) for t in readers.turns][1] == ("Who may read", "The team")
    assert (readers.pieces, readers.now) == ([], True)
    assert [(p.kind, p.text) for p in words.pieces if p.kind in (GONE, NEW)] == [
        (GONE, "500"),
        (NEW, "480"),
    ]
    assert (words.came, words.went) == (["vip"], [])
    assert [(t.before, t.after) for t in words.turns] == [("Note", "Call")]
    assert first.whole
    assert [p.text for p in first.pieces] == ["The price is 500 #offer"]
    assert first.came == ["offer"]


def test_what_changes_nothing_leaves_no_trace(three: Three) -> None:
    entry = entries.write_entry(three.company.pk, by=three.owner, text="Words #tag")
    comment = make_comment(entry, "Answer", author=three.owner)
    with nothing_changes():
        entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": "Words #tag"})
        comments.edit_comment(comment.pk, by=three.owner, version=1, text="Answer")


def test_what_was_for_few_stays_with_them_when_the_entry_opens(three: Three) -> None:
    entry = make_entry(three.company, "Salaries", author=three.owner, who="me")
    comment = make_comment(entry, "Mine alone", author=three.owner)
    comments.edit_comment(comment.pk, by=three.owner, version=1, text="For all")
    for text, who in (("Draft", "me"), ("Public", None), ("Public again", None)):
        values = {"text": text, "audience": audience(who) if who else None}
        entry = entries.edit_entry(entry.pk, by=three.owner, version=None, values=values)
    comment.refresh_from_db()
    assert texts(three, three.owner, entry) == ["Public again", "Public", "Draft", "Salaries"]
    assert texts(three, three.colleague, entry) == ["Public again", "Public"]
    assert texts(three, three.owner, comment) == ["For all", "Mine alone"]
    assert texts(three, three.colleague, comment) == ["For all"]
    assert history_of(three.colleague, entry).steps[-1].whole
    for number in (1, 2):
        with pytest.raises(Hidden):
            readable_version(three.colleague, entry, number)
        assert readable_version(three.owner, entry, number).number == number


def test_a_time_for_few_closes_what_was_before_it(three: Three) -> None:
    """Who narrowed an entry to take something out of sight did not mean to show it later."""
    entry = make_entry(three.company, "With a secret", author=three.owner)
    for text, who in (("With a secret", "me"), ("Without", "me"), ("Without", None)):
        values = {"text": text, "audience": audience(who) if who else None}
        entry = entries.edit_entry(entry.pk, by=three.owner, version=None, values=values)
    assert texts(three, three.colleague, entry) == ["Without"]
    assert len(texts(three, three.owner, entry)) == 4


def test_what_was_said_on_a_hidden_wall_stays_there(three: Three) -> None:
    entry = make_entry(three.company, "Among us", author=three.owner)
    entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": "Between us"})
    public = make_record("space", owner=three.owner).record
    placing.move_entry(entry.pk, to=public.pk, by=three.owner)
    entries.edit_entry(entry.pk, by=three.owner, version=None, values={"text": "For all"})
    entry.refresh_from_db()
    assert texts(three, three.stranger, entry) == ["For all", "Between us"]
    assert texts(three, three.colleague, entry) == ["For all", "Between us", "Among us"]


def test_history_knows_the_circle_of_then(three: Three) -> None:
    circle = audience("named", people=[three.colleague])
    entry = make_entry(three.company, "To one", author=three.owner, who=circle)
    values = {"text": "To all", "audience": None}
    entry = entries.edit_entry(entry.pk, by=three.owner, version=1, values=values)
    assert texts(three, three.colleague, entry) == ["To all", "To one"]
    another = make_user("Another", teams=[three.team])
    assert texts(three, another, entry) == ["To all"]
    step = history_of(three.colleague, entry).steps[0]
    assert [t.before for t in step.turns] == ["Karol Colleague"]


def test_when_its_wall_is_gone_for_good_only_the_author_reads_on(three: Three) -> None:
    entry = make_entry(three.company, "Old", author=three.owner)
    entry = entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": "New"})
    EntryText.objects.filter(entry=entry).update(record=None)
    assert texts(three, three.owner, entry) == ["New", "Old"]
    assert texts(three, three.colleague, entry) == ["New"]


def test_an_old_version_comes_back_as_a_new_one(three: Three) -> None:
    entry = entries.write_entry(three.company.pk, by=three.owner, text="One #a", type_="call")
    values = {"text": "Two #b", "type": "note", "audience": audience("me")}
    entries.edit_entry(entry.pk, by=three.owner, version=1, values=values)
    entry = entries.bring_back_entry(entry.pk, 1, by=three.owner, version=2)
    assert (entry.body, entry.type, entry.version) == ("One #a", "call", 3)
    assert [tag.name for tag in entry.tags.all()] == ["a"]
    assert entry.audience == audience("me"), "bringing back opens nothing"
    assert texts(three, three.owner, entry) == ["One #a", "Two #b", "One #a"]
    with nothing_changes():
        entries.bring_back_entry(entry.pk, 1, by=three.owner)
        with pytest.raises(Stale):
            entries.bring_back_entry(entry.pk, 2, by=three.owner, version=2)
        with pytest.raises(Hidden):
            entries.bring_back_entry(entry.pk, 9, by=three.owner)


def test_only_who_wrote_it_brings_it_back(three: Three) -> None:
    entry = make_entry(three.company, "One", author=three.owner)
    entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": "Two"})
    comment = make_comment(entry, "One", author=three.owner)
    comments.edit_comment(comment.pk, by=three.owner, version=1, text="Two")
    with nothing_changes():
        with pytest.raises(Refused):
            entries.bring_back_entry(entry.pk, 1, by=three.colleague)
        with pytest.raises(Refused):
            comments.bring_back_comment(comment.pk, 1, by=three.colleague)
        with pytest.raises(Hidden):
            comments.bring_back_comment(comment.pk, 1, by=three.stranger)
    assert comments.bring_back_comment(comment.pk, 1, by=three.owner).body == "One"


def test_the_pages_show_undo_and_page_on(three: Three, client: Client) -> None:
    entry = make_entry(three.company, "Text 0", author=three.owner)
    for turn in range(1, 31):
        entries.edit_entry(
            entry.pk, by=three.owner, version=None, values={"text": f"Text {turn}", "tags": ["a"]}
        )
    client.force_login(three.owner)
    page = client.get(f"/e/{entry.pk}/history").content.decode()
    assert "<ins>" in page
    assert f"/e/{entry.pk}/history?before=12" in page
    older = client.get(f"/e/{entry.pk}/history?before=12").content.decode()
    assert "version-11" in older
    assert "version-12" not in older
    assert "Text 3" in client.get(f"/e/{entry.pk}/history/4").content.decode()
    back = client.post(f"/e/{entry.pk}/history/4/restore", {"version": 31})
    assert back.status_code == 302
    assert f"/e/{entry.pk}/history/31/restore" in client.get(back["Location"]).content.decode()
    assert client.get(f"/e/{entry.pk}/history/99").status_code == 404


def test_pages_of_the_history_cost_the_same_however_long_it_is(
    three: Three, client: Client
) -> None:
    short = make_entry(three.company, "Text", author=three.owner)
    long = make_entry(three.company, "Text", author=three.owner)
    circles = [audience("named", people=[three.colleague]), audience("team")]
    for turn in range(19):
        values = {"text": f"Text {turn} #a{turn}", "audience": circles[turn % 2]}
        for entry in (short, long) if turn < 3 else (long,):
            entries.edit_entry(entry.pk, by=three.owner, version=None, values=values)
    client.force_login(three.owner)
    counts = []
    for entry in (short, short, long):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/e/{entry.pk}/history").status_code == 200
        counts.append(len(queries))
    assert counts[1] == counts[2]


def test_a_history_of_huge_texts_does_not_hang(three: Three, client: Client) -> None:
    now = timezone.now()
    entry = make_entry(three.company, "x " + "a " * 49_990, author=three.owner)
    for version in range(2, 20):
        body = "z " + "a b " * (24_000 - version)
        EntryText.objects.create(
            entry=entry, version=version, body=body, at=now, by=three.owner, record=three.company
        )
    entry.version = 20
    entry.save()
    client.force_login(three.owner)
    page = client.get(f"/e/{entry.pk}/history")
    assert page.status_code == 200
    assert len(page.content) < 600_000


def test_what_was_for_the_team_stays_with_the_team(three: Three) -> None:
    open_wall = make_record("space", owner=three.owner, team=three.team).record
    entry = make_entry(open_wall, "To the team", author=three.owner, who="team")
    values = {"text": "To all", "audience": None}
    entry = entries.edit_entry(entry.pk, by=three.owner, version=1, values=values)
    assert texts(three, three.colleague, entry) == ["To all", "To the team"]
    assert texts(three, three.stranger, entry) == ["To all"]
