"""What is lent: shares of one record, standing in for the absent, and looking in."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from tablica.accounts.models import Grant, User
from tablica.records.audiences import audience
from tablica.records.lending import (
    end_absence,
    end_share,
    may_plan_absence,
    plan_absence,
    share_record,
)
from tablica.records.looking import begin_look_in, end_look_in, go_on_looking, tell_opened
from tablica.records.models import Absence, Audience, Looked, Record
from tablica.records.rules import may, visible_q
from tablica.shared.errors import Hidden, Refused, Stale
from tablica.shared.trail.models import Line
from tablica.wall.models import Entry
from tests.cast import (
    Three,
    again,
    make_entry,
    make_record,
    make_role,
    make_team,
    make_user,
    three_people,
)
from tests.oracle import Person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def three() -> Three:
    return three_people()


def seen(user: User) -> set[int]:
    return set(Record.objects.visible_to(again(user)).values_list("pk", flat=True))


def read(user: User) -> set[int]:
    return set(Entry.objects.visible_to(again(user)).values_list("pk", flat=True))


def away(three: Three, **more: object) -> Absence:
    now = timezone.now()
    said = {"deputy": three.stranger, "starts_at": now, "ends_at": now + DAY} | more
    return plan_absence(three.owner, by=three.owner, **said)  # type: ignore[arg-type]


def test_a_share_opens_one_record_and_ends_by_itself(three: Three) -> None:
    assert three.company.pk not in seen(three.stranger)
    share_record(three.company.pk, by=three.owner, to=three.stranger, until=timezone.now() + DAY)
    assert three.company.pk in seen(three.stranger)
    stranger = again(three.stranger)
    assert may(stranger, "view", three.company)
    assert not any(may(stranger, verb, three.company) for verb in ("edit", "delete", "export"))
    with time_machine.travel(timezone.now() + DAY + timedelta(seconds=1), tick=False):
        assert three.company.pk not in seen(three.stranger)
    last = Line.objects.order_by("-number").first()
    assert last and (last.event, last.about) == ("shared", f"record {three.company.pk}")


def test_the_same_share_twice_is_one_and_leaves_one_line(three: Three) -> None:
    first = share_record(three.company.pk, by=three.owner, to=three.stranger)
    assert share_record(three.company.pk, by=three.owner, to=three.stranger) == first
    assert Line.objects.filter(event="shared").count() == 1
    changed = share_record(three.company.pk, by=three.owner, to=three.stranger, edits=True)
    assert (changed.pk, changed.edits) == (first.pk, True)
    assert Line.objects.filter(event="shared").count() == 2


def test_a_share_may_let_change_but_never_say_who_reads(three: Three) -> None:
    share_record(three.company.pk, by=three.owner, to=three.stranger, edits=True)
    stranger = again(three.stranger)
    assert may(stranger, "edit", three.company)
    with pytest.raises(Refused):
        share_record(three.company.pk, by=stranger, to=make_user())


def test_a_share_is_ended_by_its_owner_and_by_who_has_it(three: Three) -> None:
    for by in (three.owner, three.stranger):
        share_record(three.company.pk, by=three.owner, to=three.stranger)
        end_share(three.company.pk, by=again(by), to=three.stranger.pk)
        assert three.company.pk not in seen(three.stranger)
    with pytest.raises(Hidden):
        end_share(three.company.pk, by=three.owner, to=three.stranger.pk)


def test_who_may_not_see_cannot_share_and_nobody_shares_with_whom_left(three: Three) -> None:
    with pytest.raises(Hidden):
        share_record(three.company.pk, by=three.stranger, to=three.stranger)
    with pytest.raises(ValidationError) as left:
        share_record(three.company.pk, by=three.owner, to=make_user(active=False))
    assert "to" in left.value.message_dict
    with pytest.raises(ValidationError) as over:
        share_record(three.company.pk, by=three.owner, to=three.stranger, until=timezone.now())
    assert "until" in over.value.message_dict


def test_a_deputy_sees_and_does_what_the_absent_person_may_for_just_that_time(
    three: Three,
) -> None:
    now = timezone.now()
    away(three, starts_at=now + DAY, ends_at=now + 2 * DAY)
    assert three.company.pk not in seen(three.stranger)
    with time_machine.travel(now + DAY + timedelta(minutes=1), tick=False):
        assert three.company.pk in seen(three.stranger)
        deputy, owner = again(three.stranger), again(three.owner)
        for verb in ("view", "edit", "delete"):
            assert may(deputy, verb, three.company) == may(owner, verb, three.company)
        assert may(owner, "export", three.company)
        assert not may(deputy, "export", three.company)
    with time_machine.travel(now + 2 * DAY, tick=False):
        assert three.company.pk not in seen(three.stranger)


def test_what_is_for_the_absent_person_alone_stays_closed(three: Three) -> None:
    away(three)
    own = make_record("company", "Mine", owner=three.owner, who="me").record
    secret = make_entry(three.company, "for me", author=three.owner, who="me")
    ours = make_entry(three.company, "for the team", author=three.owner, who="team")
    named = audience(Audience.Type.NAMED, people=[three.owner])
    to_them = make_entry(three.company, "to Olga", author=three.colleague, who=named)
    aside = make_entry(three.company, "aside", author=three.colleague, who="me")
    assert own.pk not in seen(three.stranger)
    assert read(three.stranger) == {ours.pk, to_them.pk}
    assert secret.pk in read(three.owner) and aside.pk not in read(three.owner)


def test_a_deputy_of_a_part_sees_that_part(three: Three) -> None:
    deal = make_record("deal", "Displays", owner=three.owner, team=three.team, who="team").record
    away(three, kinds=["deal"])
    assert seen(three.stranger) & {deal.pk, three.company.pk} == {deal.pk}


def test_a_deputy_of_somebody_who_left_sees_nothing_more(three: Three) -> None:
    away(three)
    User.objects.filter(pk=three.owner.pk).update(deactivated_at=timezone.now())
    assert three.company.pk not in seen(three.stranger)


def test_places_are_not_handed_on(three: Three) -> None:
    """The deputy of a deputy does not come into the first one's place."""
    away(three)
    now, other = timezone.now(), make_user("Third", teams=[make_team()])
    plan_absence(three.stranger, by=three.stranger, deputy=other, starts_at=now, ends_at=now + DAY)
    assert three.other.pk in seen(other)
    assert three.company.pk not in seen(other)


