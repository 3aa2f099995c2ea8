from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tablica.records.kinds import kind_named
from tablica.shared.text import BadText
from tablica.transfer.cells import BadCell, CellReader, split_currency
from tablica.transfer.dates import order_of, parse_day
from tablica.transfer.mapping import make_map
from tablica.transfer.parts import COMPANY_MARKS, PERSON_MARKS, in_quotes, parts_of
from tests.cast import make_team, make_user


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2024-03-05", date(2024, 3, 5)),
        ("2024/3/5", date(2024, 3, 5)),
        ("20240305", date(2024, 3, 5)),
        ("5.3.2024", date(2024, 3, 5)),
        ("05.03.24", date(2024, 3, 5)),
        ("05.03.79", date(1979, 3, 5)),
        ("13/05/2024", date(2024, 5, 13)),
        ("05/13/2024", date(2024, 5, 13)),
        ("2024-03-05 10:30:00", date(2024, 3, 5)),
        ("2024-03-05T10:30:00Z", date(2024, 3, 5)),
        ("5 March 2024", date(2024, 3, 5)),
        ("March 5th, 2024", date(2024, 3, 5)),
        ("5 marca 2024 r.", date(2024, 3, 5)),
        ("5 марта 2024 г.", date(2024, 3, 5)),
        ("1403/01/01", date(2024, 3, 20)),
        ("۱۴۰۳/۱۲/۳۰", date(2025, 3, 20)),
        ("1404-01-01", date(2025, 3, 21)),
        ("1399/12/30", date(2021, 3, 20)),
    ],
)
def test_days_in_many_forms(typed: str, day: date) -> None:
    assert parse_day(typed) == day


@pytest.mark.parametrize("typed", ["31.02.2024", "1404/12/30", "soon", "5/3/2024", "45321", ""])
def test_what_is_no_day_or_unclear_is_refused(typed: str) -> None:
    with pytest.raises(BadText):
        parse_day(typed)


def test_a_column_tells_which_number_is_the_day() -> None:
    assert order_of(["5/3/2024", "25/3/2024"]) == "day"
    assert order_of(["5/3/2024", "3/25/2024"]) == "month"
    assert order_of(["25/3/2024", "3/25/2024"]) is None
    assert parse_day("5/3/2024", "day") == date(2024, 3, 5)
    assert parse_day("5/3/2024", "month") == date(2024, 5, 3)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("12 500,00 zł", ("12 500,00", "PLN")),
        ("EUR 5", ("5", "EUR")),
        ("$1,200", ("1,200", "USD")),
        ("1000 руб.", ("1000", "RUB")),
        ("7.5", ("7.5", "")),
        ("five", ("five", "")),
        ("5 beers", ("5 beers", "")),
    ],
)
def test_a_currency_beside_the_number(typed: str, parts: tuple[str, str]) -> None:
    assert split_currency(typed) == parts


def deals(columns: list[str], rows: list[list[str]], *, typed: bool = False) -> CellReader:
    kind = kind_named("deal")
    return CellReader(kind, make_map(columns, kind), rows, typed=typed)


@pytest.mark.django_db
def test_a_column_tells_its_decimal_mark() -> None:
    polish = deals(["Deal", "Amount"], [["a", "1,50"], ["b", "1,234"]])
    assert polish.read(["b", "1,234"]).values["amount"] == "1.23"
    english = deals(["Deal", "Amount"], [["a", "1.50"], ["b", "1,234"]])
    assert english.read(["b", "1,234"]).values["amount"] == "1234.00"
    with pytest.raises(BadCell, match=r"Amount.*1,234"):
        deals(["Deal", "Amount"], [["b", "1,234"]]).read(["b", "1,234"])
    assert deals(["Deal", "Amount"], [], typed=True).read(["b", "1.234"]).values["amount"] == "1.23"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["Poland", "Polska", "Польша", "لهستان", "PL", "pl"])
def test_a_choice_in_any_language(typed: str) -> None:
    kind = kind_named("company")
    reader = CellReader(kind, make_map(["Name", "Country"], kind), [], typed=False)
    assert reader.read(["A", typed]).values["country"] == "PL"


@pytest.mark.django_db
def test_people_by_address_or_name_and_teams() -> None:
    anna, _other = make_user("Anna Żak"), make_user("Jan Kot")
    make_user("Jan Kot")
    team = make_team("Łódź")
    reader = deals(["Deal", "Owner", "Team"], [])
    assert reader.read(["a", anna.email.upper(), "lodz"]).values == {
        "title": "a", "owner": str(anna.pk), "team": str(team.pk),
    }  # fmt: skip
    assert reader.read(["a", "anna zak", ""]).values["owner"] == str(anna.pk)
    for wrong in ("Jan Kot", "Nobody"):
        with pytest.raises(BadCell, match=f"Owner.*{wrong}"):
            reader.read(["a", wrong, ""])


@pytest.mark.django_db
def test_cells_that_say_nothing_are_empty_but_for_names() -> None:
    reader = deals(["Deal", "Amount", "Close date", "Stage"], [])
    assert reader.read(["-", "n/a", "brak", "—"]).values == {"title": "-"}


@given(st.lists(st.text(alphabet='ab ;|,"\n', min_size=1).map(str.strip).filter(bool), max_size=4))
@pytest.mark.parametrize("marks", [COMPANY_MARKS, PERSON_MARKS])
def test_several_names_in_one_cell_are_the_same_names_again(marks: str, names: list[str]) -> None:
    assert parts_of("; ".join(in_quotes(name, marks) for name in names), marks) == names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ('ООО "Ромашка"; Acme, Inc', ['ООО "Ромашка"', "Acme, Inc"]),
        ('"Ромашка"', ['"Ромашка"']),
        ('Alfa "a;b', ['Alfa "a', "b"]),
        ("Alfa;;Beta|", ["Alfa", "Beta"]),
    ],
)
def test_quotes_that_belong_to_a_name_stay(cell: str, names: list[str]) -> None:
    assert parts_of(cell, COMPANY_MARKS) == names


def test_readers_are_named_in_words(db: None) -> None:
    anna, sales = make_user("Anna Nowak"), make_team("Sales")
    columns = make_map(["Name", "Visibility"], kind_named("company"))
    reader = CellReader(kind_named("company"), columns, [], typed=False)
    for typed, said in [
        ("everyone", "everyone"),
        ("Only me", "me"),
        ("anna nowak; Sales", f'{{"people": [{anna.pk}], "teams": [{sales.pk}]}}'),
        ('{"people": [1]}', '{"people": [1]}'),
    ]:
        assert reader.read(["Acme", typed]).values["audience"] == said
    with translation.override("pl"), pytest.raises(BadCell):
        reader.read(["Acme", "Nobody known"])
