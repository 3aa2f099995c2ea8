"""Letters to the one whose account it is, when the ways into it change."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.shared.mail.commands import post_letter


def tell_of_factors(user: User, sentence: str, *, once: str = "") -> None:
    """Write to `user` what happened, in the caller's transaction; nothing without a mail server.

    `once` names what is told a single time, however often it happens.
    """
    if settings.SMTP is None:
        return
    drawn = secrets.token_hex(12)
    name = salted_hmac("accounts.letters", f"{user.pk} {once}").hexdigest() if once else drawn
    with translation.override(user.language):
        said = translation.gettext(sentence)
        advice = _("If that was not you, change your password and speak to an administrator.")
        post_letter(
            to=user.email,
            subject=said,
            text=f"{said}\n\n{advice}\n\n{settings.TABLICA_URL}/settings/me/factors\n",
            message_id=f"<factors-{name}@{settings.SMTP.domain.lower()}>",
        )
