"""Letters at once: what is unread, in one letter for a discussion, and nothing that is hidden."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from tablica.accounts.models import Role, User
from tablica.letters.commands import sending
from tablica.letters.jobs import hear
from tablica.letters.models import Choice, Mailed
from tablica.letters.tests.working import anew, html_of, subject, text_of, wants, work
from tablica.letters.writing import root_id
from tablica.notices import commands as notices
from tablica.notices.models import Notice
from tablica.records.audiences import audience
from tablica.records.models import Record
from tablica.shared.jobs.models import Job
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.mail.models import Letter, Line
from tablica.shared.mail.tests.sink import Sink
from tablica.wall.commands import comments, entries, follows, lives
from tablica.wall.models import Entry
from tablica.wall.signals import quiet
from tests.cast import Three, again, make_record, make_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_waits")]


def write(three: Three, text: str = "We sign on Monday") -> int:
    """A note of the owner that names the colleague."""
    note = entries.write_entry(
        three.company.pk, by=three.owner, text=f"@{three.colleague.name} {text}"
    )
    return note.pk


def test_a_mention_is_mailed_after_the_grace(three: Three, mail_server: Sink) -> None:
    note = write(three, "We **sign** <b>on</b> Monday")
    work()
    assert mail_server.mails == [], "there is time to read it first"
    work(minutes=1)
    assert mail_server.mails == []
    work(minutes=3)
    (mail,) = mail_server.mails
    assert mail["To"] == three.colleague.email
    assert mail["From"] == '"Olga Owner (Zielony Regał)" <crm@example.org>'
    assert subject(mail).startswith("Mleczarnia Łódź: @Karol Colleague We sign")
    assert mail["References"] == mail["In-Reply-To"] == root_id(note)
    assert f"wall-{three.company.pk}.example.org" in mail["List-Id"]
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip().startswith("<https://crm.example.org/letters/leave/")
    assert mail["Reply-To"].endswith("@reply.example.org")
    text, html = text_of(mail), html_of(mail)
    assert f"https://crm.example.org/e/{note}" in text
    assert "because you are mentioned" in text
    assert "because you are mentioned" in html
    assert "<strong>sign</strong> &lt;b&gt;on&lt;/b&gt;" in html
    assert "<img" not in html
    assert "<script" not in html
    work(minutes=10)
    assert len(mail_server.mails) == 1


def test_what_was_read_is_not_mailed(three: Three, mail_server: Sink) -> None:
    write(three)
    work()
    notices.mark_read(again(three.colleague))
    work(minutes=3)
    assert mail_server.mails == []


def test_several_of_one_discussion_make_one_letter(three: Three, mail_server: Sink) -> None:
    note, other = write(three), write(three, "Something else")
    comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} at ten")
    comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} at noon")
    work(minutes=3)
    assert len(mail_server.mails) == 2
    by_root = {mail["References"]: mail for mail in mail_server.mails}
    text = text_of(by_root[root_id(note)])
    assert "at ten" in text
    assert "at noon" in text
    assert "Something else" not in text
    assert not subject(by_root[root_id(note)]).startswith("Re: ")
    comments.write_comment(other, by=three.owner, text=f"@{three.colleague.name} and that")
    work(minutes=6)
    last = mail_server.mails[-1]
    assert subject(last) == f"Re: {subject(by_root[root_id(other)])}"
    assert last["References"] == root_id(other)
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 3


def test_younger_news_wait_for_their_own_grace(three: Three, mail_server: Sink) -> None:
    write(three, "First")
    work()
    with time_machine.travel(timezone.now() + timedelta(seconds=100)):
        write(three, "Second")
        run_jobs()
    with time_machine.travel(timezone.now() + timedelta(seconds=125)):
        run_jobs()
        assert len(mail_server.mails) == 1
    with time_machine.travel(timezone.now() + timedelta(seconds=230)):
        run_jobs()
        assert len(mail_server.mails) == 2


def test_what_is_rolled_back_is_not_mailed(three: Three, mail_server: Sink) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(three)
        raise ZeroDivisionError
    work(minutes=3)
    assert mail_server.mails == []
    assert not Letter.objects.exists()


def test_without_a_mail_server_no_job_is_kept(three: Three) -> None:
    write(three)
    run_jobs()
    assert not Job.objects.filter(task__startswith="tablica.letters").exists()
    assert not Letter.objects.exists()


def test_what_one_may_no_longer_read_is_not_mailed(three: Three, mail_server: Sink) -> None:
    note = write(three)
    work()
    only_me = audience("named", people=[three.owner])
    entries.edit_entry(note, by=three.owner, version=None, values={"audience": only_me})
    work(minutes=3)
    assert mail_server.mails == []
    assert not Letter.objects.exists(), "it is not even written"


def hold_up(mail_server: Sink) -> Letter:
    """Let a letter wait in the outbox, written and not sent."""
    mail_server.to = lambda _address: "451 4.3.0 Later"
    work(minutes=3)
    return Letter.objects.get(state="waiting")


def let_go(mail_server: Sink) -> None:
    mail_server.to = lambda _address: "250 OK"
    Letter.objects.filter(state="waiting").update(not_before=timezone.now())
    Line.objects.all().delete()
    from tablica.shared.mail.delivery import deliver

    deliver()
    work(minutes=10)


def test_rights_are_asked_once_more_when_a_letter_leaves(three: Three, mail_server: Sink) -> None:
    note = write(three)
    comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} secret")
    letter = hold_up(mail_server)
    assert "secret" in letter.text
    only_me = audience("named", people=[three.owner])
    entries.edit_entry(note, by=three.owner, version=None, values={"audience": only_me})
    let_go(mail_server)
    assert mail_server.mails == []
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


def test_the_rest_of_a_letter_is_written_anew(three: Three, mail_server: Sink) -> None:
    note = write(three, "Stays")
    comment = comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} goes")
    hold_up(mail_server)
    comments.trash_comment(comment.pk, by=three.owner)
    let_go(mail_server)
    (mail,) = mail_server.mails
    assert "Stays" in text_of(mail)
    assert "goes" not in text_of(mail)


def test_a_record_named_in_a_text_is_told_by_rights(three: Three, mail_server: Sink) -> None:
    seen = make_record("company", "Seen by both", owner=three.owner)
    hidden = make_record("company", "Secret client", owner=three.owner, who="me")
    later = make_record("company", "Soon secret", owner=three.owner)
    write(three, f"Like [[{seen.pk}]], [[{hidden.pk}]] and [[{later.pk}]]")
    letter = hold_up(mail_server)
    assert "Soon secret" in letter.text, "the premise"
    Record.objects.unguarded(reason="tests").filter(pk=later.pk).update(audience=audience("me"))
    let_go(mail_server)
    (mail,) = mail_server.mails
    for said in (text_of(mail), html_of(mail)):
        assert "Seen by both" in said
        assert "secret" not in said.lower()
        assert "a record you cannot see" in said
    assert f'href="https://crm.example.org/r/{seen.pk}"' in html_of(mail)


def test_what_was_read_while_the_letter_waited_is_withdrawn(
    three: Three, mail_server: Sink
) -> None:
    write(three)
    hold_up(mail_server)
    notices.mark_read(again(three.colleague))
    let_go(mail_server)
    assert mail_server.mails == []


@pytest.mark.parametrize("when", ["before it is written", "while it waits"])
def test_who_left_gets_nothing(when: str, three: Three, mail_server: Sink) -> None:
    write(three)
    work()
    if when == "while it waits":
        hold_up(mail_server)
    anew(three.colleague, deactivated_at=timezone.now())
    let_go(mail_server)
    assert mail_server.mails == []


def test_what_one_wants_no_more_is_withdrawn_while_it_waits(
    three: Three, mail_server: Sink
) -> None:
    write(three)
    letter = hold_up(mail_server)
    wants(three.colleague, mention="never")
    let_go(mail_server)
    assert mail_server.mails == []
    letter.refresh_from_db()
    assert letter.state == "withdrawn"


def test_a_letter_that_waits_leaves_out_the_reason_one_left(
    three: Three, mail_server: Sink
) -> None:
    wants(three.colleague, follow="now")
    follows.follow(three.company.pk, by=three.colleague)
    note = entries.write_entry(three.company.pk, by=three.owner, text="Stays").pk
    comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} goes")
    letter = hold_up(mail_server)
    assert "goes" in letter.text, "the premise"
    wants(three.colleague, mention="never")
    let_go(mail_server)
    (mail,) = mail_server.mails
    assert "Stays" in text_of(mail)
    assert "goes" not in text_of(mail)
    way_out = mail["List-Unsubscribe"].strip(" <>")
    assert way_out != letter.headers["List-Unsubscribe"].strip("<>"), "that of what it says now"
    assert way_out in text_of(mail)
    assert mail["Message-ID"] == letter.message_id


def test_a_letter_that_waits_goes_to_the_address_of_now(three: Three, mail_server: Sink) -> None:
    write(three)
    letter = hold_up(mail_server)
    anew(three.colleague, email="new@example.org")
    anew(three.owner, name="Ola Nowa")
    let_go(mail_server)
    assert mail_server.addresses == ["new@example.org"]
    assert mail_server.mails[0]["From"] == '"Ola Nowa (Zielony Regał)" <crm@example.org>'
    letter.refresh_from_db()
    assert (letter.to, letter.sender_name) == ("new@example.org", "Ola Nowa (Zielony Regał)")


@pytest.mark.parametrize("often", Choice.Often.values)
def test_only_who_wants_it_gets_it_at_once(often: str, three: Three, mail_server: Sink) -> None:
    wants(three.colleague, mention=often)
    write(three)
    work(minutes=3)
    assert len(mail_server.mails) == (often == "now")


def test_a_new_choice_brings_nothing_old(three: Three, mail_server: Sink) -> None:
    wants(three.colleague, mention="never")
    write(three, "Old")
    work(minutes=3)
    wants(three.colleague, mention="now", at=timezone.now())
    write(three, "New")
    work(minutes=3)
    assert ["New" in text_of(mail) for mail in mail_server.mails] == [True]


def test_much_that_is_older_than_a_choice_keeps_nothing_new_back(
    three: Three, mail_server: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST", 2)
    wants(three.colleague, mention="daily")
    for number in range(3):
        write(three, f"Old {number}")
    run_jobs()
    wants(three.colleague, mention="now", at=timezone.now())
    write(three, "New")
    work(minutes=3)
    assert ["New" in text_of(mail) for mail in mail_server.mails] == [True]


def test_when_mail_is_set_up_nothing_old_is_mailed(three: Three, mail_server: Sink) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=2)), quiet():
        write(three, "Old")
        notices.tell_of(Entry.objects.unguarded(reason="tests").get().pk, by=three.owner.pk)
    assert Notice.objects.visible_to(three.colleague).exists(), "the premise"
    write(three, "New")
    work(minutes=3)
    assert ["New" in text_of(mail) for mail in mail_server.mails] == [True]


def test_changes_are_told(three: Three, mail_server: Sink) -> None:
    wants(three.colleague, follow="now")
    follows.follow(three.company.pk, by=three.colleague)
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Łódź"}, version=None)
    work(minutes=3)
    (mail,) = mail_server.mails
    assert "City: — → Łódź" in text_of(mail)
    assert "Łódź" in html_of(mail)


def hide_the_city(user: User) -> None:
    """From now on the role of `user`, and of nobody else, hides where companies are."""
    role = make_role("no-cities", scopes={"view": "all", "edit": "all"})
    Role.objects.filter(pk=role.pk).update(fields={"company": {"city": "hidden"}})
    anew(user, role=role)


@pytest.mark.parametrize("when", ["before it is written", "while it waits"])
def test_a_hidden_field_is_named_in_no_letter(when: str, three: Three, mail_server: Sink) -> None:
    wants(three.colleague, follow="now")
    follows.follow(three.company.pk, by=three.colleague)
    values = {"city": "Gdynia", "phone": "600 100 200"}
    lives.change_record(three.company.pk, by=three.owner, values=values, version=None)
    lives.change_record(three.company.pk, by=three.owner, values={"city": "Sopot"}, version=None)
    if when == "while it waits":
        mail_server.to = lambda _address: "451 4.3.0 Later"
        work(minutes=3)
        assert "Gdynia" in "".join(Letter.objects.values_list("text", flat=True)), "the premise"
    hide_the_city(three.colleague)
    let_go(mail_server)
    (mail,) = mail_server.mails
    for said in (subject(mail), text_of(mail), html_of(mail), mail_server.raw[0].decode()):
        assert not {"City", "Gdynia", "Sopot"} & set(re.findall(r"\w+", said))
    assert "600 100 200" in text_of(mail), "the other half of the change is told"


def test_a_letter_speaks_the_language_of_its_reader(three: Three, mail_server: Sink) -> None:
    anew(three.colleague, language="fa", timezone="Asia/Tehran")
    write(three, "قرارداد")
    work(minutes=3)
    (mail,) = mail_server.mails
    html = html_of(mail)
    assert '<html lang="fa" dir="rtl">' in html
    assert 'align="right"' in html
    local = timezone.localtime(timezone=__import__("zoneinfo").ZoneInfo("Asia/Tehran"))
    assert f"{local:%H:}".translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")) in text_of(mail)


def test_names_that_carry_headers_carry_none(three: Three, mail_server: Sink) -> None:
    anew(three.owner, name="Eve\r\nBcc: evil@example.net")
    write(three, "x\u2028\r\nBcc: evil@example.net")
    work(minutes=3)
    assert mail_server.addresses == [three.colleague.email]
    head = mail_server.raw[0].split(b"\r\n\r\n")[0].lower()
    assert b"\nbcc:" not in head


def test_each_notice_is_in_one_letter_however_often_jobs_run(
    three: Three, mail_server: Sink
) -> None:
    for number in range(4):
        write(three, f"News {number}")
    run_jobs()
    later = timezone.now() + timedelta(minutes=3)
    for _ in range(3):
        sending.mail_at_once([three.colleague.pk, three.owner.pk], later)
    assert Letter.objects.count() == Mailed.objects.count() == 4


def jobs_of(person: int) -> list[Job]:
    found = Job.objects.filter(task="tablica.letters.jobs.mail_at_once")
    return [job for job in found if job.args == [[person]]]


def test_one_job_waits_however_many_news_come(three: Three, mail_server: Sink) -> None:
    most = 0
    begin = timezone.now()
    with time_machine.travel(begin, tick=False) as clock:
        for number in range(20):
            write(three, f"News {number}")
            run_jobs()
            most = max(most, sum(job.state == "ready" for job in jobs_of(three.colleague.pk)))
            clock.shift(timedelta(seconds=30))
        for _ in range(10):
            run_jobs()
            clock.shift(timedelta(seconds=30))
        assert [job.state for job in jobs_of(three.colleague.pk)] == ["done"] * len(
            jobs_of(three.colleague.pk)
        ), "it ends when nothing is left"
    assert most == 1
    assert len(mail_server.mails) == 20
    noted = Mailed.objects.select_related("notice")
    waits = [(mailed.at - mailed.notice.up_at).total_seconds() for mailed in noted]
    assert min(waits) >= 120
    assert max(waits) <= 120 + 60


def test_hearing_asks_only_who_and_why(
    three: Three, mail_server: Sink, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        write(three, f"News {number}")
    run_jobs()
    with django_assert_max_num_queries(12) as queries:
        hear(None, people=[three.colleague.pk])
    asked = [q["sql"] for q in queries.captured_queries if "notices_notice" in q["sql"]]
    (sql,) = asked
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.fetchall() == [(three.colleague.pk, "mention")]


def test_what_was_put_off_keeps_no_job_and_is_mailed_when_it_is_up(
    three: Three, mail_server: Sink
) -> None:
    write(three)
    run_jobs()
    Job.objects.filter(task__startswith="tablica.letters").delete()
    until = timezone.now() + timedelta(days=1)
    Notice.objects.unguarded(reason="tests").update(up_at=until)
    hear(None, people=[three.colleague.pk])
    assert jobs_of(three.colleague.pk) == []
    with time_machine.travel(until - timedelta(seconds=1)):
        hear(None, people=[three.colleague.pk])
        run_jobs()
    with time_machine.travel(until + timedelta(seconds=60)):
        run_jobs()
        assert mail_server.mails == []
    with time_machine.travel(until + timedelta(seconds=130)):
        run_jobs()
    with time_machine.travel(until + timedelta(seconds=170)):
        run_jobs()
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("language", ["en", "fa"])
def test_a_letter_about_a_long_talk_is_limited(
    language: str, three: Three, mail_server: Sink
) -> None:
    anew(three.colleague, language=language)
    note = write(three)
    for number in range(34):
        comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} n{number}!")
    work(minutes=3)
    (mail,) = mail_server.mails
    more = {"en": "and 5 more", "fa": "۵"}[language]
    for said in (text_of(mail), html_of(mail)):
        assert "n28!" in said
        assert "n29!" not in said
        assert more in said
    assert Mailed.objects.count() == 35


def test_a_digest_reader_costs_no_job(three: Three, mail_server: Sink) -> None:
    follows.follow(three.company.pk, by=three.colleague)
    entries.write_entry(three.company.pk, by=three.owner, text="For followers")
    run_jobs()
    assert not Job.objects.filter(task__startswith="tablica.letters").exists()


def test_an_at_stays_with_a_name_from_the_right(three: Three, mail_server: Sink) -> None:
    three.colleague.name = "آرش رستمی"
    three.colleague.save()
    write(three)
    work()
    work(minutes=4)
    assert "\u2068@آرش رستمی\u2069 We sign" in text_of(mail_server.mails[0])


def test_a_letter_about_a_comment_quotes_what_it_answers(three: Three, mail_server: Sink) -> None:
    wants(three.colleague, talk="now", author="now")
    words = "We sign <b>on</b> **Monday** " + "and so on " * 20
    note = entries.write_entry(three.company.pk, by=three.colleague, text=words)
    comments.write_comment(note.pk, by=three.owner, text="Or on Tuesday")
    work()
    work(minutes=4)
    (mail,) = mail_server.mails
    lines = text_of(mail).splitlines()
    (quote,) = [line for line in lines if line.startswith("> ")]
    assert quote.startswith(f"> {three.colleague.name}: We sign <b>on</b> Monday and so on")
    assert quote.endswith(" …")
    assert len(quote) < 120 + len(three.colleague.name) + 8
    assert lines.index(quote) < lines.index("Or on Tuesday")
    assert f"{three.colleague.name}: We sign &lt;b&gt;on&lt;/b&gt; Monday" in html_of(mail)


def test_a_letter_with_the_entry_itself_quotes_nothing(three: Three, mail_server: Sink) -> None:
    note = write(three)
    comments.write_comment(note, by=three.owner, text=f"@{three.colleague.name} Or on Tuesday")
    work()
    work(minutes=4)
    (mail,) = mail_server.mails
    assert "Or on Tuesday" in text_of(mail)
    assert "\n> " not in text_of(mail)
