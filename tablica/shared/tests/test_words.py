"""Words: every inflected form finds the others, on both databases alike."""

import re
import sqlite3
import time
from collections.abc import Iterator
from itertools import combinations

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tablica.shared.text.words import (
    FTS5_TOKENIZE,
    Query,
    mark,
    parse_query,
    snippet,
    to_fts5,
    to_fts5_text,
    to_tsquery,
    to_tsvector_literal,
    tokens,
)
from tests.pace import patience

POLISH = """
umowa umowy umowie umowę umową umów umowom umowami umowach
faktura faktury fakturze fakturę faktur fakturami
oferta oferty ofercie ofert ofertom
klient klienta klientowi kliencie klienci klientów
projekt projektu projekcie projekty projektów
spotkanie spotkania spotkaniu spotkań spotkaniami
rabat rabatu rabacie rabatów
wycieczka wycieczki wycieczce wycieczek
zamówienie zamówienia zamówień
Kraków Krakowa Krakowie
Kowalski Kowalskiego Kowalskiemu Kowalska Kowalskiej
pracownik pracownika pracownicy pracowników
dzień dnia dni dniach
"""
RUSSIAN = """
договор договора договору договором договоры договоров договорами
счёт счета счету счетов
клиент клиента клиентов клиентами
встреча встречи встречу встреч
сделка сделки сделку сделок
скидка скидки скидок скидкой
Ковальский Ковальского Ковальскому
предложение предложения предложений
письмо письма писем
день дня дней
"""
PERSIAN = """
قرارداد قراردادها قراردادهای قرارداد\u200cها قراردادی قراردادمان
مشتری مشتریان مشتری\u200cها مشتری\u200cهای
شرکت شرکتها شرکت\u200cهای
جلسه جلسات جلسه\u200cها جلسه\u200cای
پیشنهاد پیشنهادات پیشنهادها
کتاب کتاب\u200cهایشان کتابها
خریدار خریداران
نماینده نمایندگان
نامه نامه\u200cها نامه\u200cای
سند اسناد
"""
ENGLISH = "contract contracts contracted\nmeeting meetings\noffer offers offered"
FORMS = [
    pair
    for line in (POLISH + RUSSIAN + PERSIAN + ENGLISH).splitlines()
    for pair in combinations(line.split(), 2)
]


def meets(query: Query, text: str) -> bool:
    """What the databases must answer, in the plainest words."""
    found = tokens(text)
    groups = all(
        any(
            any(t.startswith(want[:-1]) for t in found) if want.endswith("*") else want in found
            for want in group
        )
        for group in query.groups
    )
    phrases = all(
        any(tuple(found[i : i + len(phrase)]) == phrase for i in range(len(found)))
        for phrase in query.phrases
    )
    return groups and phrases and not query.is_empty


@pytest.fixture(scope="module")
def fts5() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as memory:
        memory.execute(f'CREATE VIRTUAL TABLE t USING fts5(body, tokenize="{FTS5_TOKENIZE}")')
        yield memory


def sqlite_meets(memory: sqlite3.Connection, query: Query, text: str) -> bool:
    memory.execute("DELETE FROM t")
    memory.execute("INSERT INTO t VALUES (?)", [to_fts5_text(tokens(text))])
    return bool(memory.execute("SELECT 1 FROM t WHERE t MATCH ?", [to_fts5(query)]).fetchall())


def postgres_meets(query: Query, text: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT %s::tsvector @@ %s::tsquery",
            [to_tsvector_literal(tokens(text)), to_tsquery(query)],
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.parametrize(("one", "other"), FORMS)
def test_inflected_forms_find_each_other(one: str, other: str) -> None:
    assert meets(parse_query(f"{one} x"), f"x {other}")
    assert meets(parse_query(f"{other} x"), f"x {one}")


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("umowę", "UMOWE"),
        ("lodz", "Łódź"),
        ("счет", "СЧЁТ"),
        ("كتاب", "کتاب"),
        ("می\u200cرود", "میرود"),
        ("افزار", "نرم\u200cافزار"),
        ("۱۲۳", "nr 123"),
        ("kow", "Kowalski"),
        ("strasse", "Straße"),
    ],
)
def test_ways_of_writing_find_each_other(asked: str, written: str) -> None:
    assert meets(parse_query(asked), written)


@pytest.mark.parametrize(
    "asked", ["+48 601 234 567", "601234567", "601-234-567", "(601) 234.567", "0048601234567"]
)
@pytest.mark.parametrize(
    "written", ["tel. +48 601 234 567", "601234567", "601-23-45-67", "0048 601 234 567,"]
)
def test_a_phone_number_is_found_however_it_is_written(asked: str, written: str) -> None:
    assert meets(parse_query(asked), written)
    assert not meets(parse_query(asked), "601 234 568")


@pytest.mark.parametrize("asked", ["526-000-12-46", "PL5260001246", "PL 526 000 12 46", "5260001"])
def test_a_tax_id_is_found_however_it_is_written(asked: str) -> None:
    assert meets(parse_query(asked), "NIP: PL 526-000-12-46.")


def test_numbers_side_by_side_are_also_found_apart() -> None:
    assert meets(parse_query("faktura 2024 1234"), "faktura 1234 z roku 2024")


def test_all_words_and_phrases_have_to_be_met() -> None:
    text = "Podpisano umowę najmu lokalu w Krakowie"
    assert meets(parse_query("umowa kraków"), text)
    assert not meets(parse_query("umowa gdańsk"), text)
    assert meets(parse_query('"najmu lokalu" umowa'), text)
    assert meets(parse_query("„najmu lokalu”"), text)
    assert not meets(parse_query('"lokalu najmu"'), text)
    assert not meets(parse_query('"najem lokalu"'), text), "a phrase is matched as written"


