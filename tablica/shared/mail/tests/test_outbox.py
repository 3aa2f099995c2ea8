"""Letters: kept with what caused them, handed over once, tried again, given up with a reason."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.mail import delivery, queries
from tablica.shared.mail.commands import post_letter
from tablica.shared.mail.delivery import deliver, forget, take_letter, try_again
from tablica.shared.mail.models import Letter, Line
from tablica.shared.mail.tests.sink import OK, Sink, sink

pytestmark = pytest.mark.django_db


def post(number: int = 1, to: str = "anna@example.org", **more: Any) -> Letter:
    """One more letter in the outbox."""
    said = {"subject": f"Letter {number}", "text": "Zażółć gęślą jaźń. سلام", "html": "<p>Hi</p>"}
    letter = post_letter(to=to, message_id=f"<{number}@example.org>", **{**said, **more})
    assert letter is not None
    return letter


def state_of(letter: Letter) -> tuple[str, str]:
    letter.refresh_from_db()
    return letter.state, letter.last_error


def test_a_letter_leaves_with_its_job(mail_server: Sink) -> None:
    post(sender_name="Żaneta (CRM)", headers={"List-Id": "Łódź <wall-1.example.org>"})
    assert mail_server.mails == []
    run_jobs()
    (mail,) = mail_server.mails
    assert mail_server.addresses == ["anna@example.org"]
    assert mail["Message-ID"] == "<1@example.org>"
    assert mail["From"] == '"Żaneta (CRM)" <crm@example.org>'
    assert mail["List-Id"] == "Łódź <wall-1.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated", "said of every letter"
    text, html = mail.iter_parts()
    assert text.get_content().strip() == "Zażółć gęślą jaźń. سلام"
    assert html.get_content_type() == "text/html"
    assert mail_server.raw[0].isascii()
    run_jobs()
    assert deliver() == 0
    assert len(mail_server.mails) == 1


def test_what_is_rolled_back_sends_nothing(mail_server: Sink) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        post()
        raise ZeroDivisionError
    assert not Letter.objects.exists()
    assert not Job.objects.exists()


def test_the_same_letter_twice_is_one(mail_server: Sink) -> None:
    assert post() == post()
    assert deliver() == 1


def test_without_a_mail_server_nothing_is_kept(settings: Any) -> None:
    settings.SMTP = None
    assert post_letter(to="a@example.org", subject="", text="x", message_id="<1@x>") is None
    assert not Letter.objects.exists()
    assert not queries.overview().is_set_up


INJECTED = "Hello\r\nBcc: evil@example.net\r\n\r\nBody\u2028X-Evil: 1\0"


def test_no_header_can_be_brought_in(mail_server: Sink) -> None:
    post(subject=INJECTED, sender_name=INJECTED, headers={"List-Id": INJECTED})
    assert deliver() == 1
    assert mail_server.addresses == ["anna@example.org"]
    head = mail_server.raw[0].split(b"\r\n\r\n")[0].lower()
    for line in head.split(b"\r\n"):
        assert not line.startswith((b"bcc:", b"x-evil")), line
    with pytest.raises(ValidationError):
        post(2, to="a@example.org\nBcc: evil@example.net")
    with pytest.raises(ValueError, match="no name"):
        post(3, headers={"X-A: 1\r\nBcc": "evil@example.net"})


def test_one_refused_address_holds_up_nobody(mail_server: Sink) -> None:
    answers = {
        "gone@example.org": "550 5.1.1 No such person",
        "full@example.org": "452 4.2.2 Mailbox full",
    }
    mail_server.to = lambda address: answers.get(address, OK)
    gone, full, well = (
        post(1, "gone@example.org"),
        post(2, "full@example.org"),
        post(3, "well@example.org"),
    )
    assert deliver() == 1
    assert state_of(gone) == ("failed", "550 5.1.1 No such person")
    assert state_of(full) == ("waiting", "452 4.2.2 Mailbox full")
    assert state_of(well) == ("sent", "")
    assert full.not_before > timezone.now() + timedelta(seconds=40)
    assert deliver() == 0, "it waits before the next try"
    answers.clear()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert deliver() == 1


def test_a_refused_content_fails_and_a_full_disk_waits(mail_server: Sink) -> None:
    answers = {"a@example.org": "554 5.7.1 Spam", "b@example.org": "451 4.3.0 Later"}
    mail_server.data = answers.__getitem__
    spam, later = post(1, "a@example.org"), post(2, "b@example.org")
    assert deliver() == 0
    assert state_of(spam)[0] == "failed"
    assert state_of(later)[0] == "waiting"


def test_a_letter_that_is_too_large_holds_up_nobody(settings: Any) -> None:
    with sink(largest=5_000) as kept:
        settings.SMTP = kept.smtp()
        large, well = post(1, text="x" * 9_000), post(2)
        assert deliver() == 1
    state, error = state_of(large)
    assert (state, error[:4]) == ("failed", "552 ")
    assert state_of(well) == ("sent", "")
    assert queries.overview().line is None


@pytest.mark.parametrize("answer", ["550 5.7.1 Not from you", "452 4.3.1 No room", "421 Later"])
def test_a_refused_sender_is_the_lines_trouble(answer: str, mail_server: Sink) -> None:
    mail_server.sender = lambda _address: answer
    letters = [post(1), post(2)]
    assert deliver() == 0
    assert [state_of(letter) for letter in letters] == [("waiting", "")] * 2
    line = queries.overview().line
    assert line is not None
    assert line.last_error == answer


def test_a_letter_is_given_up_after_days_with_the_reason(mail_server: Sink) -> None:
    mail_server.to = lambda _address: "451 4.7.1 Greylisted"
    letter = post()
    tries = 0
    with time_machine.travel(timezone.now(), tick=False) as clock:
        while state_of(letter)[0] == "waiting":
            deliver()
            tries += 1
            clock.shift(timedelta(minutes=72))
            assert tries < 100
    assert state_of(letter) == ("failed", "451 4.7.1 Greylisted")
    assert tries > 50
    assert queries.overview().failed[0].to == "anna@example.org"
    mail_server.to = lambda _address: OK
    assert try_again(letter.pk)
    assert not try_again(letter.pk)
    assert deliver() == 1


def test_a_server_that_is_away_is_not_hammered_and_nothing_is_lost(settings: Any) -> None:
    with sink() as gone:
        settings.SMTP = gone.smtp()
    letters = [post(number) for number in range(5)]
    tries: list[datetime] = []
    with time_machine.travel(datetime(2026, 5, 4, 8, tzinfo=UTC), tick=False) as clock:
        Letter.objects.update(not_before=timezone.now(), created_at=timezone.now())
        for _ in range(24 * 12):
            failures = Line.objects.filter(failures__gt=0).values_list("failures", flat=True)
            before = sum(failures)
            deliver()
            if sum(failures.all()) > before:
                tries.append(timezone.now())
            clock.shift(timedelta(minutes=5))
        hours = [sum(t.hour == hour and t.day == 4 for t in tries) for hour in range(8, 24)]
        assert max(hours) <= 10
        assert tries[-1] > timezone.now() - timedelta(hours=2)
        line = queries.overview().line
        assert line is not None
        assert "refused" in line.last_error
        with sink() as back:
            settings.SMTP = back.smtp()
            clock.shift(timedelta(hours=2))
            assert deliver() == 5
            assert len(back.mails) == 5
    assert queries.overview().line is None
    assert {state_of(letter)[0] for letter in letters} == {"sent"}


def test_a_server_away_for_days_is_given_up_but_no_clock_gives_up_alone(settings: Any) -> None:
    with sink() as gone:
        settings.SMTP = gone.smtp()
    letter = post()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        deliver()
        clock.shift(timedelta(days=365))
        deliver()
        assert state_of(letter)[0] == "waiting", "one jump of the clock is no week of trying"
        clock.shift(timedelta(days=-365))
        assert not queries.rests(timezone.now() + timedelta(minutes=3))
        for _ in range(40):
            deliver()
            clock.shift(timedelta(hours=2))
        assert state_of(letter)[0] == "failed"
    assert "refused" in letter.last_error


def test_whoever_may_not_send_is_the_lines_trouble_not_the_letters(settings: Any) -> None:
    with sink(user="me", password="secret") as kept:
        settings.SMTP = kept.smtp(user="me", password="wrong")
        letter = post()
        assert deliver() == 0
        assert state_of(letter)[0] == "waiting"
        line = queries.overview().line
        assert line is not None
        assert "535" in line.last_error
        assert "wrong" not in line.last_error
        Line.objects.update(next_try=None)
        settings.SMTP = kept.smtp(user="me", password="secret")
        assert deliver() == 1


def test_encryption_is_kept_to(
    settings: Any, certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed, context = certificate
    letter = post_plain = None
    with sink() as plain:
        settings.SMTP = plain.smtp(starttls=True)
        post_plain = post(1)
        assert deliver() == 0, "a server without STARTTLS gets nothing"
        assert plain.raw == []
    with sink(certificate=context) as kept:
        settings.SMTP = kept.smtp(starttls=True)
        Line.objects.update(next_try=None)
        assert deliver() == 0, "nobody vouches for this certificate"
        line = queries.overview().line
        assert line is not None
        assert "certificate verify failed" in line.last_error.lower()
        monkeypatch.setenv("SSL_CERT_FILE", str(signed))
        Line.objects.update(next_try=None)
        letter = post(2)
        assert deliver() == 2
        assert kept.encrypted == [True, True]
        settings.SMTP = kept.smtp(starttls=True, host="localhost")
        post(3)
        assert deliver() == 1
    assert {state_of(post_plain)[0], state_of(letter)[0]} == {"sent"}


def test_a_letter_taken_is_not_taken_again_until_the_lease_ends(mail_server: Sink) -> None:
    post()
    letter = take_letter()
    assert letter is not None
    assert take_letter() is None
    assert deliver() == 0
    with time_machine.travel(timezone.now() + delivery.LEASE + timedelta(seconds=1)):
        second = take_letter()
    assert second is not None
    delivery._put_down(letter, state=Letter.State.FAILED)
    assert state_of(letter)[0] == "waiting", "who slept through the lease records nothing"


def test_what_is_not_wanted_any_more_is_withdrawn(
    mail_server: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_askers", {"odd": lambda letter: letter.pk % 2 == 1})
    letters = [post(number, kind="odd") for number in range(4)]
    assert deliver() == 4, "sent, or done with"
    assert {state_of(letter)[0] for letter in letters if letter.pk % 2 == 0} == {"withdrawn"}


def test_old_letters_are_forgotten(mail_server: Sink) -> None:
    letter = post()
    assert deliver() == 1
    now = timezone.now()
    assert forget(now + timedelta(days=29)) == 0
    assert forget(now + timedelta(days=31)) == 1
    letter.refresh_from_db()
    assert (letter.text, letter.html, letter.subject, letter.headers) == ("", "", "", {})
    assert not try_again(letter.pk)
    forget(now + timedelta(days=400))
    assert not Letter.objects.exists()


def test_what_waits_through_a_clock_that_jumped_is_not_lost(mail_server: Sink) -> None:
    mail_server.to = lambda _address: "451 4.7.1 Greylisted"
    letter = post()
    now = timezone.now()
    with time_machine.travel(now + timedelta(days=365)):
        deliver()
        take_letter()
    mail_server.to = lambda _address: OK
    for jump in (timedelta(minutes=5), timedelta(hours=-2)):
        with time_machine.travel(now + jump):
            assert queries.due(timezone.now()).filter(pk=letter.pk).exists()
    assert deliver() == 1
