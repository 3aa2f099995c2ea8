"""The pages about mail: one's own choices, and how mail stands for administrators."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tablica.letters.events import EVENTS, event_of
from tablica.letters.models import Answer, Rhythm
from tablica.letters.queries import choices_of
from tablica.letters.tests.working import anew
from tablica.notices.models import Notice
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.mail.delivery import deliver
from tablica.shared.mail.models import Letter
from tablica.shared.mail.tests.sink import Sink
from tablica.wall.commands import entries
from tests.cast import Three, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_waits")]
USUAL = {
    "mention": "now", "author": "now", "talk": "now", "follow": "daily", "like": "never",
    "deputy": "now", "share": "now",
}  # fmt: skip


def sign_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(**changes: Any) -> dict[str, Any]:
    often = {f"often_{reason}": when for reason, when in USUAL.items()}
    return {**often, "hour": 8, "weekday": 0, **changes}


def test_every_reason_has_its_choice(three: Three) -> None:
    assert set(USUAL) == set(Notice.Reason.values), "decide on the new one, and say it here"
    assert choices_of(three.owner) == USUAL
    page = sign_in(three.owner).get("/settings/notifications").text
    for reason, label in Notice.Reason.choices:
        assert event_of(reason) in page
        assert reason in EVENTS, f"say of “{label}” what happens"
        assert f'name="often_{reason}"' in page
    assert "No mail server is set up yet" in page


def test_choices_are_kept(three: Three, mail_server: Sink) -> None:
    browser = sign_in(three.owner)
    new = sent(often_mention="weekly", often_follow="never", hour=17, weekday=4)
    assert browser.post("/settings/notifications", new).status_code == 302
    assert choices_of(three.owner) == {**USUAL, "mention": "weekly", "follow": "never"}
    rhythm = Rhythm.objects.get(user=three.owner)
    assert (rhythm.hour, rhythm.weekday) == (17, 4)
    assert choices_of(three.colleague) == USUAL
    page = browser.get("/settings/notifications").text
    assert "No mail server" not in page
    assert '<option value="17" selected>' in page


@pytest.mark.parametrize(
    "wrong", [{"hour": 24}, {"hour": "x"}, {"weekday": 7}, {"often_talk": "hourly"}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any], three: Three) -> None:
    answer = sign_in(three.owner).post("/settings/notifications", sent(**wrong))
    assert answer.status_code == 422
    assert choices_of(three.owner) == USUAL


def test_an_administrator_sees_how_mail_stands(three: Three, mail_server: Sink) -> None:
    boss = sign_in(make_user(role="administrator"))
    mail_server.to = lambda _address: "550 5.1.1 No such person"
    boss.post("/settings/mail/trial")
    assert deliver() == 0
    page = boss.get("/settings/mail").text
    assert "550 5.1.1 No such person" in page
    letter = Letter.objects.get()
    assert letter.subject not in page, "who it is to and why, never what it says"
    mail_server.to = lambda _address: "250 OK"
    assert boss.post(f"/settings/mail/letters/{letter.pk}/retry").status_code == 302
    run_jobs()
    assert len(mail_server.mails) == 1
    assert boss.post(f"/settings/mail/letters/{letter.pk}/retry").status_code == 404


def test_an_administrator_sees_a_server_that_is_away(three: Three, settings: Any) -> None:
    boss = sign_in(make_user(role="administrator"))
    assert "nobody gets letters" in boss.get("/settings/mail").text
    from tablica.shared.mail.tests.sink import sink

    with sink() as gone:
        settings.SMTP = gone.smtp(password="secret")
    boss.post("/settings/mail/trial")
    deliver()
    page = boss.get("/settings/mail").text
    assert "does not take letters" in page
    assert "refused" in page
    assert "secret" not in page


def test_an_administrator_sees_answers_kept_aside(three: Three) -> None:
    note = entries.write_entry(three.company.pk, by=three.owner, text="Confidential")
    answer = Answer.objects.create(
        user=three.colleague, entry=note, sha256="0" * 64, size=1, state="aside",
        problem="no_right", envelope_from="a@b.c", came_at=timezone.now(),
    )  # fmt: skip
    boss = sign_in(make_user(role="administrator"))
    page = boss.get("/settings/mail").text
    assert "may not read the entry any more" in page
    assert three.colleague.name in page
    assert "Confidential" not in page
    assert boss.post(f"/settings/mail/answers/{answer.pk}/retry").status_code == 302
    run_jobs()
    answer.refresh_from_db()
    assert (answer.state, answer.problem) == ("aside", "lost")


def test_pages_are_mirrored(three: Three) -> None:
    owner = anew(three.owner, language="fa")
    page = sign_in(owner).get("/settings/notifications").text
    assert 'dir="rtl"' in page
    assert "۰۸:۰۰" in page
