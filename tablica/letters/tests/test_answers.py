"""Answers by mail: a comment once, by the person, under their rights of now; or kept aside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tablica.accounts.models import User
from tablica.letters import keys
from tablica.letters.commands import answers
from tablica.letters.commands.answers import keep_answer, read_again, read_answer
from tablica.letters.models import Answer, Key
from tablica.letters.problems import SENTENCES
from tablica.letters.tests.working import anew, work
from tablica.records.audiences import audience
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.mail.models import Letter
from tablica.shared.mail.tests import programs
from tablica.shared.mail.tests.programs import OWN, PROGRAMS, Said
from tablica.shared.mail.tests.sink import Sink
from tablica.wall.commands import comments, entries
from tablica.wall.models import Comment
from tests.cast import Three

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_waits", "mail_server")]


@pytest.fixture
def entry(three: Three) -> int:
    return entries.write_entry(three.company.pk, by=three.owner, text="We sign on Monday").pk


def came(
    user: User, entry: int, raw: bytes | None = None, *, envelope_from: str = "x@y.z", **more: str
) -> Answer:
    """An answer of `user` has come, and is read."""
    said = {"sender": f"{user.name} <{user.email}>", **more}
    address = keys.reply_address(user, entry)
    key = keys.key_of_address(address)
    assert key is not None
    raw = raw or programs.mail(Said("Yes", ""), to=address, form="text", **said).as_bytes()
    answer = keep_answer(key, raw, envelope_from=envelope_from)
    run_jobs()
    answer.refresh_from_db()
    return answer


def said_on(entry: int) -> list[tuple[str | None, str]]:
    found = Comment.objects.unguarded(reason="tests").filter(entry=entry, trashed_at=None)
    return [(c.author.name if c.author else None, c.body) for c in found.order_by("pk")]


@pytest.mark.parametrize("form", ["both", "html"])
@pytest.mark.parametrize(("program", "language"), list(programs.every()))
def test_from_a_letter_to_a_comment_and_back(
    program: str, language: str, form: str, three: Three, mail_server: Sink
) -> None:
    """Notice, letter, answer with quotation from this program in this language: one comment."""
    anew(three.colleague, language=language)
    note = entries.write_entry(
        three.company.pk, by=three.owner, text=f"@{three.colleague.name} We sign on Monday"
    )
    work(minutes=3)
    (letter,) = mail_server.mails
    key = keys.key_of_address(letter["Reply-To"].strip())
    assert key is not None
    sent = programs.mail(
        PROGRAMS[program](language),
        sender=three.colleague.email,
        to=letter["Reply-To"].strip(),
        form=form,
    )
    for _ in range(2):
        keep_answer(key, sent.as_bytes(), envelope_from=three.colleague.email)
        work()
    (who, body), *rest = said_on(note.pk)
    assert rest == []
    assert who == three.colleague.name
    assert [line for line in body.split("\n") if line] == OWN[language].split("\n")


def test_the_same_mail_twice_is_one_comment(three: Three, entry: int) -> None:
    first = came(three.colleague, entry)
    again = came(three.colleague, entry)
    assert (first.state, again.pk) == ("done", first.pk)
    assert said_on(entry) == [(three.colleague.name, "Yes")]


def test_the_same_name_with_other_words_is_not_lost(three: Three, entry: int) -> None:
    came(three.colleague, entry)
    raw = programs.mail(Said("No", ""), sender=three.colleague.email, form="text").as_bytes()
    other = came(three.colleague, entry, raw)
    assert (other.state, other.problem) == ("aside", "same_name")
    assert said_on(entry) == [(three.colleague.name, "Yes")]


def test_the_same_words_in_other_bytes_under_one_name_are_one(three: Three, entry: int) -> None:
    came(three.colleague, entry)
    raw = programs.mail(Said("Yes", ""), sender=three.colleague.email, form="text").as_bytes()
    other = came(three.colleague, entry, raw + b"\r\n")
    assert (other.state, other.problem) == ("passed", "twice")


def test_mails_without_a_name_are_each_their_own(three: Three, entry: int) -> None:
    for text in ("One", "Two"):
        message = programs.mail(Said(text, ""), sender=three.colleague.email, form="text")
        del message["Message-ID"]
        came(three.colleague, entry, message.as_bytes())
    assert [body for _who, body in said_on(entry)] == ["One", "Two"]


def test_a_job_that_runs_twice_writes_once(three: Three, entry: int) -> None:
    answer = came(three.colleague, entry)
    Answer.objects.filter(pk=answer.pk).update(state="came")
    read_answer(answer.pk)
    assert len(said_on(entry)) == 2, "the premise: only its state holds it back"
    read_answer(answer.pk)
    assert len(said_on(entry)) == 2


def test_what_is_kept_aside_says_why(three: Three, entry: int) -> None:
    person = three.colleague
    cases = {
        "other_sender": came(person, entry, sender="Karol Colleague <karol@evil.example>"),
        "automatic": came(person, entry, b"Auto-Submitted: auto-replied\r\n\r\nI am away"),
        "null_sender": came(person, entry, b"\r\nUndelivered", envelope_from=""),
        "broken": came(person, entry, b"\xff\xfe" * 10),
    }
    two = f"{person.email}, eve@evil.example"
    cases["two senders"] = came(person, entry, sender=two, message_id="<2@x>")
    raw = programs.mail(Said("> Yes", ""), sender=person.email, form="text").as_bytes()
    cases["nothing_new"] = came(person, entry, raw)
    checked = b"Authentication-Results: mx; dkim=pass; dmarc=fail\r\nFrom: %b\r\n\r\nHi"
    cases["failed_check"] = came(person, entry, checked % person.email.encode())
    assert said_on(entry) == []
    found = {name: (answer.state, answer.problem) for name, answer in cases.items()}
    assert found == {
        "other_sender": ("aside", "other_sender"),
        "automatic": ("passed", "automatic"),
        "null_sender": ("passed", "null_sender"),
        "broken": ("aside", "other_sender"),
        "two senders": ("aside", "other_sender"),
        "nothing_new": ("aside", "nothing_new"),
        "failed_check": ("aside", "failed_check"),
    }
    assert all(problem in SENTENCES for _state, problem in found.values())
    assert not Letter.objects.exists(), "nobody is answered"
    assert came(person, entry, message_id="<3@x>").state == "done", "the premise"


def test_who_lost_the_right_writes_nothing(three: Three, entry: int) -> None:
    only_me = audience("named", people=[three.owner])
    key = keys.key_of_address(keys.reply_address(three.colleague, entry))
    assert key is not None
    entries.edit_entry(entry, by=three.owner, version=None, values={"audience": only_me})
    answer = came(three.colleague, entry)
    assert (answer.state, answer.problem) == ("aside", "no_right")
    assert said_on(entry) == []
    entries.edit_entry(
        entry, by=three.owner, version=None, values={"audience": audience("everyone")}
    )
    assert read_again(answer.pk)
    run_jobs()
    assert said_on(entry) == [(three.colleague.name, "Yes")]
    assert not read_again(answer.pk)


def test_who_left_writes_nothing(three: Three, entry: int) -> None:
    address = keys.reply_address(three.colleague, entry)
    key = keys.key_of_address(address)
    assert key is not None
    raw = programs.mail(Said("Yes", ""), sender=three.colleague.email, form="text").as_bytes()
    answer = keep_answer(key, raw, envelope_from="a@b.c")
    anew(three.colleague, deactivated_at=timezone.now())
    run_jobs()
    answer.refresh_from_db()
    assert (answer.state, answer.problem) == ("aside", "left")
    assert keys.key_of_address(address) is None


def test_only_the_right_address_is_known(three: Three, entry: int) -> None:
    address = keys.reply_address(three.colleague, entry)
    local, domain = address.split("@")
    assert len(local) <= 64
    key = keys.key_of_address(address.upper())
    assert key is not None
    assert (key.user, key.entry_id) == (three.colleague, entry)
    leaving = keys.token_for(three.colleague, Key.Purpose.LEAVE, reason="mention")
    for wrong in (
        f"{local}@example.org", f"{local}x@{domain}", f"{local[:-1]}@{domain}", f"reply@{domain}",
        f"reply+{leaving}@{domain}", f"postmaster@{domain}", "", "@", f"other{local[5:]}@{domain}",
    ):  # fmt: skip
        assert keys.key_of_address(wrong) is None, wrong
    assert address != keys.reply_address(three.owner, entry)


def test_files_are_named_and_said_not_to_be_here(three: Three, entry: int) -> None:
    message = programs.mail(Said("See", ""), sender=three.colleague.email, form="text")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="a`b_*.pdf")
    came(three.colleague, entry, message.as_bytes())
    ((_who, body),) = said_on(entry)
    assert body == "See\n\nAttached to the mail and not kept here: `a'b_*.pdf`"
    alone = programs.mail(
        Said("", ""), sender=three.colleague.email, form="text", message_id="<2@x>"
    )
    alone.add_attachment(b"x", maintype="application", subtype="pdf", filename="a.pdf")
    answer = came(three.colleague, entry, alone.as_bytes())
    assert (answer.state, answer.problem) == ("aside", "only_files")


def test_what_cannot_be_a_comment_is_kept_aside(three: Three, entry: int) -> None:
    text = "\u0301" * 200
    raw = programs.mail(Said(f"a{text}", ""), sender=three.colleague.email, form="text").as_bytes()
    answer = came(three.colleague, entry, raw)
    assert (answer.state, answer.problem) == ("aside", "refused")
    assert answer.detail


def test_bytes_are_kept_as_they_came_before_they_are_read(three: Three, entry: int) -> None:
    raw = b"From: x\r\n\r\n\xff\x00\r\n.\r\nend"
    answer = came(three.colleague, entry, raw)
    assert answers.store().path(answer.sha256).read_bytes() == raw
    assert answer.size == len(raw)


def test_old_answers_are_forgotten_with_their_bytes(
    three: Three, entry: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = came(three.colleague, entry)
    aside = came(three.colleague, entry, b"From: eve@evil.example\r\n\r\nForgotten later")
    monkeypatch.setattr(answers, "BYTES_KEPT", timedelta(seconds=-1))
    now = timezone.now()
    assert answers.forget(now + timedelta(days=6)) == 0
    assert answers.forget(now + timedelta(days=8)) == 1
    assert not answers.store().exists(done.sha256)
    assert answers.store().exists(aside.sha256)
    assert answers.forget(now + timedelta(days=91)) == 1
    assert not answers.store().exists(aside.sha256)
    assert len(said_on(entry)) == 1


def test_the_answer_tells_others_as_any_comment(
    three: Three, entry: int, mail_server: Sink
) -> None:
    came(three.colleague, entry)
    work(minutes=3)
    (letter,) = mail_server.mails
    assert letter["To"] == three.owner.email
    comments.trash_comment(Comment.objects.unguarded(reason="tests").get().pk, by=three.colleague)
