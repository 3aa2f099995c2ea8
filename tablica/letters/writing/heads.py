"""What stands above a letter: names by which mail programs join letters, and ways out of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.crypto import salted_hmac

from tablica.accounts.models import User
from tablica.letters.keys import token_for
from tablica.letters.models import Key
from tablica.notices.models import Notice
from tablica.notices.rules import STRONGEST
from tablica.shared.mail.commands import one_line

CHOICES = "/settings/notifications"


def root_id(entry: int) -> str:
    """The name of a discussion for mail programs, the same for everybody and for ever."""
    return f"<entry-{entry}.{_seal('entry', str(entry))}@{_domain()}>"


def message_id(what: str, user: User, numbers: list[int]) -> str:
    """The name of one letter: the same again for the same news to the same person."""
    seal = _seal(what, f"{user.pk}/{','.join(map(str, sorted(numbers)))}")
    return f"<{what}-{max(numbers)}.{seal}@{_domain()}>"


def _seal(what: str, value: str) -> str:
    return salted_hmac(f"letters.id.{what}", value, algorithm="sha256").hexdigest()[:20]


def _domain() -> str:
    smtp = settings.SMTP
    return smtp.domain.lower() if smtp else "localhost"


def whole(path: str) -> str:
    """An address here, as other machines write it."""
    return f"{settings.TABLICA_URL}{path}"


def ways_out(user: User, reason: str) -> dict[str, str]:
    """By which headers mail programs offer to end letters of this reason."""
    url = whole(f"/letters/leave/{token_for(user, Key.Purpose.LEAVE, reason=reason)}")
    found = {"List-Unsubscribe": f"<{url}>"}
    if url.startswith("https://"):  # without it mail programs must not use it (RFC 8058)
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return found


def strongest(notices: Iterator[Notice]) -> str:
    """The reason that counts most among those of a letter."""
    order = [str(reason) for reason in STRONGEST]
    reasons = {notice.reason for notice in notices}
    return min(reasons, key=lambda r: order.index(r) if r in order else len(order))


def sender_of(people: Iterable[str]) -> str:
    """The name in front of our address: with that of the writer, when there is but one."""
    names = set(people)
    name = settings.SMTP.name if settings.SMTP else "Tablica"
    return f"{names.pop()} ({name})" if len(names) == 1 else name


def list_id(title: str, name: str) -> str:
    """What mail programs sort letters by: the name of a list here, shown as `title`."""
    shown = one_line(title).replace("\\", "").replace('"', "'")[:80]
    return f'"{shown}" <{name}.{_domain()}>'
