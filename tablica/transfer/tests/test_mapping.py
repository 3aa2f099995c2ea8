from __future__ import annotations

import pytest

from tablica.records.kinds import kind_named
from tablica.shared.errors import Refused
from tablica.transfer.mapping import guess_kind, make_map

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "columns", "fields"),
    [
        ("company", ["Nazwa firmy", "NIP", "Miasto", "Strona WWW", "Opiekun", "Rubryka"],
         ["title", "tax_id", "city", "website", "owner", None]),
        ("company", ["Название", "ИНН", "Город", "Ответственный", "Теги"],
         ["title", "tax_id", "city", "owner", "tags"]),
        ("company", ["نام شرکت", "شناسه ملی", "شهر", "تلفن", "مسئول"],
         ["title", "tax_id", "city", "phone", "owner"]),
        ("person", ["FirstName", "LastName", "Company", "Job title", "E-mail"],
         ["first_name", "last_name", "companies", "position", "email"]),
        ("person", ["Imię", "Nazwisko", "Firma", "NIP", "Tel. kom."],
         ["first_name", "last_name", "companies", "company_tax_id", "mobile"]),
        ("person", ["نام", "نام خانوادگی", "شرکت"], ["first_name", "last_name", "companies"]),
        ("person", ["Имя", "Компания"], ["title", "companies"]),
        ("person", ["Title", "Name", "E-mail"], ["position", "title", "email"]),
        ("deal", ["Deal", "Client", "Value [PLN]", "Etap", "Close date", "Contacts"],
         ["title", "company", "amount", "stage", "expected_close", "people"]),
        ("deal", ["Сделка", "Клиент", "Сумма", "Валюта"],
         ["title", "company", "amount", "currency"]),
        ("company", ["Name", "Phone", "Phone (2)"], ["title", "phone", None]),
        ("space", ["Topic", "Description"], ["title", "about"]),
    ],
)  # fmt: skip
def test_columns_are_recognised(kind: str, columns: list[str], fields: list[str | None]) -> None:
    assert make_map(columns, kind_named(kind)).fields == fields


def test_what_is_said_wins_over_what_is_guessed() -> None:
    columns = ["Nazwa", "Miasto", "Uwagi"]
    chosen = {"uwagi": "name", "Miasto": None, "Nazwa": "industry"}
    found = make_map(columns, kind_named("company"), chosen)
    assert found.fields == ["industry", None, "title"]
    assert found.ignored == ["Miasto"]


@pytest.mark.parametrize("chosen", [{"Nix": "title"}, {"Nazwa": "shoe size"}])
def test_a_mapping_to_nothing_is_refused_with_what_there_is(chosen: dict[str, str | None]) -> None:
    with pytest.raises(Refused, match=r"“Nazwa”|tax_id"):
        make_map(["Nazwa"], kind_named("company"), chosen)


def test_a_table_without_names_is_refused() -> None:
    with pytest.raises(Refused, match="“Miasto”"):
        make_map(["Miasto", "NIP"], kind_named("company"))


@pytest.mark.parametrize(
    ("columns", "file", "kind"),
    [
        (["Name"], "klienci 2026.csv", "company"),
        (["Name"], "contacts.xlsx", "person"),
        (["Name"], "сделки.csv", "deal"),
        (["Name", "Stage"], "t.csv", "deal"),
        (["First name", "Last name"], "t.csv", "person"),
        (["Name", "NIP"], "t.csv", "company"),
    ],
)
def test_the_kind_is_guessed(columns: list[str], file: str, kind: str) -> None:
    assert guess_kind(columns, file) == kind
