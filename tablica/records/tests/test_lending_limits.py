"""Where lending ends: who may not, for how long not, and what others may read of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from tablica.accounts.models import User
from tablica.records.absences import absence_for, came_back, deputies_of
from tablica.records.audiences import audience
from tablica.records.lending import MOST, know_what_was_done, may_plan_absence, plan_absence
from tablica.records.looking import begin_look_in, end_look_in
from tablica.records.models import Absence, Audience, LookIn
from tablica.shared.errors import Hidden
from tablica.shared.trail.models import Line
from tests.cast import Three, again, make_user, three_people

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def three() -> Three:
    return three_people()


def away(three: Three, **more: object) -> Absence:
    now = timezone.now()
    said = {"deputy": three.stranger, "starts_at": now, "ends_at": now + DAY} | more
    return plan_absence(three.owner, by=three.owner, **said)  # type: ignore[arg-type]


def leave(user: User) -> User:
    User.objects.filter(pk=user.pk).update(deactivated_at=timezone.now())
    return again(user)


def test_who_left_plans_no_absence_and_has_none(three: Three) -> None:
    administrator = make_user("Admin", role="administrator")
    assert may_plan_absence(administrator, three.owner)
    assert not may_plan_absence(administrator, leave(three.owner))
    assert not may_plan_absence(leave(administrator), three.colleague)


def test_an_absence_that_is_over_is_not_planned(three: Three) -> None:
    now = timezone.now()
    with pytest.raises(ValidationError) as refused:
        away(three, starts_at=now - 2 * HOUR, ends_at=now - HOUR)
    assert refused.value.message_dict == {"until": ["Choose a day to come."]}
    assert not Absence.objects.exists()


def test_so_many_absences_are_planned_and_no_more(three: Three) -> None:
    for number in range(MOST):
        away(three, starts_at=timezone.now() + number * DAY, ends_at=timezone.now() + 300 * DAY)
    with pytest.raises(ValidationError) as refused:
        away(three)
    assert list(refused.value.message_dict) == ["from"]
    with time_machine.travel(timezone.now() + 301 * DAY, tick=False):
        assert away(three).pk, "what is over does not count"


def test_only_the_returned_person_says_that_they_know(three: Three) -> None:
    absence = away(three)
    with pytest.raises(Hidden):
        know_what_was_done(absence.pk, by=three.owner)
    with time_machine.travel(timezone.now() + 2 * DAY, tick=False):
        with pytest.raises(Hidden):
            know_what_was_done(absence.pk, by=three.stranger)
        assert came_back(again(three.owner)) == absence
        for _twice in range(2):
            know_what_was_done(absence.pk, by=three.owner)
        assert came_back(again(three.owner)) is None
    assert came_back(again(three.colleague)) is None


def test_an_absence_is_for_the_absent_and_the_deputy_to_read(three: Three) -> None:
    absence = away(three)
    assert absence_for(three.owner, absence.pk) == absence
    assert absence_for(three.stranger, absence.pk) == absence
    assert absence_for(three.colleague, absence.pk) is None
    assert absence_for(leave(three.stranger), absence.pk) is None


def test_a_deputy_of_a_part_hears_of_that_part(three: Three) -> None:
    away(three, kinds=["deal"])
    away(three, deputy=three.colleague)
    now = {three.stranger.pk: {three.owner.pk}, three.colleague.pk: {three.owner.pk}}
    assert deputies_of([three.owner.pk], "deal") == now
    assert deputies_of([three.owner.pk], "company") == {three.colleague.pk: {three.owner.pk}}
    assert deputies_of([three.stranger.pk], "deal") == {}


def test_looking_in_lasts_as_long_as_one_may_choose(three: Three) -> None:
    administrator = make_user("Admin", role="administrator")
    for minutes in (0, -15, 16, 10_000):
        with pytest.raises(ValidationError) as refused:
            begin_look_in(three.owner, by=administrator, reason="An audit", minutes=minutes)
        assert list(refused.value.message_dict) == ["minutes"]
    with pytest.raises(Hidden):
        begin_look_in(administrator, by=administrator, reason="Myself", minutes=15)
    assert not LookIn.objects.exists()


def test_who_looks_in_ends_it_and_once(three: Three) -> None:
    one, two = (make_user(name, role="administrator") for name in ("One", "Two"))
    begun = begin_look_in(three.owner, by=one, reason="An audit", minutes=15)
    end_look_in(begun.pk, by=two)
    begun.refresh_from_db()
    assert begun.ends_at > timezone.now()
    for _twice in range(2):
        end_look_in(begun.pk, by=one)
    assert Line.objects.filter(event="look-in ended").count() == 1


def test_a_circle_of_nobody_is_none(three: Three) -> None:
    with pytest.raises(ValueError, match="needs somebody"):
        audience(Audience.Type.NAMED)
    one, other = (audience(Audience.Type.NAMED, people=[three.owner]) for _twice in range(2))
    assert one == other
    assert list(one.people.all()) == [three.owner]
