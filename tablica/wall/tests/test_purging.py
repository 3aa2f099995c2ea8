"""The trash keeps 30 days, and the bytes of files stay while anything names them."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.utils import timezone

from tablica.records.models import Record
from tablica.search.models import SearchDocument
from tablica.shared.jobs.regular import REGULAR
from tablica.wall.commands import comments, entries, files, lives
from tablica.wall.commands.purging import purge_trash, sweep_blobs
from tablica.wall.models import Comment, Entry
from tests import world
from tests.cast import Three
from tests.checksum import nothing_changes

DAY = timedelta(days=1)


@pytest.fixture
def thrown(three: Three) -> Record:
    """A company with a wall, an entry of another wall and a comment, all thrown away today."""
    gone = world.company(three.owner, "Gone")
    world.comment(world.note(gone, three.owner, "on the wall of it"), three.owner)
    lives.trash_record(gone.pk, by=three.owner)
    entries.trash_entry(world.note(three.company, three.owner, "gone").pk, by=three.owner)
    kept = world.note(three.company, three.owner, "kept")
    comments.trash_comment(world.comment(kept, three.owner).pk, by=three.owner)
    return gone.record


def test_for_30_days_everything_stays(thrown: Record):
    with nothing_changes():
        assert purge_trash(timezone.now() + 29 * DAY) == 0


def test_then_it_goes_with_all_that_hangs_on_it(thrown: Record):
    assert purge_trash(timezone.now() + 31 * DAY) == 3
    assert not Record.objects.unguarded(reason="test").filter(pk=thrown.pk).exists()
    bodies = set(Entry.objects.unguarded(reason="test").values_list("body", flat=True))
    assert bodies & {"gone", "on the wall of it"} == set()
    assert "kept" in bodies
    assert not Comment.objects.unguarded(reason="test").exists()
    assert not SearchDocument.objects.unguarded(reason="test").filter(record=thrown.pk).exists()


def test_again_is_no_harm(thrown: Record):
    later = timezone.now() + 31 * DAY
    purge_trash(later)
    with nothing_changes():
        assert purge_trash(later) == 0


def test_what_was_restored_stays(thrown: Record, three: Three):
    lives.restore_record(thrown.pk, by=three.owner)
    purge_trash(timezone.now() + 31 * DAY)
    assert Record.objects.visible_to(three.owner).filter(pk=thrown.pk).exists()


def test_bytes_go_when_nothing_names_them_and_they_are_old(three: Three):
    store = files.store()
    sweep_blobs()  # what other tests left in this store
    named = files.add_file("named.txt", [b"named"], by=three.owner)
    orphan = store.put([b"nobody names me"], 100)
    fresh = store.put([b"just coming in"], 100)
    for sha256 in (named.sha256, orphan.sha256):
        os.utime(store.path(sha256), (0, 0))
    assert sweep_blobs() == 1
    assert [store.exists(b) for b in (named.sha256, orphan.sha256, fresh.sha256)] == [
        True,
        False,
        True,
    ]


def test_it_happens_by_itself():
    assert {"tablica.wall.jobs.empty_the_trash", "tablica.wall.jobs.sweep_files"} <= set(REGULAR)
