"""Passkeys: adding, showing and removing one."""

from __future__ import annotations

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tablica.accounts.commands.factors import added, known, removed
from tablica.accounts.factors import passkeys
from tablica.accounts.factors.models import Passkey
from tablica.accounts.factors.passkeys import Said, Site, State, Unproven
from tablica.accounts.factors.queries import has_factor
from tablica.accounts.models import User
from tablica.shared.errors import Hidden

KIND = "passkey"
MOST = 20
HANDLE = 32  # bytes


def begin(user: User, *, site: Site, handle: bytes) -> tuple[Said, State]:
    """What a browser needs to make a passkey of `user`, and what to check its answer with."""
    mine = Passkey.objects.filter(user=user).values_list("credential", flat=True)
    return passkeys.begin_making(
        site, handle=handle, email=user.email, name=user.name, known=map(bytes, mine)
    )


def handle_of(user: User) -> bytes:
    """The name under which devices know `user`; a new one before the first passkey."""
    kept = Passkey.objects.filter(user=user).values_list("handle", flat=True).first()
    return bytes(kept) if kept else secrets.token_bytes(HANDLE)


@transaction.atomic
def add_passkey(
    name: str, *, site: Site, state: State, handle: bytes, answer: Said, password: str, by: User
) -> list[str]:
    """From now on `by` may show this passkey. Recovery codes when it is the first factor.

    Raises `ValidationError` at `password`, or for all when the browser's answer does not hold.
    """
    stored = known(by, password)
    failed = ValidationError(_("The passkey could not be made. Try again."))
    if Passkey.objects.filter(user=stored).count() >= MOST:
        raise ValidationError(_("You have %(n)d passkeys. Remove one first.") % {"n": MOST})
    try:
        made = passkeys.finish_making(site, state, answer)
    except Unproven:
        raise failed from None
    if Passkey.objects.filter(number=made.number).exists():
        raise failed
    is_first = not has_factor(stored)
    Passkey.objects.create(
        user=stored,
        name=name,
        number=made.number,
        credential=made.credential,
        handle=handle,
        count=made.count,
    )
    return added(stored, KIND, is_first=is_first)


@transaction.atomic
def show_passkey(*, site: Site, state: State, answer: Said, only: User | None) -> User | None:
    """Whose passkey a browser has shown; None when it does not hold, or its owner has left.

    `only` is the one whose password was given before: then no other passkey counts.
    """
    found = (
        Passkey.objects.select_for_update(of=("self",))
        .select_related("user__role")
        .filter(number=passkeys.number_in(answer), user__deactivated_at=None)
        .first()
    )
    if found is None or (only is not None and found.user_id != only.pk):
        return None
    try:
        found.count = passkeys.finish_showing(
            site,
            state,
            answer,
            credential=bytes(found.credential),
            handle=bytes(found.handle),
            count=found.count,
        )
    except Unproven:
        return None
    found.last_used_at = timezone.now()
    found.save(update_fields=["count", "last_used_at"])
    user: User = found.user
    return user


@transaction.atomic
def remove_passkey(number: int, *, password: str, by: User) -> None:
    """This passkey of `by` counts no more. `Hidden` for those of others."""
    stored = known(by, password)
    if not Passkey.objects.filter(pk=number, user=stored).delete()[0]:
        raise Hidden
    removed(stored, KIND)
