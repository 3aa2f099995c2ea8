"""The story: the same each time, consistent in itself, and without the repetition of a machine."""

from __future__ import annotations

import csv
import re
import struct
import zlib
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

import pytest
from stdnum.gb import vat
from stdnum.pl import nip
from stdnum.tr import vkn
from stdnum.ua import edrpou

from tablica.demo.story import files, size_named, taxids, tell
from tablica.demo.story.clock import WorkClock, seconds_of
from tablica.demo.story.crew import OWNER
from tablica.demo.story.dates import DayWords, jalali
from tablica.demo.story.phrases import Deck, Pack, Phrase
from tablica.demo.story.regions import REGIONS
from tablica.demo.story.shapes import Chapter, EntryShape, PersonOfTeam, RecordShape
from tablica.demo.story.titles import title_facts

pytestmark = pytest.mark.any_engine

TODAY = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
LANGUAGES = ("pl", "ru", "fa", "en")
BY_HAND = {"note", "call", "meeting", "file"}


@cache
def small() -> tuple[list[PersonOfTeam], list[Chapter]]:
    """The small demo of seed 1; nobody may change it."""
    story = tell("small", 1, TODAY)
    return story.people, list(story.chapters)


def entries() -> list[EntryShape]:
    return [entry for chapter in small()[1] for entry in chapter.entries]


def records(chapter: Chapter) -> list[RecordShape]:
    return [*chapter.companies, *chapter.persons, *chapter.deals, *chapter.spaces]


def texts() -> list[str]:
    return [text for e in entries() for text in (e.text, *(c.text for c in e.comments)) if text]


def told(seed: int, size: str = "300") -> list[str]:
    return [
        repr((e.key, e.record, e.happened_at, e.text, e.data, e.tags, e.comments, e.reactions))
        for chapter in tell(size, seed, TODAY).chapters
        for e in chapter.entries
    ]


def test_the_same_seed_tells_the_same_story() -> None:
    assert told(7) == told(7)


def test_another_seed_tells_another_story() -> None:
    assert told(7) != told(8)


def test_the_small_demo_has_the_promised_size() -> None:
    people, chapters = small()
    assert 12 <= len(people) <= 16
    assert sum(len(c.companies) for c in chapters) == 40
    assert 85 <= sum(len(c.persons) for c in chapters) <= 125
    assert 50 <= sum(len(c.deals) for c in chapters) <= 85
    assert 6 <= sum(len(c.spaces) for c in chapters) <= 8
    assert 1_850 <= len(entries()) <= 2_150


@pytest.mark.parametrize("size", ["1000", "6000"])
def test_a_size_in_numbers_means_entries(size: str) -> None:
    found = sum(len(c.entries) for c in tell(size, 3, TODAY).chapters)
    assert abs(found - int(size)) <= 0.06 * int(size)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_wall_of_the_hot_client_has_a_hundredth_of_all(seed: int) -> None:
    walls: Counter[int] = Counter()
    for chapter in tell("50000", seed, TODAY).chapters:
        walls.update(entry.record for entry in chapter.entries)
    (_hot, most), (_next, second) = walls.most_common(2)
    assert 500 <= most <= 650 and second < most
    assert abs(walls.total() - 50_000) <= 500


@pytest.mark.parametrize("size", ["tiny", "99", "-5", "20000001"])
def test_an_impossible_size_is_refused(size: str) -> None:
    with pytest.raises(ValueError):
        size_named(size)


def test_all_four_languages_speak() -> None:
    spoken = Counter(e.language for e in entries())
    assert set(spoken) == set(LANGUAGES)
    assert min(spoken.values()) > 150


def test_every_language_knows_every_subject() -> None:
    subjects = [set(Pack(language).subjects) for language in LANGUAGES]
    assert all(found == subjects[0] for found in subjects)


def test_no_hole_is_left_open() -> None:
    assert [t for t in texts() if re.search(r"[{}<>]|\|", t)] == []


def test_hardly_a_sentence_is_said_more_than_three_times() -> None:
    said = Counter(
        sentence
        for text in texts()
        for sentence in re.split(r"(?<=[.!?؟])\s+|\n", text)
        if len(sentence.split()) >= 4 and not sentence.startswith("- ")
    )
    assert max(said.values()) <= 6
    often = sum(count for count in said.values() if count > 3)
    assert often <= 0.02 * sum(said.values())


def test_a_wall_does_not_repeat_its_long_entries() -> None:
    for chapter in small()[1]:
        notes = [e.text for e in chapter.entries if e.type in BY_HAND and len(e.text) > 60]
        assert len(notes) - len(set(notes)) <= 0.05 * len(notes) + 1


