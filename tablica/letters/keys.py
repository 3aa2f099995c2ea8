"""The secrets in letters: who has one may do the one thing it is for, in one person's name."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tablica.accounts.models import User
from tablica.letters.models import Key
from tablica.shared.digests import digest_of

LENGTH = 32
"""Letters and digits, 160 bits: part of an address, where capitals do not count."""
KEPT = timedelta(days=365)
_TOKEN = re.compile(rf"[a-z2-7]{{{LENGTH}}}")


def token_for(user: User, purpose: str, *, entry: int | None = None, reason: str = "") -> str:
    """The secret by which `user` answers this entry, or ends letters for this reason.

    The same in every letter, until the person leaves. Nothing can be read from it.
    """
    now = timezone.now()
    key = Key.objects.filter(purpose=purpose, user=user, entry=entry, reason=reason).first()
    if key is None:
        key = _new_key(user, purpose, entry, reason, now)
    if key.used_at < now - timedelta(days=1):
        Key.objects.filter(pk=key.pk).update(used_at=now)
    return _token(user.pk, purpose, entry, reason, key.nonce)


def _new_key(user: User, purpose: str, entry: int | None, reason: str, now: datetime) -> Key:
    """A new one. Whoever writes letters to `user` holds the lock of their rhythm."""
    nonce = secrets.token_hex(16)
    return Key.objects.create(
        purpose=purpose,
        user=user,
        entry_id=entry,
        reason=reason,
        nonce=nonce,
        digest=digest_of(_token(user.pk, purpose, entry, reason, nonce)),
        used_at=now,
    )


def _token(user: int, purpose: str, entry: int | None, reason: str, nonce: str) -> str:
    value = f"{user}/{entry or ''}/{reason}/{nonce}"
    digest = salted_hmac(f"letters.{purpose}", value, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:LENGTH]


def opened_by(token: str, purpose: str) -> Key | None:
    """What this secret opens for this purpose; None for any other, and when its person has left."""
    if not _TOKEN.fullmatch(token.lower()):
        return None
    return (
        Key.objects.select_related("user__role")
        .filter(digest=digest_of(token.lower()), purpose=purpose, user__deactivated_at=None)
        .first()
    )


def reply_address(user: User, entry: int) -> str:
    """Where `user` answers this entry; empty when nobody takes answers in."""
    if not settings.REPLY_DOMAIN:
        return ""
    return f"reply+{token_for(user, Key.Purpose.ANSWER, entry=entry)}@{settings.REPLY_DOMAIN}"


def key_of_address(address: str) -> Key | None:
    """Whose answer to what comes to this address; None for an address that is none of ours."""
    local, _at, domain = address.strip().strip("<>").lower().rpartition("@")
    if not settings.REPLY_DOMAIN or domain != settings.REPLY_DOMAIN:
        return None
    begin, _plus, token = local.partition("+")
    return opened_by(token, Key.Purpose.ANSWER) if begin == "reply" else None


def forget_keys(now: datetime) -> int:
    """Remove those of people who left, and those that no letter used for a year; how many."""
    left, _rows = Key.objects.filter(user__deactivated_at__isnull=False).delete()
    old, _rows = Key.objects.filter(used_at__lt=now - KEPT).delete()
    return left + old
