"""The pages on which something is lent, and those that tell what came of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tablica.access.jobs import tell_who_is_back
from tablica.access.queries import dossier
from tablica.accounts.models import User
from tablica.records.audiences import audience
from tablica.records.lending import plan_absence
from tablica.records.models import Absence, Looked, LookIn, Share
from tablica.shared.mail.models import Letter
from tablica.shared.mail.tests.sink import sink
from tablica.wall.commands import comments, entries
from tests.cast import Three, again, make_record, make_user, three_people

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def three() -> Three:
    return three_people()


def as_(user: User) -> Client:
    browser = Client()
    browser.force_login(again(user))
    return browser


def away(three: Three) -> Absence:
    now = timezone.now()
    return plan_absence(
        three.owner, by=three.owner, deputy=three.stranger, starts_at=now, ends_at=now + DAY
    )


def test_a_record_is_opened_to_one_person_more_until_the_end_of_a_day(three: Three) -> None:
    day = timezone.localdate() + 3 * DAY
    page = f"/r/{three.company.pk}/sharing"
    assert as_(three.stranger).get(page).status_code == 404
    said = {"to": three.stranger.pk, "edits": "on", "until": str(day)}
    assert as_(three.owner).post(page, said).status_code == 302
    share = Share.objects.get()
    assert (share.user, share.edits) == (three.stranger, True)
    assert share.last_moment and share.last_moment.date() == day
    seen = as_(three.stranger).get(page).text
    assert three.stranger.name in seen and "Close it to them" in seen
    assert "Open it to one person more" not in seen
    assert as_(three.owner).post(f"{page}/{three.stranger.pk}/end").status_code == 302
    assert not Share.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {"to": "", "until": ""},
        {"to": "999999"},
        {"to": "\0"},
        {"to": "me"},
        {"to": "stranger", "until": "2020-01-01"},
        {"to": "stranger", "until": "0001-01-01"},
        {"to": "stranger", "until": "9999-12-31"},
        {"to": "stranger", "until": "soon"},
    ],
)
def test_what_cannot_be_shared_so_is_refused_and_stays_typed(
    three: Three, said: dict[str, str]
) -> None:
    numbers = {"me": three.owner.pk, "stranger": three.stranger.pk}
    sent: dict[str, Any] = {**said, "to": numbers.get(said["to"], said["to"])}
    answer = as_(three.owner).post(f"/r/{three.company.pk}/sharing", sent)
    assert answer.status_code == 422
    assert not Share.objects.exists()
    assert not said.get("until") or said["until"] in answer.text


def test_an_absence_is_planned_by_days_where_the_person_is(three: Three) -> None:
    User.objects.filter(pk=three.owner.pk).update(timezone="Asia/Tehran")
    first = timezone.localdate() + 5 * DAY
    said = {"since": str(first), "until": str(first + DAY), "deputy": three.stranger.pk}
    assert as_(three.owner).post("/settings/absence", said).status_code == 302
    absence = Absence.objects.get()
    assert absence.ends_at - absence.starts_at == 2 * DAY
    assert f"{absence.starts_at:%H:%M}" == "20:30", "midnight in Tehran"
    page = as_(three.owner).get("/settings/absence").text
    assert three.stranger.name in page and "Take back" in page
    assert "For nobody at the moment." in page
    assert three.owner.name in as_(three.stranger).get("/settings/absence").text


def test_days_the_wrong_way_round_are_refused(three: Three) -> None:
    day = timezone.localdate() + 5 * DAY
    said = {"since": str(day), "until": str(day - DAY), "deputy": three.stranger.pk}
    answer = as_(three.owner).post("/settings/absence", said)
    assert answer.status_code == 422
    assert "Choose a day that is not before the first." in answer.text
    assert str(day) in answer.text


def test_the_deputy_reads_what_is_going_on_and_the_returned_what_was_done(three: Three) -> None:
    entries.write_entry(three.company.pk, by=three.owner, text="They wait for the offer")
    entries.write_entry(three.company.pk, by=three.owner, text="My own", audience=audience("me"))
    absence = away(three)
    address = f"/absences/{absence.pk}"
    going_on = as_(three.stranger).get(address).text
    assert "They wait for the offer" in going_on and three.company.title in going_on
    assert "My own" not in going_on
    assert as_(three.colleague).get(address).status_code == 404

    sent = entries.write_entry(three.company.pk, by=again(three.stranger), text="Offer is sent")
    comments.write_comment(sent.pk, by=again(three.stranger), text="They thank")
    with time_machine.travel(absence.ends_at + timedelta(minutes=1), tick=False):
        done = as_(three.owner).get(address).text
        assert "Offer is sent" in done and "1 comment" in done
        assert "They wait for the offer" not in done
        over = as_(three.stranger).get(address)
        assert over.status_code == 200 and "Offer is sent" not in over.text
        board = as_(three.owner)
        assert f'href="{address}"' in board.get("/").text
        assert board.post(f"{address}/read").status_code == 302
        assert f'href="{address}"' not in board.get("/").text


def test_much_done_on_one_record_hides_nothing_done_on_another(
    three: Three, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier, "MOST", 2)
    other = make_record(owner=three.owner, title="Other client")
    absence = away(three)
    deputy = again(three.stranger)
    entries.write_entry(other.pk, by=deputy, text="Only this")
    for number in range(2 * dossier.LAST + 1):
        entries.write_entry(three.company.pk, by=deputy, text=f"Much {number}")
    done = dossier.done_meanwhile(again(three.owner), absence)
    told = {part.record.title: [words.text for words in part.entries] for part in done.parts}
    assert told == {
        "Other client": ["Only this"],
        three.company.title: ["Much 6", "Much 5", "Much 4"],
    }


def test_who_is_back_gets_one_letter_in_their_language(three: Three, settings: Any) -> None:
    User.objects.filter(pk=three.owner.pk).update(language="pl")
    absence = away(three)
    with sink() as kept:
        settings.SMTP, settings.TABLICA_URL = kept.smtp(), "https://crm.example.org"
        tell_who_is_back.func()
        assert not Letter.objects.exists()
        with time_machine.travel(absence.ends_at + timedelta(minutes=1), tick=False):
            tell_who_is_back.func()
            tell_who_is_back.func()
    letter = Letter.objects.get()
    assert letter.to == three.owner.email
    assert f"https://crm.example.org/absences/{absence.pk}" in letter.text


def test_what_is_lent_is_among_the_reasons_why_somebody_sees_a_record(three: Three) -> None:
    boss = as_(make_user("Admin", role="administrator"))
    address = f"/settings/people/{three.stranger.pk}/view"
    share = {"to": three.stranger.pk, "until": ""}
    as_(three.owner).post(f"/r/{three.company.pk}/sharing", share)
    page = boss.get(address)
    assert page.status_code == 200 and "Opened to this person besides." in page.text
    assert "not with what is lent" in page.text, "what the role alone would allow"
    away(three)
    assert f"Stands in for {three.owner.name}." in boss.get(address).text


def test_a_deputy_is_told_on_the_dashboard_for_as_long_as_it_lasts(three: Three) -> None:
    absence = away(three)
    told, link = "You stand in for", f"/absences/{absence.pk}"
    page = as_(three.stranger).get("/").text
    assert told in page and three.owner.name in page and link in page
    assert told not in as_(three.colleague).get("/").text
    as_(three.owner).post(f"/absences/{absence.pk}/end", {"version": absence.version})
    assert told not in as_(three.stranger).get("/").text
    assert "<h1>While you were away</h1>" in as_(three.owner).get(link).text
    assert "While you were away" not in as_(three.stranger).get(link).text


def test_looking_in_is_a_session_that_the_other_can_read(three: Three) -> None:
    administrator = make_user("Admin", role="administrator")
    own = make_record("company", "For me alone", owner=three.owner, who="me").record
    browser = as_(administrator)
    address = f"/companies/{own.pk}"
    assert browser.get(address).status_code == 404
    ask = f"/settings/people/{three.owner.pk}/look-in"
    assert browser.post(ask, {"reason": " ", "minutes": "15"}).status_code == 422
    assert browser.post(ask, {"reason": "An audit", "minutes": "600"}).status_code == 422
    assert not LookIn.objects.exists()
    assert browser.post(ask, {"reason": "An audit", "minutes": "15"}).status_code == 302
    page = browser.get(address)
    assert page.status_code == 200 and "You look into what is of" in page.text
    assert browser.post(f"/r/{own.pk}/wall", {"text": "I was here"}).status_code == 404
    assert as_(administrator).get(address).status_code == 404, "another session does not look in"
    told = as_(three.owner).get("/settings/looked-into").text
    assert "An audit" in told and "For me alone" in told and administrator.name in told
    assert browser.post("/settings/look-in/end").status_code == 302
    assert browser.get(address).status_code == 404
    assert Looked.objects.count() == 1
