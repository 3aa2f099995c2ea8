"""Whoever draws circles, shares and absences by the thousand makes nobody else's pages slow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records import visibility
from tablica.records.audiences import audience
from tablica.records.lending import MOST, end_absence, plan_absence
from tablica.records.lent import lent_to
from tablica.records.models import Absence, Record, Share
from tablica.wall.models import Entry
from tests.cast import again, make_entry, make_record, make_team, make_user

pytestmark = pytest.mark.django_db


def circles(*victims: User, count: int) -> None:
    """So many different circles with all these people in each."""
    others = [make_user() for _ in range(10)]
    for number in range(count):
        some = [one for bit, one in enumerate(others) if number >> bit & 1]
        audience("named", people=[*victims, *some])


def asked(user: User) -> int:
    """How long the question for what somebody sees is, with all that it names."""
    reader = again(user)
    records = str(Record.objects.visible_to(reader).query)
    return len(records) + len(str(Entry.objects.visible_to(reader).query))


def test_the_question_does_not_grow_with_the_circles_somebody_was_put_into() -> None:
    victim = make_user()
    circles(victim, count=visibility.MOST_NAMED + 10)
    before = asked(victim)
    circles(victim, count=300)
    assert asked(victim) - before < 100


def test_nor_with_what_was_shared_with_them() -> None:
    victim, owner = make_user(), make_user()

    def share(count: int) -> None:
        records = [make_record("company", owner=owner, who="me").record for _ in range(count)]
        Share.objects.bulk_create(Share(record=one, user=victim) for one in records)

    User.objects.filter(pk=victim.pk).update(lent=True)
    share(visibility.MOST_NAMED + 10)
    before = asked(victim)
    share(60)
    assert asked(victim) - before < 100
    assert Record.objects.visible_to(again(victim)).count() == visibility.MOST_NAMED + 70


def test_the_same_is_seen_however_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    team, other = make_team(), make_team()
    reader, owner = make_user(teams=[team]), make_user()
    seen = [
        make_record(owner=owner, who=audience("named", people=[reader])),
        make_record(owner=owner, who=audience("named", people=[owner], teams=[team])),
        make_record(owner=owner, team=team, who="team"),
        make_record(owner=owner),
        shared := make_record(owner=owner, who="me"),
    ]
    make_record(owner=owner, who=audience("named", people=[owner], teams=[other]))
    over, read_only = (make_record(owner=owner, who="me").record for _ in range(2))
    Share.objects.create(record=shared.record, user=reader, edits=True)
    Share.objects.create(record=over, user=reader, edits=True, until=timezone.now())
    Share.objects.create(record=read_only, user=reader)
    User.objects.filter(pk=reader.pk).update(lent=True)
    make_entry(seen[3], author=owner, who=audience("named", people=[reader]))
    make_entry(seen[3], author=owner, who=audience("named", people=[owner]))
    for most in (visibility.MOST_NAMED, 0):
        monkeypatch.setattr(visibility, "MOST_NAMED", most)
        me = again(reader)
        found = set(Record.objects.visible_to(me).values_list("pk", flat=True))
        assert found == {*(one.pk for one in seen), read_only.pk}
        assert Entry.objects.visible_to(me).count() == 1
        of_records = Record.objects.unguarded(reason="tests")
        changed = of_records.filter(visibility.visible_q(me, verb="edit"))
        assert {shared.pk} == set(changed.values_list("pk", flat=True)) & {
            shared.pk,
            over.pk,
            read_only.pk,
        }


def test_nobody_plans_and_ends_absences_without_end() -> None:
    """Each stays, as long as it is remembered, on the page of the deputy too."""
    person, deputy = make_user(), make_user()
    now = timezone.now()

    def away() -> Absence:
        return plan_absence(
            person,
            by=person,
            deputy=deputy,
            starts_at=now,
            ends_at=timezone.now() + timedelta(days=1),
        )

    for _ in range(MOST):
        end_absence(away().pk, by=person)
    with pytest.raises(ValidationError):
        away()
    Absence.objects.update(made_at=now - timedelta(days=1, minutes=1))
    away()


def test_ten_absences_of_one_person_are_one_place() -> None:
    person, deputy = make_user(), make_user()
    now = timezone.now()
    for kinds in (["deal"], ["company"], ["company"]):
        plan_absence(
            person,
            by=person,
            deputy=deputy,
            starts_at=now,
            ends_at=now + timedelta(days=1),
            kinds=kinds,
        )
    (place,) = lent_to(again(deputy)).standing
    assert place.kinds == {"deal", "company"}
    plan_absence(person, by=person, deputy=deputy, starts_at=now, ends_at=now + timedelta(days=1))
    (place,) = lent_to(again(deputy)).standing
    assert place.covers("space")
