"""The forms of every kind: whole, and of each field alone, as it is edited in place."""

from __future__ import annotations

import pytest

from tablica.people.forms import CompanyForm
from tablica.records.commands import body_of
from tablica.records.kinds import Kind, all_kinds
from tests.cast import Three, make_record

FIELDS = [(kind, name) for kind in all_kinds() for name in kind.form_class().base_fields]


@pytest.mark.parametrize(
    ("kind", "name"), FIELDS, ids=[f"{kind.name}-{name}" for kind, name in FIELDS]
)
def test_each_field_stands_alone(kind: Kind, name: str, three: Three) -> None:
    record = make_record(kind.name, owner=three.owner).record
    form = kind.form_class()(user=three.owner, body=body_of(record), only=[name])
    assert list(form.fields) == [name]
    assert form.as_div()


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_form_sent_as_it_was_shown_changes_nothing(kind: Kind, three: Three) -> None:
    record = make_record(kind.name, owner=three.owner, team=three.team, who="team").record
    shown = kind.form_class()(user=three.owner, body=body_of(record))
    sent = {name: shown[name].value() for name in shown.fields}
    sent["audience"] = "team"
    form = kind.form_class()(sent, user=three.owner, body=body_of(record))
    assert form.is_valid(), form.errors
    assert form.changes() == {}


def test_nobody_locks_themselves_out_by_a_form(three: Three) -> None:
    body = body_of(three.company)
    for sent in (
        {"audience": "me", "owner": three.stranger.pk},
        {"owner": three.stranger.pk, "team": three.other.team_id},
        {"audience": {"people": [three.stranger.pk], "teams": []}, "owner": three.stranger.pk},
        {"team": ""},
    ):
        form = CompanyForm(sent, user=three.owner, body=body, only=list(sent))
        assert not form.is_valid(), sent
