"""Tags: one word however it is spelt, and looked after by few."""

from __future__ import annotations

import pytest

from tablica.accounts.models import User
from tablica.records.models import RecordTag, Tag
from tablica.records.tags import make_tags, rename_tag, tags_on_records
from tablica.shared.errors import Hidden, Refused
from tablica.shared.text import BadText
from tablica.wall.commands.lives import tag_record
from tablica.wall.commands.tags import merge_tags
from tablica.wall.models import EntryTag
from tests.cast import Three, make_entry, make_user
from tests.checksum import nothing_changes


@pytest.fixture
def manager(db: None) -> User:
    return make_user(role="manager")


def test_two_spellings_are_one_tag(three: Three) -> None:
    first = make_tags(["#Łódź", "lodz", "VIP client"], by=three.owner)
    assert [tag.name for tag in first] == ["Łódź", "VIP-client"]
    assert make_tags(["LÓDZ", "vip-client"], by=three.stranger) == first


@pytest.mark.parametrize("name", ["", "#", "   ", "x" * 61, "a\0b", "\ud800"])
def test_what_can_be_no_tag_is_refused(name: str, three: Three) -> None:
    with nothing_changes(), pytest.raises(BadText):
        make_tags([name], by=three.owner)


def test_only_who_looks_after_the_tags_changes_them_for_all(three: Three, manager: User) -> None:
    one, two = make_tags(["one", "two"], by=three.owner)
    with nothing_changes():
        with pytest.raises(Refused):
            rename_tag(one.pk, by=three.owner, name="three")
        with pytest.raises(Refused):
            merge_tags(one.pk, into=two.pk, by=three.owner)
        with pytest.raises(Hidden):
            rename_tag(10**9, by=manager, name="three")
        with pytest.raises(Refused):
            merge_tags(one.pk, into=one.pk, by=manager)
        with pytest.raises(Refused):
            rename_tag(one.pk, by=manager, name="TWO")
    assert rename_tag(one.pk, by=manager, name="Three").key == "three"


def test_merging_keeps_every_place_once(three: Three, manager: User) -> None:
    one, two = make_tags(["one", "two"], by=three.owner)
    both, first = make_entry(three.company), make_entry(three.company)
    for entry, tag in ((both, one), (both, two), (first, one)):
        EntryTag.objects.create(entry=entry, tag=tag)
    RecordTag.objects.create(record=three.company, tag=one)
    RecordTag.objects.create(record=three.company, tag=two)
    RecordTag.objects.create(record=three.other, tag=one)
    merge_tags(one.pk, into=two.pk, by=manager)
    assert list(Tag.objects.all()) == [two]
    assert set(EntryTag.objects.values_list("entry", "tag")) == {
        (both.pk, two.pk),
        (first.pk, two.pk),
    }
    assert set(RecordTag.objects.values_list("record", "tag")) == {
        (three.company.pk, two.pk),
        (three.other.pk, two.pk),
    }


def test_a_tag_is_met_where_its_record_is_seen(three: Three) -> None:
    tag_record(three.company.pk, by=three.owner, tags=["secret"])

    def met(user: User) -> list[str]:
        return [tag.name for tag in Tag.objects.filter(tags_on_records(user))]

    assert met(three.owner) == met(three.colleague) == ["secret"]
    assert met(three.stranger) == []


def test_giving_a_record_its_tags_is_exact(three: Three) -> None:
    tag_record(three.company.pk, by=three.owner, tags=["a", "b"])
    tag_record(three.company.pk, by=three.colleague, tags=["B", "c"])
    assert [tag.name for tag in three.company.tags.order_by("key")] == ["b", "c"]
