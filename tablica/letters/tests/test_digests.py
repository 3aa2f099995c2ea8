"""Digests: each day and week once, by the clock of the reader, over every jump of clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from tablica.letters.commands.choices import choose, leave
from tablica.letters.jobs import look_for_digests
from tablica.letters.models import Key, Rhythm
from tablica.letters.queries import choices_of
from tablica.letters.tests.working import anew, html_of, subject, text_of, wants, work
from tablica.notices import commands as notices
from tablica.notices.models import Notice
from tablica.shared.jobs.testing import run_jobs
from tablica.shared.mail.delivery import deliver
from tablica.shared.mail.models import Letter
from tablica.shared.mail.tests.sink import Sink
from tablica.wall.commands import comments, entries, follows
from tests.cast import Three, again, make_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_waits")]
HOUR = timedelta(hours=1)


@pytest.fixture
def reader(three: Three, mail_server: Sink) -> Three:
    """The colleague follows the company, and hears of it daily."""
    follows.follow(three.company.pk, by=three.colleague)
    return three


def tick() -> None:
    """What happens every five minutes."""
    look_for_digests.func()
    run_jobs()


def news(three: Three, text: str) -> None:
    """Something new for the reader, told at once."""
    entries.write_entry(three.company.pk, by=three.owner, text=text)
    run_jobs()


def digests() -> list[Letter]:
    return list(Letter.objects.filter(kind="digest").order_by("pk"))


def go(clock: time_machine.Traveller, hours: float, step: timedelta = HOUR / 2) -> None:
    """Let time pass, looking every half hour."""
    for _ in range(int(hours * HOUR / step)):
        clock.shift(step)
        tick()


def test_a_day_in_one_letter(reader: Three, mail_server: Sink) -> None:
    other = make_record("company", "Żabka", owner=reader.owner, team=reader.team, who="team")
    follows.follow(other.pk, by=reader.colleague)
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "First")
        note = entries.write_entry(other.pk, by=reader.owner, text="The **contract**")
        comments.write_comment(note.pk, by=reader.owner, text="Signed")
        news(reader, "Read meanwhile")
        mine = Notice.objects.visible_to(reader.colleague)
        read = mine.get(entry__body="Read meanwhile")
        notices.mark_read(again(reader.colleague), notices=[read.pk])
        go(clock, 19)
        assert mail_server.mails == []
        go(clock, 2)
        (mail,) = mail_server.mails
        go(clock, 40)
    assert len(mail_server.mails) == 1, "nothing new, no letter"
    assert subject(mail) == "Your day: 3 pieces of news · 5 May 2026"
    text = text_of(mail)
    assert text.index("Mleczarnia Łódź") < text.index("First") < text.index("Żabka")
    assert "The contract" in text
    assert "Signed" in text
    assert "Read meanwhile" not in text
    assert "daily digest" in text
    assert "Żabka" in html_of(mail)
    assert "Reply-To" not in mail
    assert mail["List-Unsubscribe-Post"]


def test_what_was_in_a_digest_is_in_no_other(reader: Three, mail_server: Sink) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Monday")
        go(clock, 24)
        news(reader, "Tuesday")
        go(clock, 24)
    assert [("Monday" in d.text, "Tuesday" in d.text) for d in digests()] == [
        (True, False),
        (False, True),
    ]


ZONES = [
    ("Europe/Warsaw", datetime(2026, 3, 29)), ("Europe/Warsaw", datetime(2026, 10, 25)),
    ("Africa/Cairo", datetime(2026, 4, 24)), ("Africa/Cairo", datetime(2026, 10, 29)),
    ("America/New_York", datetime(2026, 3, 8)), ("America/New_York", datetime(2026, 11, 1)),
    ("Asia/Tehran", datetime(2026, 3, 22)), ("Europe/Moscow", datetime(2026, 3, 29)),
]  # fmt: skip


@pytest.mark.parametrize("hour", [0, 2, 8, 23])
@pytest.mark.parametrize(("zone", "day"), ZONES, ids=[f"{z} {d:%m-%d}" for z, d in ZONES])
def test_one_digest_a_day_over_the_edges_of_summer_time(
    zone: str, day: datetime, hour: int, reader: Three
) -> None:
    anew(reader.colleague, timezone=zone)
    Rhythm.objects.create(user=reader.colleague, hour=hour)
    begin = (day - timedelta(days=2)).replace(hour=12, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    with time_machine.travel(begin, tick=False) as clock:
        tick()
        days = []
        for number in range(24 * 4):
            if number % 6 == 0:
                news(reader, f"News {number}")
            before = len(digests())
            go(clock, 1)
            new = len(digests()) - before
            days += [timezone.now().astimezone(ZoneInfo(zone)).date()] * new
    assert len(days) == len(set(days)) == 4
    first = -2 if hour > 12 else -1
    assert days == [(day + timedelta(days=first + n)).date() for n in range(4)]


def test_each_piece_of_news_is_mailed_once_in_all(reader: Three) -> None:
    with time_machine.travel(datetime(2026, 3, 27, 6, tzinfo=UTC), tick=False) as clock:
        tick()
        for number in range(20):
            news(reader, f"Number {number:02}.")
            go(clock, 7)
        go(clock, 24)
    said = "".join(digest.text for digest in digests())
    assert [said.count(f"Number {number:02}.") for number in range(20)] == [1] * 20


def test_a_clock_put_back_two_hours_doubles_none(reader: Three) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Monday")
        go(clock, 21)
        assert len(digests()) == 1
        clock.shift(-2 * HOUR)
        news(reader, "Tuesday")
        go(clock, 4)
        assert len(digests()) == 1, "that of Tuesday was sent"
        go(clock, 24)
        assert len(digests()) == 2


def test_a_clock_a_year_ahead_and_back_skips_none(reader: Three) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Monday")
        clock.shift(timedelta(days=365))
        tick()
        assert digests() == [], "a year later these are no news"
        clock.shift(timedelta(days=-365))
        for day in ("Tuesday", "Wednesday", "Thursday"):
            go(clock, 24)
            news(reader, day)
        go(clock, 24)
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday"):
        assert [day in digest.text for digest in digests()].count(True) == 1, day


def test_a_server_that_slept_makes_up_for_it_once(reader: Three) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Monday")
        clock.shift(timedelta(days=5))
        tick()
        tick()
        assert len(digests()) == 1
        assert "Monday" in digests()[0].text


def test_a_weekly_digest_on_its_day(reader: Three) -> None:
    Rhythm.objects.create(user=reader.colleague, hour=9, weekday=4)
    sent = []
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        wants(reader.colleague, follow="weekly")
        tick()
        for day in range(21):
            news(reader, f"Day {day:02}.")
            before = len(digests())
            go(clock, 24)
            sent += [timezone.now().date()] * (len(digests()) - before)
        assert [day.day for day in sent] == [8, 15, 22], "three Fridays"
    said = "".join(digest.text for digest in digests())
    assert all(said.count(f"Day {day:02}.") == 1 for day in range(18))


def test_another_hour_or_day_sends_none_at_once(reader: Three) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Monday")
        user = again(reader.colleague)
        for hour, weekday in ((11, 3), (2, 1)):
            choose(user, often=choices_of(user), hour=hour, weekday=weekday)
            tick()
        assert digests() == []
        go(clock, 24)
        assert len(digests()) == 1


def test_who_left_and_who_wants_none_gets_none(reader: Three) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Monday")
        anew(reader.colleague, deactivated_at=timezone.now())
        go(clock, 24)
        assert digests() == []
        anew(reader.colleague, deactivated_at=None)
        wants(reader.colleague, follow="never")
        go(clock, 24)
        assert digests() == []


def test_many_news_are_cut_and_said_to_be(reader: Three, mail_server: Sink) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        for number in range(70):
            entries.write_entry(reader.company.pk, by=reader.owner, text=f"News {number:02}.")
        run_jobs()
        go(clock, 24)
    (mail,) = mail_server.mails
    assert subject(mail).startswith("Your day: 70 pieces of news")
    assert "and 10 more" in text_of(mail)
    assert Notice.objects.visible_to(reader.colleague).filter(mailed=None).count() == 0
    assert text_of(mail).count("News ") == 60


def test_a_digest_that_cannot_leave_is_written_anew(reader: Three, mail_server: Sink) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "Stays")
        gone = entries.write_entry(reader.company.pk, by=reader.owner, text="Goes")
        run_jobs()
        mail_server.to = lambda _address: "451 4.3.0 Later"
        go(clock, 24)
        assert len(digests()) == 1
        entries.trash_entry(gone.pk, by=reader.owner)
        mail_server.to = lambda _address: "250 OK"
        clock.shift(2 * HOUR)
        from tablica.shared.mail.jobs import look_for_letters

        look_for_letters.func()
        work()
    (mail,) = mail_server.mails
    assert "Stays" in text_of(mail)
    assert "Goes" not in text_of(mail)
    assert [digest.state for digest in digests()] == ["sent"]


def test_looking_costs_the_same_for_many(
    reader: Three, django_assert_max_num_queries: object
) -> None:
    from tablica.letters.commands.digests import people_due
    from tests.cast import make_user

    for _ in range(60):
        make_user()
    people_due(timezone.now())
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        people_due(timezone.now())


def test_a_digest_one_ended_is_withdrawn_while_it_waits(reader: Three, mail_server: Sink) -> None:
    mail_server.to = lambda _address: "451 4.3.0 Later"
    with time_machine.travel(datetime(2026, 5, 4, 12, tzinfo=UTC), tick=False) as clock:
        tick()
        news(reader, "First")
        go(clock, 21)
        (letter,) = digests()
        assert letter.state == "waiting", "the premise"
        leave(Key.objects.get(user=reader.colleague, reason="daily"))
        mail_server.to = lambda _address: "250 OK"
        go(clock, 3)
        Letter.objects.update(not_before=timezone.now())
        deliver()
    assert mail_server.mails == []
    letter.refresh_from_db()
    assert letter.state == "withdrawn"
