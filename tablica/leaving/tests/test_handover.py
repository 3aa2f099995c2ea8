"""Handing over, stopping, going on, taking back: what goes to whom, and what is left."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.core.exceptions import ValidationError

from tablica.accounts.commands.tokens import make_token
from tablica.accounts.models import ApiToken, Team, User
from tablica.leaving.commands import passing, planning
from tablica.leaving.commands.beginning import (
    begin_handover,
    resume_handover,
    stop_handover,
    undo_handover,
)
from tablica.leaving.commands.planning import choose_heir, choose_successor, plan_handover
from tablica.leaving.commands.rule import change_rule
from tablica.leaving.models import Handover, HandoverRow
from tablica.notices.models import Notice
from tablica.records.audiences import audience
from tablica.records.models import Change, Record
from tablica.shared.errors import Refused
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.trail.models import Line
from tablica.wall.commands.owners import give_records
from tablica.wall.models import Draft, Entry, Follow
from tests.cast import again, make_entry, make_record, make_role, make_team, make_user
from tests.gates.worlds import begin_draft

pytestmark = pytest.mark.django_db


class Office:
    """Anna leaves; Marek knows her clients, Zofia is in her team, Boss administers."""

    def __init__(self) -> None:
        self.team: Team = make_team("Sales")
        self.boss = make_user("Boss", role="administrator")
        self.anna = make_user("Anna", teams=[self.team])
        self.marek = make_user("Marek", teams=[self.team])
        self.zofia = make_user("Zofia", teams=[self.team])
        self.known = make_record("company", "Known", owner=self.anna).record
        make_entry(self.known, "He was there", author=self.marek)
        self.secret = make_record("deal", "Secret", owner=self.anna, who="me").record
        self.own_note = make_entry(self.known, "For me", author=self.anna, who="me")
        self.draft = begin_draft(self.anna, record=self.known)
        Follow.objects.create(user=self.anna, record=self.known, mode="talk")
        make_token(self.anna)

    def hand_over(self) -> Handover:
        plan_handover(self.anna, by=self.boss)
        choose_heir(self.anna, by=self.boss, to=self.zofia)
        handover = begin_handover(self.anna, by=self.boss)
        run_jobs()
        handover.refresh_from_db()
        return handover


@pytest.fixture
def office() -> Office:
    return Office()


def owner_of(record: Record) -> User | None:
    return Record.objects.unguarded(reason="tests").get(pk=record.pk).owner


def reads(user: User, entry: Entry) -> bool:
    return Entry.objects.visible_to(again(user)).filter(pk=entry.pk).exists()


def test_everything_goes_to_who_knows_it(office: Office) -> None:
    handover = office.hand_over()
    assert handover.ended_at
    assert owner_of(office.known) == office.marek
    assert owner_of(office.secret) in (office.marek, office.zofia)
    told = Entry.objects.unguarded(reason="tests").filter(record=office.known, type="changed")
    assert told.get().author == office.boss
    change = Change.objects.get(record=office.known)
    assert change.fields == {"owner": [office.anna.pk, office.marek.pk]}
    follow = Follow.objects.get(user=office.marek, record=office.known)
    assert (follow.mode, follow.why) == ("talk", "own")
    assert not again(office.anna).is_active
    assert not ApiToken.objects.filter(user=office.anna, revoked_at=None).exists()
    lines = Line.objects.filter(event__in=["left", "handed over"]).order_by("number")
    assert [line.event for line in lines] == ["left", "handed over"]


def test_each_successor_hears_of_it_once(office: Office) -> None:
    for number in range(7):
        body = make_record("company", f"More {number}", owner=office.anna)
        make_entry(body, "There again", author=office.marek)
    office.hand_over()
    notice = Notice.objects.visible_to(again(office.marek)).get()
    assert "9 records are yours now" in notice.entry.body
    assert not reads(office.zofia, notice.entry)


def test_the_doors_close_before_anything_is_passed_on(office: Office) -> None:
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    begin_handover(office.anna, by=office.boss)
    assert not again(office.anna).is_active
    assert owner_of(office.known) == office.anna
    begin_handover(office.anna, by=office.boss)
    assert Line.objects.filter(event="left").count() == 1


def test_it_stops_and_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "AT_ONCE", 1)
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    handover = begin_handover(office.anna, by=office.boss)
    passing.pass_some(handover.pk)
    stop_handover(office.anna, by=office.boss)
    run_jobs()
    assert handover.rows.there().count() == 1
    resume_handover(office.anna, by=office.boss)
    run_jobs()
    handover.refresh_from_db()
    assert handover.ended_at
    assert handover.rows.there().count() == 2


class Killed(BaseException):
    """The process ends here."""


def test_a_kill_in_the_middle_leaves_nothing_half_and_doubles_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [make_record("company", owner=office.anna).record for _ in range(9)]
    monkeypatch.setattr(passing, "AT_ONCE", 4)
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    handover = begin_handover(office.anna, by=office.boss)
    given: list[int] = []

    def cut_off(owners: Mapping[int, int | None], *, by: User | None) -> None:
        give_records(owners, by=by)
        given.extend(owners)
        if len(given) > 4:
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(passing, "give_records", cut_off)
        passing.run(handover.pk)
    done = handover.rows.there().count()
    assert done == 4
    assert Change.objects.count() == done
    passing.run(handover.pk)
    passing.run(handover.pk)
    assert Change.objects.count() == len(records) + 2
    assert Line.objects.filter(event="handed over").count() == 1
    told = Entry.objects.unguarded(reason="tests").filter(type="changed")
    assert told.count() == len(records) + 2


def test_one_undo_takes_back_what_nobody_changed_since(office: Office) -> None:
    third = make_user("Third")
    given_on = make_record("company", "Given on", owner=office.anna).record
    office.hand_over()
    Record.objects.unguarded(reason="tests").filter(pk=given_on.pk).update(owner=third)
    undo_handover(office.anna, by=office.boss)
    run_jobs()
    assert owner_of(office.known) == owner_of(office.secret) == office.anna
    assert owner_of(given_on) == third
    assert HandoverRow.objects.get(record=given_on).left == HandoverRow.Left.CHANGED
    assert not Follow.objects.filter(user=office.marek, record=office.known).exists()
    assert not again(office.anna).is_active
    assert not ApiToken.objects.filter(user=office.anna, revoked_at=None).exists()
    assert Line.objects.filter(event="handover undone").count() == 1
    undo_handover(office.anna, by=office.boss)
    run_jobs()
    assert Line.objects.filter(event="handover undone").count() == 1


def test_what_somebody_else_took_meanwhile_stays_theirs(office: Office) -> None:
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    begin_handover(office.anna, by=office.boss)
    Record.objects.unguarded(reason="tests").filter(pk=office.known.pk).update(owner=office.zofia)
    run_jobs()
    assert owner_of(office.known) == office.zofia


def test_closed_writings_stay_closed_unless_the_rule_opens_them(office: Office) -> None:
    office.hand_over()
    assert not reads(office.marek, office.own_note)
    assert Draft.objects.unguarded(reason="tests").get(pk=office.draft.pk).author == office.anna


def test_the_rule_opens_closed_writings_to_the_successor_and_undo_closes_them(
    office: Office,
) -> None:
    change_rule(by=office.boss, records="successor", entries="successor", drafts="successor")
    office.hand_over()
    assert reads(office.marek, office.own_note)
    assert not reads(office.zofia, office.own_note)
    assert Draft.objects.visible_to(again(office.zofia)).filter(pk=office.draft.pk).exists()
    undo_handover(office.anna, by=office.boss)
    run_jobs()
    assert not reads(office.marek, office.own_note)
    note = Entry.objects.unguarded(reason="tests").get(pk=office.own_note.pk)
    assert note.audience == audience("me")
    assert Draft.objects.unguarded(reason="tests").get(pk=office.draft.pk).author == office.anna


def test_the_rule_can_keep_closed_records_closed(office: Office) -> None:
    change_rule(by=office.boss, records="keep", entries="keep", drafts="keep")
    office.hand_over()
    assert owner_of(office.secret) == office.anna
    assert owner_of(office.known) == office.marek


def test_who_may_not_own_a_kind_gets_none_of_it(office: Office) -> None:
    role = make_role("no-deals", scopes={"view": "all", "edit": "all", "deal.view": "none"})
    blind = make_user("Blind", role=role, teams=[office.team])
    make_entry(office.secret, "I was here once", author=blind)
    plan_handover(office.anna, by=office.boss)
    row = HandoverRow.objects.get(record=office.secret)
    assert row.to != blind
    with pytest.raises(ValidationError) as refused:
        choose_successor(office.anna, by=office.boss, to=blind, kind="deal")
    assert "to" in refused.value.message_dict
    assert choose_successor(office.anna, by=office.boss, to=blind, kind="company") == 1


def test_a_successor_who_left_meanwhile_makes_it_wait(office: Office) -> None:
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    handover = begin_handover(office.anna, by=office.boss)
    User.objects.filter(pk=office.marek.pk).update(deactivated_at=handover.begun_at)
    run_jobs()
    handover.refresh_from_db()
    assert handover.stopped_at
    assert not handover.ended_at
    row = HandoverRow.objects.get(record=office.known)
    assert row.left == HandoverRow.Left.SUCCESSOR
    choose_successor(office.anna, by=office.boss, to=office.zofia, row=row.pk)
    resume_handover(office.anna, by=office.boss)
    run_jobs()
    assert owner_of(office.known) == office.zofia


def test_what_they_got_since_the_plan_goes_along(office: Office) -> None:
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    late = make_record("company", "Late", owner=office.anna).record
    Record.objects.unguarded(reason="tests").filter(pk=office.known.pk).update(owner=office.zofia)
    begin_handover(office.anna, by=office.boss)
    run_jobs()
    assert owner_of(late) == office.zofia
    assert not HandoverRow.objects.filter(record=office.known).exists()


def test_many_are_proposed_by_the_job_and_what_was_chosen_meanwhile_stays(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "AT_FIRST", 0)
    plan_handover(office.anna, by=office.boss)
    assert not HandoverRow.objects.exclude(to=None).exists()
    with pytest.raises(ValidationError):
        begin_handover(office.anna, by=office.boss)
    choose_successor(office.anna, by=office.boss, to=office.zofia, kind="company")
    run_jobs()
    assert HandoverRow.objects.get(record=office.known).to == office.zofia
    assert HandoverRow.objects.get(record=office.secret).to is not None
    assert Handover.objects.get().heir is not None


def test_nothing_begins_while_somebody_has_to_be_chosen() -> None:
    boss, lonely = make_user("Boss", role="administrator"), make_user("Lonely")
    make_record("company", owner=lonely)
    plan_handover(lonely, by=boss)
    with pytest.raises(ValidationError):
        begin_handover(lonely, by=boss)
    assert again(lonely).is_active


def test_only_administrators_and_nobody_for_themselves(office: Office) -> None:
    with pytest.raises(Refused):
        plan_handover(office.anna, by=office.marek)
    with pytest.raises(Refused):
        plan_handover(office.boss, by=office.boss)
    plan_handover(office.boss, by=None)
    with pytest.raises(Refused):
        begin_handover(office.boss, by=None)
    assert again(office.boss).is_active


def test_it_stops_when_who_began_it_administers_no_more(office: Office) -> None:
    other = make_user("Other", role="administrator")
    plan_handover(office.anna, by=office.boss)
    choose_heir(office.anna, by=office.boss, to=office.zofia)
    handover = begin_handover(office.anna, by=office.boss)
    User.objects.filter(pk=office.boss.pk).update(role=office.zofia.role)
    run_jobs()
    assert owner_of(office.known) == office.anna
    resume_handover(office.anna, by=other)
    run_jobs()
    handover.refresh_from_db()
    assert handover.ended_at
    assert owner_of(office.known) == office.marek
