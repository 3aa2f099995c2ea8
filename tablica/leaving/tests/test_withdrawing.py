"""What is lent to who leaves, or by them as a deputy, ends with the handover, and is lent again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tablica.accounts.factors.models import CodeApp, Passkey, RecoveryCode
from tablica.accounts.models import Identity, Team, User
from tablica.leaving.commands.beginning import begin_handover, undo_handover
from tablica.leaving.commands.planning import choose_heir, plan_handover
from tablica.leaving.queries.inventory import inventory_of
from tablica.records.lending import plan_absence, share_record
from tablica.records.lent import lent_to
from tablica.records.looking import begin_look_in
from tablica.records.models import Absence, LookIn, Share
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.mail.models import Letter
from tablica.shared.mail.tests.sink import sink
from tests.cast import again, make_record, make_team, make_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


class Office:
    """Anna leaves; she stands in for Marek, Zofia for her. Lead leads them, Boss administers."""

    def __init__(self) -> None:
        self.team: Team = make_team("Sales")
        self.boss = make_user("Boss", role="administrator")
        self.anna = make_user("Anna", role="administrator", teams=[self.team])
        self.marek = make_user("Marek", teams=[self.team])
        self.zofia = make_user("Zofia", teams=[self.team])
        self.lead = make_user("Lead", role="manager", teams=[self.team])
        own = make_record("company", "For Marek", owner=self.marek, who="me").record
        self.shared = share_record(own.pk, by=self.marek, to=self.anna, edits=True).record
        hers = make_record("company", "Of Anna", owner=self.anna).record
        share_record(hers.pk, by=self.anna, to=self.marek)
        now = timezone.now()
        self.place = self.away(self.marek, self.anna)
        self.absence = self.away(self.anna, self.zofia)
        plan_absence(
            self.anna, by=self.anna, deputy=self.zofia, starts_at=now + DAY, ends_at=now + 2 * DAY
        )
        begin_look_in(self.marek, by=self.anna, reason="An audit", minutes=60)
        CodeApp.objects.create(user=self.anna, sealed="x")
        RecoveryCode.objects.create(user=self.anna, digest="x")
        Passkey.objects.create(user=self.anna, number="x", credential=b"", handle=b"x")
        Identity.objects.create(user=self.anna, issuer="https://id.example.org", subject="anna")

    def away(self, person: User, deputy: User) -> Absence:
        now = timezone.now()
        return plan_absence(person, by=person, deputy=deputy, starts_at=now, ends_at=now + 3 * DAY)

    def begin(self) -> None:
        plan_handover(self.anna, by=self.boss)
        run_jobs()
        choose_heir(self.anna, by=self.boss, to=self.zofia)
        begin_handover(self.anna, by=self.boss)
        run_jobs()

    def sees(self, user: User) -> str:
        browser = Client()
        browser.force_login(again(user))
        return browser.get("/settings/absence").text + browser.get("/").text


@pytest.fixture
def office() -> Office:
    return Office()


def test_the_page_counts_it_and_says_what_becomes_of_it(office: Office) -> None:
    found = inventory_of(office.anna)
    assert (found.shared_with, found.shared_by) == (1, 1)
    assert (found.absences, found.places, found.look_ins) == (2, 1, 1)
    assert (found.factors, found.identities) == (2, 1)
    browser = Client()
    browser.force_login(again(office.boss))
    page = browser.get(f"/settings/people/{office.anna.pk}/leaving").text
    for said in ("Records opened to them", "For whom they stand in", "Second factors"):
        assert said in page
    assert "nobody stands in then; they and who leads them are told" in page


def test_all_of_it_ends_with_the_beginning(office: Office) -> None:
    office.begin()
    now = timezone.now()
    assert not Share.objects.filter(user=office.anna).exists()
    assert Share.objects.filter(user=office.marek).exists(), "what she opened stays open"
    assert not Absence.objects.filter(person=office.anna, ends_at__gt=now).exists()
    assert not LookIn.objects.filter(ends_at__gt=now).exists()
    for model in (CodeApp, Passkey, RecoveryCode, Identity):
        assert not model._default_manager.filter(user=office.anna).exists()
    User.objects.filter(pk=office.anna.pk).update(deactivated_at=None)
    assert not lent_to(again(office.anna)).standing, "let in again they stand in for nobody"
    assert not lent_to(again(office.anna)).shared


def test_who_has_no_deputy_any_more_reads_it_and_so_does_who_leads_them(
    office: Office, settings: Any
) -> None:
    assert "No deputy" not in office.sees(office.marek)
    with sink() as kept:
        settings.SMTP, settings.TABLICA_URL = kept.smtp(), "https://crm.example.org"
        office.begin()
    page = office.sees(office.marek)
    assert "No deputy" in page and "has left: nobody stands in for you" in page
    letters = Letter.objects.filter(kind="absence")
    assert {letter.to for letter in letters} == {office.marek.email, office.lead.email}
    mine = letters.get(to=office.marek.email)
    assert "https://crm.example.org/settings/absence" in mine.text


def test_taken_back_it_is_lent_again(office: Office) -> None:
    office.begin()
    undo_handover(office.anna, by=office.boss)
    User.objects.filter(pk=office.anna.pk).update(deactivated_at=None)
    share = Share.objects.get(user=office.anna)
    assert (share.record, share.edits, share.made_by) == (office.shared, True, office.marek)
    lent = lent_to(again(office.anna))
    assert [place.person for place in lent.standing] == [office.marek]
    ends = list(Absence.objects.filter(person=office.anna).order_by("starts_at"))
    assert [row.deputy for row in ends] == [office.zofia, office.zofia]
    assert ends[0].pk == office.absence.pk and ends[0].ends_at == office.absence.ends_at
    assert not LookIn.objects.filter(ends_at__gt=timezone.now()).exists(), "this is not"
    assert "nobody stands in for you" not in office.sees(office.marek)
    undo_handover(office.anna, by=office.boss)
    assert Absence.objects.filter(person=office.anna).count() == 2


def test_what_is_over_or_decided_otherwise_is_not_lent_again(office: Office) -> None:
    office.begin()
    share_record(office.shared.pk, by=office.marek, to=office.zofia)
    User.objects.filter(pk=office.zofia.pk).update(deactivated_at=timezone.now())
    undo_handover(office.anna, by=office.boss)
    ahead = Absence.objects.filter(person=office.anna, ends_at__gt=timezone.now())
    assert not ahead.exists(), "the deputy has left, too"
