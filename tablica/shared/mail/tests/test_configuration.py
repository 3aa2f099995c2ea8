"""What may be said in the environment about mail, and what is refused with a sentence."""

from __future__ import annotations

import pytest

from tablica.shared.mail.configuration import (
    Smtp,
    listening_from,
    reply_domain_from,
    smtp_from,
)

URL, FROM = "https://crm.example.org", "Zielony Regał <crm@example.org>"


def test_what_is_understood() -> None:
    assert smtp_from("", "", "") is None
    said = "smtp+starttls://me%40example.org:p%2Fw%3A@mail.example.org"
    assert smtp_from(said, FROM, URL) == Smtp(
        "mail.example.org",
        587,
        "me@example.org",
        "p/w:",
        True,
        False,
        "crm@example.org",
        "Zielony Regał",
    )
    assert "p/w" not in repr(smtp_from(said, FROM, URL))
    found = smtp_from("smtps://mail.example.org:4650", "crm@example.org", URL)
    assert found is not None
    assert (found.port, found.tls, found.starttls, found.name) == (4650, True, False, "Tablica")
    assert found.domain == "example.org"
    for near in ("smtp://127.0.0.1:2500", "smtp://[::1]", "smtp://10.1.2.3", "smtp://mailpit:1025"):
        assert smtp_from(near, FROM, URL) is not None
    assert listening_from("127.0.0.1:2525", "r.example.org") == ("127.0.0.1", 2525)
    assert listening_from("", "") is None
    assert reply_domain_from(" R.example.org ") == "r.example.org"


@pytest.mark.parametrize(
    ("address", "sender", "url", "sentence"),
    [
        ("mail.example.org", FROM, URL, "must look like"),
        ("http://mail.example.org", FROM, URL, "must look like"),
        ("smtps://", FROM, URL, "must look like"),
        ("smtps://[::1", FROM, URL, "must look like"),
        ("smtps://mail.example.org:99999", FROM, URL, "port"),
        ("smtp://mail.example.org", FROM, URL, "smtp\\+starttls"),
        ("smtps://mail.example.org", "", URL, "TABLICA_MAIL_FROM"),
        ("smtps://mail.example.org", "nobody", URL, "TABLICA_MAIL_FROM"),
        ("smtps://mail.example.org", "a@b\r\nBcc: c@d", URL, "TABLICA_MAIL_FROM"),
        ("smtps://mail.example.org", FROM, "", "TABLICA_URL"),
    ],
)
def test_what_is_refused(address: str, sender: str, url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        smtp_from(address, sender, url)


@pytest.mark.parametrize(
    ("said", "domain"), [("2525", "r.example.org"), ("127.0.0.1", "x.org"), ("127.0.0.1:25", "")]
)
def test_where_nothing_can_come_in(said: str, domain: str) -> None:
    with pytest.raises(ValueError, match="TABLICA_RECEIVE"):
        listening_from(said, domain)


def test_a_domain_that_is_none() -> None:
    with pytest.raises(ValueError, match="TABLICA_REPLY_DOMAIN"):
        reply_domain_from("a b")
