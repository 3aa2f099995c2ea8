"""Money: written and read in four languages, never guessed."""

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.shared.money import CURRENCIES, format_amount, format_money, parse_amount
from tablica.shared.text import BadText


def test_currencies_are_those_in_use() -> None:
    assert {"PLN", "EUR", "USD", "RUB", "IRR", "GBP"} <= set(CURRENCIES)
    assert {"DEM", "PLZ", "XAU", "XXX"}.isdisjoint(CURRENCIES)
    assert list(CURRENCIES) == sorted(set(CURRENCIES))


@pytest.mark.parametrize(
    ("currency", "language", "written"),
    [
        ("PLN", "pl", "1\xa0234,50\xa0zł"),
        ("EUR", "en", "€1,234.50"),
        ("RUB", "ru", "1\xa0234,50\xa0₽"),
        ("EUR", "fa", "\u200e€\xa0۱٬۲۳۴٫۵۰"),
        ("JPY", "en", "¥1,234"),
        ("EUR", "xx", "€1,234.50"),
        ("EUR", "en-gb", "€1,234.50"),
    ],
)
def test_money_is_written_in_the_readers_form(currency: str, language: str, written: str) -> None:
    assert format_money(Decimal("1234.5"), currency, language) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("pl", "25\xa0300\xa0000"),
        ("en", "25,300,000"),
        ("ru", "25\xa0300\xa0000"),
        ("fa", "۲۵٬۳۰۰٬۰۰۰"),
    ],
)
def test_amounts_alone_are_grouped_like_money(language: str, written: str) -> None:
    assert format_amount(Decimal("25300000.00"), language) == written
    assert format_money(Decimal(25300000), "PLN", language).count(written) == 1


def test_an_unknown_currency_is_an_error() -> None:
    with pytest.raises(ValueError, match="DEM"):
        format_money(Decimal(1), "DEM", "en")


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1234", "1234"),
        ("1 234,50", "1234.50"),
        ("1\xa0234,50", "1234.50"),
        ("1\u202f234\u202f567,5", "1234567.5"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1'234.50", "1234.50"),
        ("1’234’567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234,567.8912", "1234567.8912"),
        ("۱۲۳۴٫۵", "1234.5"),
        ("۱٬۲۳۴٫۵", "1234.5"),
        ("١٢٣٤", "1234"),
        (" -5 ", "-5"),
        ("\u2212 5,5", "-5.5"),
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("1 234.567", "1234.567"),
    ],
)
@pytest.mark.parametrize("language", [None, "en", "pl", "ru", "fa"])
def test_clear_forms_read_alike_everywhere(typed: str, amount: str, language: str | None) -> None:
    assert parse_amount(typed, language) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "language", "amount"),
    [
        ("1,234", "en", "1234"),
        ("1,234", "fa", "1234"),
        ("۱،۲۳۴", "fa", "1234"),
        ("1,234", "pl", "1.234"),
        ("1,234", "ru", "1.234"),
        ("1.234", "en", "1.234"),
    ],
)
def test_the_language_decides_one_mark_before_three_digits(
    typed: str, language: str, amount: str
) -> None:
    assert parse_amount(typed, language) == Decimal(amount)


@pytest.mark.parametrize(
    ("typed", "language"), [("1,234", None), ("1.234", None), ("1.234", "pl"), ("12.500", "ru")]
)
def test_what_stays_unclear_is_refused(typed: str, language: str | None) -> None:
    with pytest.raises(BadText) as refused:
        parse_amount(typed, language)
    assert refused.value.code == "unclear"


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            " ",
            "a",
            "1e5",
            "NaN",
            "Infinity",
            "1_000",
            "0x10",
            "12 34",
            "1,23,456",
            "1,234,56",
            "..",
        ),
        *(
            "1.",
            ".5",
            "--5",
            "5-",
            "+-5",
            "²",
            "½",
            "1,234.567,8",
            "1 234,567.8",
            "1\n2\0",
            "5 zł",
            "１２a",
        ),
        *("1" * 16, "0.00001", "9" * 5000),
    ],
)
@pytest.mark.parametrize("language", [None, "pl"])
def test_what_is_no_amount_is_refused(typed: str, language: str | None) -> None:
    with pytest.raises(BadText):
        parse_amount(typed, language)


@given(
    st.decimals(min_value=-(10**14), max_value=10**14, places=2),
    st.sampled_from(["en", "pl", "ru", "fa"]),
)
def test_what_is_written_is_read_again(amount: Decimal, language: str) -> None:
    written = format_money(amount, "EUR", language).replace("€", "").replace("\u200e", "")
    assert parse_amount(unicodedata.normalize("NFC", written), language) == amount


@given(st.text(), st.sampled_from([None, "en", "pl"]))
def test_anything_else_is_a_sentence(typed: str, language: str | None) -> None:
    try:
        assert parse_amount(typed, language).is_finite()
    except BadText as refused:
        assert refused.message
