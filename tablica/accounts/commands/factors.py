"""Second factors: setting up, using, removing, and taking away those of a colleague."""

from __future__ import annotations

import time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tablica.accounts.commands.guarding import number_of, require_administrator
from tablica.accounts.commands.sign_ins import end_sign_ins
from tablica.accounts.doors import asks_password
from tablica.accounts.factors import codes, totp
from tablica.accounts.factors.codes import about_app_of
from tablica.accounts.factors.models import CodeApp, Passkey, RecoveryCode
from tablica.accounts.factors.queries import has_factor
from tablica.accounts.factors.telling import tell_of_factors
from tablica.accounts.models import Identity, User
from tablica.shared.errors import Hidden, Refused
from tablica.shared.sealing import Unreadable, is_by_the_first_key, seal, unseal
from tablica.shared.trail import commands as trail

APP = "app"


def _about(user: User) -> str:
    return about_app_of(user.pk)


def known(by: User, password: str) -> User:
    """The stored row of `by`, locked, after their password. `ValidationError` at `password`.

    Of who has none to give, the caller knows that they have just signed in.
    """
    stored = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)
    if asks_password(stored) and not stored.check_password(password):
        raise ValidationError({"password": _("This is not your present password.")})
    return stored


@transaction.atomic
def add_app(secret: bytes, *, code: str, password: str, by: User) -> list[str]:
    """From now on `by` also gives a code of this app; one set up before shows none any more.

    Recovery codes when it is the first factor, else none. `ValidationError` at `password`, `code`.
    """
    stored = known(by, password)
    step = totp.step_of(secret, code, now=time.time())
    if step is None:
        sentence = _("This is not the code that your app shows now. Is the phone’s clock right?")
        raise ValidationError({"code": sentence})
    is_first = not has_factor(stored)
    said = {"sealed": seal(secret, about=_about(stored)), "last_step": step}
    CodeApp.objects.update_or_create(user=stored, defaults=said)
    return added(stored, APP, is_first=is_first)


def added(user: User, kind: str, *, is_first: bool) -> list[str]:
    """Tell of a factor that was just added; with recovery codes when it is the first."""
    fresh = _new_codes(user) if is_first else []
    tell_of_factors(user, gettext_noop("A second factor was added to your account."))
    trail.note("second factor added", by=user.pk, about=f"user {user.pk}", kind=kind)
    return fresh


@transaction.atomic
def remove_app(*, password: str, by: User) -> None:
    """`by` gives no codes of an app any more. `Hidden` when there is none."""
    stored = known(by, password)
    if not CodeApp.objects.filter(user=stored).delete()[0]:
        raise Hidden
    removed(stored, APP)


def removed(user: User, kind: str) -> None:
    """Tell of a factor just removed. `Refused` when it was the last and the role asks for one.

    With the last one go the recovery codes: they stand in for something that is not there.
    """
    if not has_factor(user):
        if user.role.second_factor:
            raise Refused(_("Your role needs a second factor: set up another one first."))
        RecoveryCode.objects.filter(user=user).delete()
    tell_of_factors(user, gettext_noop("A second factor was removed from your account."))
    trail.note("second factor removed", by=user.pk, about=f"user {user.pk}", kind=kind)


@transaction.atomic
def make_recovery_codes(*, password: str, by: User) -> list[str]:
    """Ten new recovery codes; those made before count no more. `Hidden` without a factor."""
    stored = known(by, password)
    if not has_factor(stored):
        raise Hidden
    fresh = _new_codes(stored)
    tell_of_factors(stored, gettext_noop("New recovery codes were made for your account."))
    trail.note("recovery codes made", by=by.pk, about=f"user {by.pk}")
    return fresh


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    fresh = codes.new_codes()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user=user, digest=codes.digest_of_code(code)) for code in fresh
    )
    return fresh


@transaction.atomic
def take_code(user: User, typed: str) -> bool:
    """Whether this is a code of the user's app, or a recovery code; it counts this once only."""
    if not has_factor(user):
        return False
    if codes.looks_like_one(typed):
        return _take_recovery_code(user, typed)
    app = CodeApp.objects.filter(user=user).first()
    if app is None:
        return False
    try:
        secret = unseal(app.sealed, about=_about(user))
    except Unreadable:
        return False
    step = totp.step_of(secret, typed, now=time.time())
    if step is None:
        return False
    taken = CodeApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step)
    if taken and not is_by_the_first_key(app.sealed):
        CodeApp.objects.filter(pk=app.pk).update(sealed=seal(secret, about=_about(user)))
    return bool(taken)


def _take_recovery_code(user: User, typed: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, used_at=None)
    taken = unused.filter(digest=codes.digest_of_code(typed)).update(used_at=timezone.now())
    if taken:
        left = unused.count()
        tell_of_factors(user, gettext_noop("Somebody came in with one of your recovery codes."))
        trail.note("recovery code used", by=user.pk, about=f"user {user.pk}", left=left)
    return bool(taken)


@transaction.atomic
def drop_proofs(user: User, *, by: User | None) -> None:
    """Forget all by which `user`, who leaves, came in beside the password; also single sign-on.

    Nobody is written to: they are not let in any more.
    """
    require_administrator(by)
    had_factor = has_factor(user)
    CodeApp.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    about = f"user {user.pk}"
    if had_factor:
        trail.note("second factors taken away", by=number_of(by), about=about)
    if Identity.objects.filter(user=user).delete()[0]:
        trail.note("single sign-on unlinked", by=number_of(by), about=about)


@transaction.atomic
def take_factors_away(user: User, *, by: User | None) -> None:
    """Let `user`, who lost what they showed besides, in by the password alone; sign them out.

    `by` is an administrator, or None on the machine itself. For one's own there is one's own page.
    """
    require_administrator(by)
    if by is not None and by.pk == user.pk:
        raise Refused(_("Your own second factors are on your own page."))
    if not has_factor(user):
        raise Hidden
    CodeApp.objects.filter(user=user).delete()
    Passkey.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    end_sign_ins(user, by=by)
    tell_of_factors(user, gettext_noop("An administrator took your second factors away."))
    trail.note("second factors taken away", by=number_of(by), about=f"user {user.pk}")
