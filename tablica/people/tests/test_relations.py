"""Where somebody works, told to readers who see only some of it."""

from __future__ import annotations

import pytest

from tablica.accounts.models import User
from tablica.people.forms import PersonForm
from tablica.people.models import Company, Person
from tablica.records.commands import body_of
from tablica.records.models import Record, RecordModel
from tablica.wall.commands import lives
from tablica.wall.queries.context import context_ids, related_to
from tests.cast import Three, make_record


@pytest.fixture
def person(three: Three) -> Record:
    """Somebody whom all see; works at a company hidden from the stranger, and at a seen one."""
    record = make_record("person", "Ewa", owner=three.owner).record
    seen = make_record("company", "Seen", owner=three.owner)
    for company in (three.company.pk, seen.pk):
        Person(record=record).employments.create(company_id=company)
    return record


def companies(record: Record) -> set[str]:
    employments = Person(record=record).employments.select_related("company__record")
    return {str(e.company) for e in employments}


def form(user: User, record: Record, *numbers: int) -> PersonForm:
    sent = {"companies": [str(n) for n in numbers]}
    return PersonForm(sent, user=user, body=body_of(record), only=["companies"])


def seen_company(user: User) -> int:
    return Record.objects.visible_to(user).get(title="Seen").pk


def test_who_does_not_see_a_company_cannot_take_it_away(three: Three, person: Record) -> None:
    emptied = form(three.stranger, person)
    assert emptied.is_valid()
    lives.change_record(
        person.pk, by=three.stranger, values=emptied.changes(), version=person.version
    )
    assert companies(person) == {"Mleczarnia Łódź"}


def test_leaving_the_seen_ones_as_they_are_changes_nothing(three: Three, person: Record) -> None:
    same = form(three.stranger, person, seen_company(three.stranger))
    assert same.is_valid()
    assert same.changes() == {}


def test_a_hidden_company_is_no_choice(three: Three, person: Record) -> None:
    """By number or by name: the same sentence as for one that does not exist."""
    answers = []
    for typed in (three.company.pk, 10**9, "=Mleczarnia Łódź", "=Nowhere"):
        sent = {"companies": [str(typed)]}
        tried = PersonForm(sent, user=three.stranger, body=body_of(person), only=["companies"])
        assert not tried.is_valid()
        answers.append(tried.errors["companies"])
    assert all(answer == answers[0] for answer in answers)


def test_the_context_is_what_the_reader_sees(three: Three, person: Record) -> None:
    seen = seen_company(three.owner)
    assert set(context_ids(related_to(three.owner, person))) == {three.company.pk, seen}
    assert context_ids(related_to(three.stranger, person)) == [seen]
    company = Record.objects.visible_to(three.owner).get(pk=three.company.pk)
    assert context_ids(related_to(three.owner, company)) == [person.pk]


def test_a_company_in_the_trash_is_out_of_context(three: Three, person: Record) -> None:
    seen = seen_company(three.owner)
    lives.trash_record(seen, by=three.owner)
    assert context_ids(related_to(three.owner, person)) == [three.company.pk]
    lives.restore_record(seen, by=three.owner)
    assert set(context_ids(related_to(three.owner, person))) == {three.company.pk, seen}


def test_bodies_follow_their_records(three: Three, person: Record) -> None:
    def bodies(user: User, model: type[RecordModel]) -> set[int]:
        return set(model.objects.visible_to(user).values_list("pk", flat=True))

    assert three.company.pk in bodies(three.colleague, Company)
    assert three.company.pk not in bodies(three.stranger, Company)
    assert bodies(three.stranger, Person) == {person.pk}