def test_only_the_last_word_is_a_beginning() -> None:
    assert meets(parse_query("umowa lok"), "umowa lokalu")
    assert not meets(parse_query("lok umowa"), "umowa lokalu")


@pytest.mark.parametrize("q", ["", "   ", '"', '""', "*", "-+!&|()", "\0", "\ud800", "=", "'"])
def test_a_query_without_words_is_empty_and_finds_nothing(q: str, fts5: sqlite3.Connection) -> None:
    query = parse_query(q)
    assert query.is_empty
    assert not sqlite_meets(fts5, query, "umowa")


WRITTEN = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab '\"“”„«»*=:&|!()<->\\^{}+-0123456789ąłёйیک\u200c\u0301\0\ud800")),
        st.characters(),
    ),
    max_size=60,
)
TEXTS = st.one_of(WRITTEN, st.lists(st.sampled_from("a b ab 601 234".split())).map(" ".join))


@given(WRITTEN, TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_sqlite_answers_as_said(fts5: sqlite3.Connection, q: str, text: str) -> None:
    query = parse_query(q)
    assert sqlite_meets(fts5, query, text) == meets(query, text)
    own = parse_query(text)
    assert sqlite_meets(fts5, own, text) == meets(own, text)


@pytest.mark.django_db
@given(WRITTEN, TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_the_database_in_use_answers_as_said(fts5: sqlite3.Connection, q: str, text: str) -> None:
    for query in (parse_query(q), parse_query(text), parse_query(f'"{text}"')):
        is_postgres = connection.vendor == "postgresql"
        met = postgres_meets(query, text) if is_postgres else sqlite_meets(fts5, query, text)
        assert met == meets(query, text)


@pytest.mark.parametrize(
    ("q", "text", "is_met"),
    [
        ("иод", "йод", False),
        ("йод", "йод", True),
        ("कक", "की क", False),
        ('"की क"', "की क", True),
        ("\u1e9e\U0001e900", "ss\U0001e922", True),
    ],
)
def test_sqlite_parts_words_where_we_do(
    fts5: sqlite3.Connection, q: str, text: str, is_met: bool
) -> None:
    assert sqlite_meets(fts5, parse_query(q), text) == is_met


@pytest.mark.django_db
def test_a_huge_text_is_stored_and_answers_as_said(fts5: sqlite3.Connection) -> None:
    often = "ten sam " * 300 + "ten koniec "
    many = " ".join(f"słowo{number}" for number in range(17_000))
    for text in (often + many, "".join(chr(0x4E00 + i) * 150 + " " for i in range(20_000))):
        for q in (
            '"ten sam"',
            '"ten koniec"',
            '"słowo5 słowo6"',
            "słowo16500",
            '"słowo16998 słowo16999"',
        ):
            query = parse_query(q)
            assert sqlite_meets(fts5, query, text) == meets(query, text)
            if connection.vendor == "postgresql":
                assert postgres_meets(query, text) == meets(query, text)
    assert meets(parse_query("słowo16500"), often + many)
    assert not meets(parse_query('"ten koniec"'), often + many), "beyond the places of one word"


def test_at_most_the_limit_is_read() -> None:
    assert "c" not in tokens("a b c", limit=2)


def test_tokens_of_a_short_text() -> None:
    found = tokens("Umowy najmu")
    assert found[:2] == ["umowy", "najmu"]
    assert "=umow" in found[2:]
    assert tokens("…!") == []


def test_marking_shows_each_inflected_form() -> None:
    assert mark("Podpisano umowy w Łodzi.", "umów łódź") == [
        ("Podpisano ", False),
        ("umowy", True),
        (" w ", False),
        ("Łodzi", True),
        (".", False),
    ]
    assert mark("tel 601 234 567!", "601234567")[1] == ("601 234 567", True)
    assert mark("a b c", '"b c"') == [("a ", False), ("b c", True)]
    assert mark("nic", "") == [("nic", False)]


@given(TEXTS, WRITTEN)
def test_marked_pieces_put_together_are_the_text(text: str, q: str) -> None:
    assert "".join(piece for piece, _ in mark(text, q)) == text
    assert all(piece for piece, _ in mark(text, q))


@given(st.lists(st.sampled_from(["umowa", "x", "długie-słowo"]), max_size=200).map(" ".join))
def test_a_snippet_is_short_and_shows_a_match(text: str) -> None:
    pieces = snippet(text, "umowy", width=40)
    shown = "".join(piece for piece, _ in pieces)
    assert shown.strip("…") in text
    assert len(shown) <= 42
    assert any(is_match for _, is_match in pieces) == ("umowa" in text)


def test_a_snippet_stands_where_most_words_meet() -> None:
    text = "umowa " + "nic " * 100 + "umowa najmu lokalu " + "nic " * 100
    shown = "".join(piece for piece, _ in snippet(text, "umowa lokal najem", width=60))
    assert "umowa najmu lokalu" in shown
    assert shown[0] == shown[-1] == "…"


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "1 " * 500_000, "\u0301" * 1_000_000, "1-" * 500_000]
)
def test_a_hostile_text_is_read_quickly(text: str) -> None:
    start = time.process_time()
    tokens(text)
    mark(text, "1 a")
    took = time.process_time() - start
    assert took < patience(4, time.process_time)


def test_no_token_needs_quoting() -> None:
    for token in tokens("it's \"a\" \\b (c) d:e* 'f' l'été أَ 9&9"):
        assert re.fullmatch(r"=?[^\W_]*", token)