def test_nothing_happens_in_the_future_or_before_its_record() -> None:
    born: dict[int, datetime] = {}
    for chapter in small()[1]:
        born |= {r.key: r.created_at for r in records(chapter)}
        for entry in chapter.entries:
            assert born[entry.record] <= entry.happened_at <= TODAY, entry
            assert all(entry.happened_at < c.at <= TODAY for c in entry.comments), entry
            assert all(entry.happened_at < r.at <= TODAY for r in entry.reactions), entry
            assert all(entry.happened_at <= p.at <= TODAY for p in entry.placements), entry


def test_entries_come_in_order_of_time_and_comments_too() -> None:
    for chapter in small()[1]:
        moments = [e.happened_at for e in chapter.entries]
        assert moments == sorted(moments) or chapter.spaces
        for entry in chapter.entries:
            assert [c.at for c in entry.comments] == sorted(c.at for c in entry.comments)


def test_people_write_in_the_working_hours_of_the_place() -> None:
    regions = {(r.code, r.language): r for r, _share in REGIONS}
    for chapter in small()[1]:
        for company in chapter.companies:
            region = regions[company.country, company.language]
            for entry in chapter.entries:
                local = entry.happened_at.astimezone(ZoneInfo(region.zone))
                if entry.type in BY_HAND:
                    assert local.weekday() not in region.days_off, (region.country, local)
                    assert (local.month, local.day) not in region.closed
                    assert 8 <= local.hour < 18, (entry, local)


def test_records_end_as_their_history_says() -> None:
    """Each change begins where the last one ended, and the last one is what the record shows."""
    checked = 0
    for chapter in small()[1]:
        by_key = {r.key: r for r in records(chapter)}
        last: dict[tuple[int, str], object] = {}
        for entry in sorted(chapter.entries, key=lambda e: e.happened_at):
            for change in entry.data.get("changes", []):  # type: ignore[attr-defined]
                spot = (entry.record, change["field"])
                assert spot not in last or last[spot] == change["from"], spot
                assert change["from"] != change["to"]
                last[spot] = change["to"]
        for (key, field), value in last.items():
            if key in by_key and field != "companies":
                final = getattr(by_key[key], field)
                assert _raw(final) == value, (key, field)
                checked += 1
    assert checked > 150


def _raw(value: object) -> object:
    """A value in the form that changes have it."""
    if isinstance(value, Decimal):
        return f"{value}.00"
    return value.isoformat() if isinstance(value, date) else value


def test_deals_end_for_a_reason() -> None:
    deals = [deal for chapter in small()[1] for deal in chapter.deals]
    outcomes = Counter(deal.outcome for deal in deals)
    assert outcomes["won"] >= 10 and outcomes["lost"] >= 10 and outcomes["open"] >= 6
    for deal in deals:
        assert (deal.closed_at is None) == (deal.outcome == "open")
        assert bool(deal.outcome_reason) == (deal.outcome == "lost")
        assert deal.amount > 0


def test_nobody_answers_themselves_first() -> None:
    for entry in entries():
        if entry.comments and entry.author is not None and entry.type != "created":
            first = entry.comments[0]
            if first.author == entry.author:
                # Only where a text says that its author adds something.
                assert len(entry.comments) == 1, entry


def test_the_owner_reads_along() -> None:
    assert sum(c.author == OWNER for e in entries() for c in e.comments) >= 10


def test_everything_speaks_of_what_is_known() -> None:
    known: set[int] = set()
    people = {person.key for person in small()[0]}
    for chapter in small()[1]:
        known |= {record.key for record in records(chapter)}
        for entry in chapter.entries:
            assert entry.record in known
            assert entry.author is None or entry.author in people
            assert (entry.author is None) == bool(entry.source)
            assert {p.record for p in entry.placements} <= known
            assert entry.moved is None or entry.moved.source in known
        assert {job.person for job in chapter.jobs} | {job.company for job in chapter.jobs} <= known
        assert {person for deal in chapter.deals for person in deal.people} <= known


def test_keys_are_given_once() -> None:
    chapters = small()[1]
    assert len({e.key for e in entries()}) == len(entries())
    keys = [record.key for chapter in chapters for record in records(chapter)]
    assert len(set(keys)) == len(keys)


def test_firms_differ() -> None:
    companies = [c for chapter in tell("30000", 5, TODAY).chapters for c in chapter.companies]
    assert len({c.title for c in companies}) == len(companies) == 600
    assert len({c.website for c in companies}) == 600
    assert all(re.fullmatch(r"https://[a-z0-9-]+\.example", c.website) for c in companies)


