"""Two editors never overwrite each other silently, and every text ever saved stays readable."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tablica.people.models import Company
from tablica.records.commands import body_of
from tablica.records.models import Change, Record
from tablica.records.tags import make_tags, rename_tag
from tablica.records.values import raw, read_value
from tablica.sales import commands as sales
from tablica.shared.errors import Stale
from tablica.wall.commands import comments, entries, lives
from tablica.wall.models import Entry
from tablica.wall.queries.history import versions_of
from tests.cast import Three, make_comment, make_entry, make_record, make_user
from tests.checksum import nothing_changes

KEPT = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def company_of(three: Three) -> Company:
    return Company.objects.visible_to(three.owner).select_related("record").get()


def test_disjoint_fields_merge(three: Three) -> None:
    seen = three.company.version
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Łódź"}, version=seen)
    lives.change_record(
        three.company.pk, by=three.colleague, values={"phone": "+48 1"}, version=seen
    )
    company = company_of(three)
    assert (company.city, company.phone, company.record.version) == ("Łódź", "+48 1", seen + 2)


def test_the_same_field_is_stale_and_both_texts_are_there(three: Three) -> None:
    seen = three.company.version
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Łódź"}, version=seen)
    with nothing_changes(), pytest.raises(Stale) as stale:
        lives.change_record(
            three.company.pk,
            by=three.colleague,
            values={"city": "Kraków", "phone": "+48 1"},
            version=seen,
        )
    assert stale.value.theirs == ("city",)
    assert isinstance(stale.value.current, Company)
    assert stale.value.current.city == "Łódź"


def test_a_strict_writer_and_one_from_the_future_are_stale(three: Three) -> None:
    seen = three.company.version
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Łódź"}, version=seen)
    for version, strict in ((seen, True), (seen + 5, False)):
        with nothing_changes(), pytest.raises(Stale):
            lives.change_record(
                three.company.pk,
                by=three.colleague,
                values={"phone": "1"},
                version=version,
                strict=strict,
            )


def test_the_stages_and_ends_of_a_deal_know_versions(three: Three) -> None:
    deal = make_record("deal", owner=three.owner, team=three.team).record
    sales.move_to_stage(deal.pk, by=three.owner, stage="offer", version=1)
    with nothing_changes(), pytest.raises(Stale):
        sales.move_to_stage(deal.pk, by=three.colleague, stage="negotiation", version=1)
    sales.win_deal(deal.pk, by=three.owner, version=1)
    with nothing_changes(), pytest.raises(Stale):
        sales.lose_deal(deal.pk, by=three.colleague, reason="Price", version=1)


@pytest.mark.parametrize(
    "field", [{"text": "B"}, {"type": "call"}, {"tags": ["b"]}, {"happened_at": timezone.now()}]
)
def test_a_stale_edit_of_an_entry_is_refused(three: Three, field: dict[str, Any]) -> None:
    entry = make_entry(three.company, "A", author=three.owner)
    entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": "Mine"})
    with nothing_changes(), pytest.raises(Stale) as stale:
        entries.edit_entry(entry.pk, by=three.owner, version=1, values=field)
    assert isinstance(stale.value.current, Entry)
    assert stale.value.current.body == "Mine"


def test_stale_deletions_and_comments_are_refused(three: Three) -> None:
    entry = make_entry(three.company, author=three.owner)
    comment = make_comment(entry, author=three.owner)
    entries.edit_entry(entry.pk, by=three.owner, version=1, values={"text": "Mine"})
    comments.edit_comment(comment.pk, by=three.owner, version=1, text="Mine")
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Łódź"}, version=1)
    with nothing_changes():
        with pytest.raises(Stale):
            entries.trash_entry(entry.pk, by=three.owner, version=1)
        with pytest.raises(Stale):
            comments.edit_comment(comment.pk, by=three.owner, version=1, text="Other")
        with pytest.raises(Stale):
            comments.trash_comment(comment.pk, by=three.owner, version=1)
        with pytest.raises(Stale):
            lives.trash_record(three.company.pk, by=three.owner, version=1)
        with pytest.raises(Stale):
            lives.tag_record(three.company.pk, by=three.owner, tags=["a"], version=1)


def test_a_stale_name_of_a_tag_is_refused(three: Three) -> None:
    manager = make_user(role="manager")
    tag = make_tags(["vip"], by=three.owner)[0]
    rename_tag(tag.pk, by=manager, name="important", version=1)
    with nothing_changes(), pytest.raises(Stale):
        rename_tag(tag.pk, by=manager, name="minor", version=1)


texts = st.lists(st.text(alphabet="ab \n#*żłی", min_size=1, max_size=8), min_size=1, max_size=8)


@KEPT
@given(said=texts)
def test_every_text_of_an_entry_and_a_comment_stays_readable(three: Three, said: list[str]) -> None:
    entry = make_entry(three.company, "first", author=three.owner)
    comment = make_comment(entry, "first", author=three.owner)
    kept = {"first"}
    for text in said:
        if not text.strip():
            continue
        saved = entries.edit_entry(
            entry.pk, by=three.owner, version=None, values={"text": text}
        ).body
        again = comments.edit_comment(comment.pk, by=three.owner, version=None, text=text).body
        kept |= {saved, again}
    entry.refresh_from_db()
    comment.refresh_from_db()
    for thing in (entry, comment):
        history = versions_of(three.owner, thing)
        assert kept == {text.body for text in history}
        numbers = [text.number for text in history]
        assert numbers == sorted(set(numbers), reverse=True)


def test_a_thousand_changes_replay_to_the_same_state(three: Three) -> None:
    """From the state before the first change, the history alone leads to the present one."""
    chance = random.Random(7)
    company = company_of(three)
    managers = [make_user(role="manager", teams=[three.team]) for _ in range(2)]  # may hand it on
    fields = ("title", "city", "phone", "about", "owner", "industry")
    state = {name: raw(read_value(company, name)) for name in fields}
    submitted: dict[str, set[Any]] = {name: {state[name]} for name in fields}
    version = company.record.version
    for number in range(1_000):
        writer = chance.choice(managers)
        seen = max(1, version - chance.choice([0, 0, 0, 1, 2]))
        values: dict[str, Any] = {
            name: chance.choice(managers) if name == "owner" else f"{name} {chance.randrange(4)}"
            for name in chance.sample(fields, chance.randrange(1, 4))
        }
        try:
            body = lives.change_record(three.company.pk, by=writer, values=values, version=seen)
        except Stale as stale:
            assert isinstance(stale.current, Company)
            assert set(stale.theirs) <= set(values), number
        else:
            version = body.record.version
            for name, value in values.items():
                submitted[name].add(raw(value))
    replayed = dict(state)
    readable: dict[str, set[Any]] = {name: {state[name]} for name in fields}
    numbers = []
    for change in Change.objects.filter(record=three.company.pk).order_by("version"):
        numbers.append(change.version)
        for name, (before, after) in change.fields.items():
            assert replayed[name] == before
            replayed[name] = after
            readable[name] |= {before, after}
    company = company_of(three)
    assert replayed == {name: raw(read_value(company, name)) for name in fields}
    assert readable == submitted
    assert numbers == list(range(2, version + 1))
    assert company.record.version == version


def test_one_save_is_one_entry_and_no_change_is_none(three: Three) -> None:
    values = {"city": "Łódź", "phone": "+48 1", "title": "New"}
    lives.change_record(three.company.pk, by=three.owner, values=values, version=None)
    lives.change_record(three.company.pk, by=three.owner, values=values, version=None)
    told = Entry.objects.visible_to(three.owner).get(type="changed")
    assert {c["field"]: (c["from"], c["to"]) for c in told.data["changes"]} == {
        "city": ("", "Łódź"),
        "phone": ("", "+48 1"),
        "title": ("Mleczarnia Łódź", "New"),
    }
    assert Record.objects.visible_to(three.owner).get(pk=three.company.pk).version == 2


def test_a_failed_change_leaves_no_entry(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(lives, "tell", broken)
    with nothing_changes(), pytest.raises(RuntimeError):
        lives.change_record(three.company.pk, by=three.owner, values={"city": "Ł"}, version=None)


def test_a_change_in_the_past_touches_nothing(three: Three) -> None:
    body = body_of(three.company)
    before = body.record.touched_at
    entries.write_entry(
        three.company.pk, by=three.owner, text="Old", happened_at=before - timedelta(days=3)
    )
    assert company_of(three).record.touched_at == before