def test_back_earlier_closes_it_at_once(three: Three) -> None:
    absence = away(three)
    with pytest.raises(Stale):
        end_absence(absence.pk, by=three.owner, version=7)
    with pytest.raises(Hidden):
        end_absence(absence.pk, by=three.colleague)
    end_absence(absence.pk, by=three.owner, version=1)
    assert three.company.pk not in seen(three.stranger)
    now = timezone.now()
    later = away(three, starts_at=now + DAY, ends_at=now + 2 * DAY)
    assert end_absence(later.pk, by=three.owner) is None
    assert not Absence.objects.filter(pk=later.pk).exists()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ends_at": -DAY}, "until"),
        ({"starts_at": -5 * DAY}, "from"),
        ({"ends_at": 400 * DAY}, "until"),
        ({"deputy": "owner"}, "deputy"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(
    three: Three, said: dict[str, object], field: str
) -> None:
    now = timezone.now()
    more = {name: now + v if isinstance(v, timedelta) else v for name, v in said.items()}
    if more.get("deputy"):
        more["deputy"] = three.owner
    with pytest.raises(ValidationError) as refused:
        away(three, **more)
    assert list(refused.value.message_dict) == [field]
    assert not Absence.objects.exists()


def test_who_may_say_that_somebody_is_away(three: Three) -> None:
    manager = make_user("Boss", role="manager", teams=[three.team])
    afar = make_user("Far boss", role="manager", teams=[make_team()])
    administrator = make_user("Admin", role="administrator")
    assert may_plan_absence(three.owner, three.owner)
    assert may_plan_absence(manager, three.owner)
    assert may_plan_absence(administrator, three.owner)
    assert not may_plan_absence(three.colleague, three.owner)
    assert not may_plan_absence(afar, three.owner)
    assert not may_plan_absence(manager, administrator)
    with pytest.raises(Hidden):
        now = timezone.now()
        plan_absence(
            three.owner,
            by=three.colleague,
            deputy=three.colleague,
            starts_at=now,
            ends_at=now + DAY,
        )


def test_administrators_look_in_with_a_reason_for_a_time_and_are_seen(three: Three) -> None:
    administrator = make_user("Admin", role="administrator")
    own = make_record("company", "Mine", owner=three.owner, who="me").record
    secret = make_entry(three.company, "for me", author=three.owner, who="me")
    assert own.pk not in seen(administrator)
    with pytest.raises(ValidationError):
        begin_look_in(three.owner, by=administrator, reason=" ", minutes=15)
    with pytest.raises(Hidden):
        begin_look_in(three.owner, by=three.colleague, reason="curious", minutes=15)
    begun = begin_look_in(three.owner, by=administrator, reason="An audit", minutes=15)
    assert own.pk not in seen(administrator), "only the request that says so sees more"

    looking = again(administrator)
    go_on_looking(looking, begun.pk)
    found = Record.objects.visible_to(looking)
    assert found.filter(pk=own.pk).exists()
    assert Entry.objects.visible_to(looking).filter(pk=secret.pk).exists()
    assert may(looking, "view", own)
    assert not may(looking, "view", make_record("company", owner=three.colleague, who="me").record)
    for verb in ("edit", "delete", "export"):
        assert not may(looking, verb, own)
        rows = Record.objects.unguarded(reason="the rule itself is tested")
        assert not rows.filter(visible_q(looking, verb=verb), pk=own.pk).exists()
    for _twice in range(2):
        tell_opened(looking, own)
        tell_opened(looking, three.company)
    assert [kept.record_id for kept in Looked.objects.all()] == [own.pk]

    end_look_in(begun.pk, by=administrator)
    late = again(administrator)
    assert go_on_looking(late, begun.pk) is None
    assert not Record.objects.visible_to(late).filter(pk=own.pk).exists()
    events = list(Line.objects.order_by("number").values_list("event", flat=True))
    assert events == ["look-in begun", "looked in", "look-in ended"]


def test_looking_in_ends_with_its_time_and_with_the_role(three: Three) -> None:
    administrator = make_user("Admin", role="administrator")
    begun = begin_look_in(three.owner, by=administrator, reason="An audit", minutes=15)
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert go_on_looking(again(administrator), begun.pk) is None
    User.objects.filter(pk=administrator.pk).update(role=three.owner.role)
    assert go_on_looking(again(administrator), begun.pk) is None


def test_looking_in_is_of_who_began_it(three: Three) -> None:
    administrator, other = (make_user(role="administrator") for _ in range(2))
    begun = begin_look_in(three.owner, by=administrator, reason="An audit", minutes=15)
    assert go_on_looking(again(administrator), begun.pk)
    assert go_on_looking(again(other), begun.pk) is None


def test_filters_and_rules_say_the_same_of_what_is_lent(three: Three) -> None:
    """Lists, single things and the oracle, for every verb: shares, and deputies for a part."""
    owner, guest = three.owner, make_user("Guest", role=make_role("nothing", scopes={}))
    other = make_user("Other", role="manager", teams=[three.team])
    records = [
        make_record(kind, owner=whose, team=three.team, who=who).record
        for kind in ("company", "deal")
        for whose in (owner, three.colleague, other)
        for who in ("everyone", "team", "me")
    ]
    share_record(records[1].pk, by=owner, to=guest)
    share_record(records[2].pk, by=owner, to=guest, edits=True)
    users = [guest, three.stranger]
    away(three, deputy=guest, kinds=["deal"])
    plan_absence(
        other,
        by=other,
        deputy=three.stranger,
        starts_at=timezone.now(),
        ends_at=timezone.now() + DAY,
        kinds=["company"],
    )
    rows = Record.objects.unguarded(reason="the rule itself is tested")
    for user in users:
        person = Person(again(user))
        for verb in Grant.Verb.values:
            reader = again(user)
            listed = set(rows.filter(visible_q(reader, verb=verb)).values_list("pk", flat=True))
            expected = {r.pk for r in records if person.may(verb, r)}
            assert listed & {r.pk for r in records} == expected, (user.name, verb)
            assert {r.pk for r in records if may(reader, verb, r)} == expected, (user.name, verb)