def test_addresses_lead_nowhere() -> None:
    for chapter in small()[1]:
        for company in chapter.companies:
            assert company.email.endswith(".example")
            if company.country == "GB":
                assert company.phone.startswith("+4420794600"[:10])
        for person in chapter.persons:
            assert person.email == "" or person.email.endswith(".example")
            assert person.email.isascii()


def test_tax_numbers_pass_the_check_of_their_country() -> None:
    rng = Random(4)
    for _ in range(200):
        assert nip.is_valid(taxids.nip(rng))
        assert edrpou.is_valid(taxids.edrpou(rng))
        assert vkn.is_valid(taxids.vkn(rng))
        assert vat.is_valid(taxids.vat_gb(rng))
        assert len(taxids.bin_kz(rng)) == 12 and len(taxids.iran_id(rng)) == 11


def test_persian_days_are_of_the_persian_calendar() -> None:
    assert jalali(date(2026, 3, 21)) == (1405, 1, 1)
    assert jalali(date(2025, 3, 20)) == (1403, 12, 30)
    assert jalali(date(2026, 11, 21)) == (1405, 8, 30)
    assert DayWords("fa").date(date(2026, 11, 21).toordinal()) == "۳۰ آبان"
    assert DayWords("pl").date(date(2026, 11, 21).toordinal()) == "21 listopada"
    assert DayWords("en").weekday(date(2026, 11, 21).toordinal()) == "on Saturday"


def test_money_is_written_as_in_the_country() -> None:
    assert DayWords("pl").money(48600, "PLN") == "48\u00a0600\u00a0zł"
    assert DayWords("en").money(18400, "GBP") == "£18,400"
    assert DayWords("fa").money(1250000, "IRR") == "۱٬۲۵۰٬۰۰۰\u00a0ریال"


def test_phrases_agree_with_gender_and_choose() -> None:
    phrase = Phrase(r"Dzwonił{a:em/am}, <pan|pan> {p} obiecał{p:/a}.\nTak")
    facts = {"a_gender": "f", "p_gender": "m", "p": "Jan"}
    assert phrase.say(facts, Random(1)) == "Dzwoniłam, pan Jan obiecał.\nTak"
    with pytest.raises(KeyError):
        Phrase("{nobody}").say({}, Random(1))


def test_a_deck_gives_every_card_before_any_again() -> None:
    deck, rng = Deck(list("abcdef")), Random(1)
    assert sorted(deck.draw(rng) for _ in range(6)) == list("abcdef")


def test_firms_are_inflected() -> None:
    assert title_facts("comp", "Piekarnia Jodła")["compL"] == "Piekarni Jodła"
    assert title_facts("comp", "Кофейня «Маяк»")["compI"] == "Кофейней «Маяк»"
    assert title_facts("comp", "Rowan Coffee")["compG"] == "Rowan Coffee"


def test_comments_wait_for_the_morning() -> None:
    clock = WorkClock(
        "Europe/Warsaw", frozenset({5, 6}), frozenset(), date(2026, 11, 1), date(2026, 12, 1)
    )
    friday_evening = seconds_of(datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    found = clock.later(friday_evening, 60)
    assert clock.day_of(found) == date(2026, 11, 23).toordinal()
    night = seconds_of(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))
    assert datetime.fromtimestamp(clock.later(night, 5), UTC).hour >= 7


def test_files_are_real() -> None:
    found = [file for entry in entries() for file in entry.files]
    assert {f.type for f in found} == {"application/pdf", "image/png", "text/csv", "text/plain"}
    for file in found:
        content = file.content()
        assert content and content == file.content()
        if file.type == "image/png":
            _check_png(content)
        elif file.type == "application/pdf":
            _check_pdf(content)
        elif file.type == "text/csv":
            rows = list(csv.reader(content.decode().splitlines()))
            assert rows[0] == ["quantity", "item"] and len(rows) > 1


def _check_png(content: bytes) -> None:
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    at = 8
    while at < len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        body = content[at + 4 : at + 8 + length]
        assert struct.unpack(">I", content[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            body
        )
        at += 12 + length


def _check_pdf(content: bytes) -> None:
    assert content.startswith(b"%PDF-") and content.endswith(b"%%EOF\n")
    start = int(content.split(b"startxref\n")[1].split(b"\n")[0])
    assert content[start : start + 4] == b"xref"
    places = re.findall(rb"^(\d{10}) 00000 n", content[start:], re.MULTILINE)
    for number, place in enumerate(places, start=1):
        assert content[int(place) :].startswith(b"%d 0 obj" % number)


def test_a_pdf_keeps_polish_letters() -> None:
    assert b"/lslash" in files.pdf("Łódź", ["zażółć"])
    assert files.pdf("a", ["(b)"]).count(rb"\(b\)") == 1
