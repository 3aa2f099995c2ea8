"""Contact data as typed: brought to one form, or refused with a sentence."""

import re
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from tablica.shared.text.cleaning import BadText, clean
from tablica.shared.text.folding import fold

LONGEST_PHONE = 50
NO_BREAK = "\N{NO-BREAK SPACE}"
LONGEST_TAX_ID = 20
LONGEST_URL = 2_000
LONGEST_EMAIL = 254

_LIKE_A_PHONE = re.compile(r"[+\d\s().\-/*#,;]*(?:(?:ext|wew|доб|داخلی|w|x)[.:]?\s*\d+)?")
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:(?!\d)", re.IGNORECASE)
_is_url = URLValidator(schemes=["http", "https"])


def clean_phone(s: str, region: str | None) -> str:
    """Return a number valid in `region` (ISO country, for numbers without +48) as E.164.

    What is no valid number but looks like one (extensions, short and internal numbers) is kept as
    typed. Raises `BadText` for anything else.
    """
    typed = clean(s, max_length=LONGEST_PHONE, multiline=False)
    folded = fold(typed)
    if not _LIKE_A_PHONE.fullmatch(folded) or len(re.findall(r"\d", folded)) < 3:
        raise BadText(_("This does not look like a phone number."), code="phone")
    try:
        number = phonenumbers.parse(folded, region.upper() if region else None)
    except phonenumbers.NumberParseException:
        return typed
    if number.extension or not phonenumbers.is_valid_number(number):
        return typed
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def format_phone(kept: str) -> str:
    """A number kept as E.164 in the groups of its country, +48 61 555 83 87; others as typed."""
    try:
        number = phonenumbers.parse(kept)
    except phonenumbers.NumberParseException:
        return kept
    if phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) != kept:
        return kept
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    return written.replace(" ", NO_BREAK)


def clean_tax_id(s: str) -> str:
    """Return a tax id in its compact form: capitals and digits, without spaces and dashes.

    `PL 526-000-12-46` becomes `PL5260001246`. Raises `BadText` for what can be no tax id.
    """
    typed = clean(s, max_length=LONGEST_TAX_ID * 2, multiline=False)
    compact = re.sub(r"[\s.\-/]", "", fold(typed)).upper()
    is_possible = re.fullmatch(r"[A-Z0-9+*]+", compact) and re.search(r"\d{2}", compact)
    if not is_possible or not 4 <= len(compact) <= LONGEST_TAX_ID:
        raise BadText(
            _("A tax id has 4 to 20 letters and digits, such as PL5260001246."), code="tax_id"
        )
    return compact


def clean_url(s: str) -> str:
    """Return a web address; a bare domain gets `https://`. Raises `BadText`.

    Only http and https, and no name and password in it, which would be shown to every reader.
    """
    typed = clean(s, max_length=LONGEST_URL, multiline=False)
    address = typed if _SCHEME.match(typed) else f"https://{typed.removeprefix('//')}"
    try:
        _is_url(address)
        parts = urlsplit(address)
    except (ValidationError, ValueError):
        raise BadText(_("Write a web address, such as https://example.com."), code="url") from None
    if "@" in parts.netloc:
        raise BadText(_("Leave the name and password out of the address."), code="url")
    return parts._replace(scheme=parts.scheme.lower(), netloc=parts.netloc.lower()).geturl()


def clean_email(s: str) -> str:
    """Return an e-mail address with its domain in small letters. Raises `BadText`.

    What stands before the @ is kept as typed.
    """
    typed = clean(s, max_length=LONGEST_EMAIL, multiline=False)
    local, _at, domain = typed.rpartition("@")
    address = f"{local}@{domain.lower()}"
    try:
        validate_email(address)
    except ValidationError:
        raise BadText(
            _("Write an e-mail address, such as anna@example.com."), code="email"
        ) from None
    return address
