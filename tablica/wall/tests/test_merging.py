"""Merging two tags, and taking that back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.models import RecordTag, Tag, TagAsked
from tablica.records.tags import ask_for_tag, make_tags, rename_tag
from tablica.shared.errors import Hidden, Refused
from tablica.wall import jobs
from tablica.wall.commands import entries, lives
from tablica.wall.commands.tags import merge_tags, remove_tag, undo_merge
from tablica.wall.models import EntryTag, MergedPlace, TagMerge
from tests import world
from tests.cast import Three, make_entry
from tests.checksum import nothing_changes

Tagged = tuple[set[tuple[int, str]], set[tuple[int, str]]]


@pytest.fixture
def curator(three: Three) -> User:
    """Looks after the tags, and does not see the team's wall."""
    return world.user("Maria", "manager")


@pytest.fixture
def pair(three: Three) -> tuple[Tag, Tag]:
    """Two tags: each on a record and an entry alone, and both on a record and an entry."""
    one, two = make_tags(["One", "two"], by=three.owner)
    for tags in ([one], [two], [one, two]):
        entry, record = make_entry(three.company), world.company(three.owner)
        for tag in tags:
            EntryTag.objects.create(entry=entry, tag=tag)
            RecordTag.objects.create(record=record.record, tag=tag)
    return one, two


def tagged() -> Tagged:
    """What has which tag, by name."""
    return (
        set(RecordTag.objects.values_list("record", "tag__name")),
        set(EntryTag.objects.values_list("entry", "tag__name")),
    )


def test_undone_it_is_as_it_was(three: Three, pair: tuple[Tag, Tag], curator: User) -> None:
    one, two = pair
    ask_for_tag("ONE", by=three.stranger)
    before, row = tagged(), Tag.objects.filter(pk=one.pk).values("name", "key", "created_at").get()
    merge_tags(one.pk, into=two.pk, by=curator)
    assert tagged() == tuple({(number, "two") for number, _tag in on} for on in before)
    back = undo_merge(one.pk, by=curator)
    assert tagged() == before
    assert back.pk == one.pk
    found = Tag.objects.filter(pk=one.pk, created_by=three.owner)
    assert found.values("name", "key", "created_at").get() == row
    assert TagAsked.objects.filter(tag=one, user=three.stranger, name="ONE").exists()
    assert not TagMerge.objects.exists()
    assert not MergedPlace.objects.exists()


def test_what_was_decided_since_stays(three: Three, pair: tuple[Tag, Tag], curator: User) -> None:
    one, two = pair
    alone = EntryTag.objects.filter(tag=one).exclude(entry__tags=two).get().entry
    both = RecordTag.objects.filter(tag=one, record__tags=two).get().record
    merge_tags(one.pk, into=two.pk, by=curator)
    entries.set_tags(alone, [], by=three.owner)
    lives.tag_record(both.pk, by=three.owner, tags=["new"])
    later = world.note(three.company, three.owner, "#two")
    undo_merge(one.pk, by=curator)
    on_records, on_entries = tagged()
    assert not {number for number, _name in on_entries} & {alone.pk}
    assert {name for number, name in on_records if number == both.pk} == {"new"}
    assert {name for number, name in on_entries if number == later.pk} == {"two"}


def test_a_word_used_again_meanwhile_is_the_same_tag(
    three: Three, pair: tuple[Tag, Tag], curator: User
) -> None:
    one, two = pair
    before = tagged()
    merge_tags(one.pk, into=two.pk, by=curator)
    anew = world.note(three.company, three.owner, "#ONE")
    back = undo_merge(one.pk, by=curator)
    assert back.pk != one.pk
    assert {number for number, name in tagged()[1] if name == "ONE"} == {
        anew.pk, *(number for number, name in before[1] if name == "One"),
    }  # fmt: skip
    assert Tag.objects.filter(key="one").count() == 1


def test_merges_are_undone_one_after_the_other(
    three: Three, pair: tuple[Tag, Tag], curator: User
) -> None:
    one, two = pair
    (three_,) = make_tags(["three"], by=three.owner)
    before = tagged()
    merge_tags(one.pk, into=three_.pk, by=curator)
    merge_tags(two.pk, into=three_.pk, by=curator)
    undo_merge(two.pk, by=curator)
    undo_merge(one.pk, by=curator)
    assert tagged() == before


def test_it_is_undone_once_and_only_where_it_was_done(pair: tuple[Tag, Tag], curator: User) -> None:
    one, two = pair
    merge_tags(one.pk, into=two.pk, by=curator)
    undo_merge(one.pk, by=curator)
    with nothing_changes():
        for number in (one.pk, two.pk, 10**9):
            with pytest.raises(Hidden):
                undo_merge(number, by=curator)


def test_it_cannot_be_undone_into_its_own_name_or_from_a_tag_that_is_gone(
    pair: tuple[Tag, Tag], curator: User
) -> None:
    one, two = pair
    merge_tags(one.pk, into=two.pk, by=curator)
    rename_tag(two.pk, by=curator, name="one")
    with nothing_changes(), pytest.raises(Refused, match="Rename it first"):
        undo_merge(one.pk, by=curator)
    remove_tag(two.pk, by=curator)
    with nothing_changes(), pytest.raises(Hidden):
        undo_merge(one.pk, by=curator)


def test_after_30_days_it_is_forgotten(pair: tuple[Tag, Tag], curator: User) -> None:
    one, two = pair
    merge_tags(one.pk, into=two.pk, by=curator)
    TagMerge.objects.update(at=timezone.now() - timedelta(days=29))
    jobs.empty_the_trash.call()
    assert TagMerge.objects.count() == 1
    TagMerge.objects.update(at=timezone.now() - timedelta(days=31))
    jobs.empty_the_trash.call()
    assert TagMerge.objects.count() == MergedPlace.objects.count() == 0
    with pytest.raises(Hidden):
        undo_merge(one.pk, by=curator)


class TestPage:
    def test_the_toast_undoes(self, pair: tuple[Tag, Tag], curator: User) -> None:
        one, _two = pair
        before = tagged()
        client = Client()
        client.force_login(curator)
        client.post(f"/settings/tags/{one.pk}/merge", {"into": "two"})
        page = client.get("/settings/tags").content.decode()
        undo = f"/settings/tags/{one.pk}/merge/undo"
        assert f'<form method="post" action="{undo}"' in page
        answer = client.post(undo)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/settings/tags")
        assert "is back" in client.get("/settings/tags").content.decode()
        assert tagged() == before
        assert client.post(undo).status_code == 404

    def test_nobody_else_undoes_and_looking_does_not(
        self, three: Three, pair: tuple[Tag, Tag], curator: User
    ) -> None:
        one, two = pair
        merge_tags(one.pk, into=two.pk, by=curator)
        undo = f"/settings/tags/{one.pk}/merge/undo"
        client = Client()
        with nothing_changes():
            client.force_login(three.owner)
            assert client.post(undo).status_code == 404
            client.force_login(curator)
            assert client.get(undo).status_code == 405
        assert client.post(undo).status_code == 302
