"""Putting letters into the outbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from tablica.shared.mail.delivery import try_again
from tablica.shared.mail.jobs import ask_to_deliver
from tablica.shared.mail.models import Letter

LONGEST_SUBJECT = 200
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
"""Heads every letter: a program wrote it, and nobody's absence is to be answered to it."""
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202d\u202e]+")


def is_set_up() -> bool:
    """Whether there is a mail server to send by."""
    return settings.SMTP is not None


@transaction.atomic
def post_letter(
    *,
    to: str,
    subject: str,
    text: str,
    message_id: str,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    sender_name: str = "",
    kind: str = "",
    about: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
) -> Letter | None:
    """Keep a letter in the caller's transaction; it leaves after the commit, or never.

    None when mail is not set up. Posted again under the same `message_id` it is the letter that is
    there. Names and subjects become one line, so that they cannot bring headers of their own.
    Raises ValidationError for a wrong address, ValueError for a wrong name of a header.
    """
    if not is_set_up():
        return None
    validate_email(to)
    now = timezone.now()
    letter, _new = Letter.objects.get_or_create(
        message_id=one_line(message_id),
        defaults={
            "kind": kind,
            "about": dict(about or {}),
            "to": to,
            **_contents(subject, text, html, headers or {}, sender_name),
            "not_before": not_before or now,
            "created_at": now,
        },
    )
    ask_to_deliver()
    return letter


def rewrite_letter(
    letter: Letter,
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    headers: Mapping[str, str],
    sender_name: str,
) -> None:
    """Let a letter that is about to leave say this, to this address. Its Message-ID stays."""
    changes = {"to": to, **_contents(subject, text, html, headers, sender_name)}
    for name, value in changes.items():
        setattr(letter, name, value)
    letter.save(update_fields=list(changes))


def _contents(
    subject: str, text: str, html: str, headers: Mapping[str, str], sender_name: str
) -> dict[str, Any]:
    all_headers = AUTOMATIC | dict(headers)
    return {
        "sender_name": one_line(sender_name)[:LONGEST_SUBJECT],
        "subject": one_line(subject)[:LONGEST_SUBJECT],
        "text": text,
        "html": html,
        "headers": {_name(name): one_line(value) for name, value in all_headers.items()},
    }


@transaction.atomic
def send_again(letter_id: int) -> bool:
    """Try a letter once more that was given up; False when there is none."""
    found = try_again(letter_id)
    if found:
        ask_to_deliver()
    return found


def one_line(text: str) -> str:
    """A text as it may stand in a header: no breaks, nothing that turns its letters around."""
    return " ".join(_NOT_IN_A_LINE.sub(" ", text).split())


def _name(name: str) -> str:
    if not _HEADER.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a header.")
    return name
