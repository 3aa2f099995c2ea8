"""Contact data: one form for what is right, a sentence for what is wrong."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablica.shared.text import BadText
from tablica.shared.validators import (
    clean_email,
    clean_phone,
    clean_tax_id,
    clean_url,
    format_phone,
)


@pytest.mark.parametrize(
    ("typed", "region", "kept"),
    [
        ("601 234 567", "PL", "+48601234567"),
        ("601-234-567", "pl", "+48601234567"),
        ("+48 (22) 123-45-67", None, "+48221234567"),
        ("0048 22 123 45 67", "PL", "+48221234567"),
        ("۰۹۱۲ ۳۴۵ ۶۷۸۹", "IR", "+989123456789"),
        ("8 (912) 345-67-89", "RU", "+79123456789"),
        ("601 234 567 wew. 12", "PL", "601 234 567 wew. 12"),
        ("+1 650 253 0000 ext 12", None, "+1 650 253 0000 ext 12"),
        (" 112 ", "PL", "112"),
        ("601 234 567", None, "601 234 567"),
        ("1234", "ZZ", "1234"),
    ],
)
def test_a_valid_phone_becomes_e164_and_others_stay(
    typed: str, region: str | None, kept: str
) -> None:
    assert clean_phone(typed, region) == kept


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("+48601234567", "+48 601 234 567"),
        ("+989123456789", "+98 912 345 6789"),
        ("+442079460837", "+44 20 7946 0837"),
        ("+48 601234567", "+48 601234567"),
        ("601 234 567 wew. 12", "601 234 567 wew. 12"),
        ("112", "112"),
    ],
)
def test_a_phone_is_shown_in_groups_and_others_as_typed(kept: str, shown: str) -> None:
    assert format_phone(kept).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize("typed", ["", "abc", "12", "+", "javascript:1234567", "1" * 51, "<b>123"])
def test_what_looks_like_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(BadText):
        clean_phone(typed, "PL")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("PL 526-000-12-46", "PL5260001246"),
        ("pl5260001246", "PL5260001246"),
        ("7707083893", "7707083893"),
        ("۱۰۱۰۲۳۴۵۶۷۸", "10102345678"),
        ("ATU12345678", "ATU12345678"),
        ("12/345/67890", "1234567890"),
    ],
)
def test_a_tax_id_is_made_compact(typed: str, kept: str) -> None:
    assert clean_tax_id(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "123", "abcdefgh", "Ящик123", "1" * 21, "<1234567>", "12 34\n5"]
)
def test_what_can_be_no_tax_id_is_refused(typed: str) -> None:
    with pytest.raises(BadText):
        clean_tax_id(typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com", "https://example.com"),
        ("//example.com/x", "https://example.com/x"),
        ("HTTP://Example.COM/Path?Q#F", "http://example.com/Path?Q#F"),
        ("example.com:8080/x", "https://example.com:8080/x"),
        ("żółw.pl/ą", "https://żółw.pl/ą"),
        (" https://example.com ", "https://example.com"),
    ],
)
def test_a_web_address_is_completed(typed: str, kept: str) -> None:
    assert clean_url(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "x",
            "a b",
            "ftp://a.pl",
            "javascript:alert(1)",
            "JAVASCRIPT:alert(1)",
            "data:text/html,x",
        ),
        *(
            "java\nscript:x",
            "vbscript:x",
            "mailto:a@b.pl",
            "tel:123",
            "https://",
            "http://[",
            "a.pl/ x",
        ),
        *(
            "http://user:pass@a.pl",
            "user@a.pl",
            "a.pl/" + "x" * 2000,
            "http://a.pl\r\nX: y",
            "https:a.pl",
        ),
    ],
)
def test_other_addresses_are_refused(typed: str) -> None:
    with pytest.raises(BadText):
        clean_url(typed)


def test_an_email_address_keeps_what_stands_before_the_at() -> None:
    assert clean_email(" Jan.Kowalski+x@Example.PL ") == "Jan.Kowalski+x@example.pl"
    assert clean_email("jan@żółw.pl") == "jan@żółw.pl"


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "@",
            "a",
            "a@",
            "@b.pl",
            "a@b",
            "a b@c.pl",
            "a@b.pl, c@d.pl",
            "Jan <a@b.pl>",
            "a@b@c.pl",
        ),
        *("a@b.pl\r\nBcc: c@d.pl", "a\n@b.pl", "a@b.pl\u2028x", "a" * 250 + "@b.pl", "a\0@b.pl"),
    ],
)
def test_other_email_addresses_are_refused(typed: str) -> None:
    with pytest.raises(BadText):
        clean_email(typed)


@given(st.text())
@pytest.mark.parametrize(
    "validate", [lambda s: clean_phone(s, "PL"), clean_tax_id, clean_url, clean_email]
)
def test_anything_is_kept_for_good_or_refused(validate: Callable[[str], str], typed: str) -> None:
    try:
        kept = validate(typed)
    except BadText as refused:
        assert refused.message
    else:
        assert validate(kept) == kept
