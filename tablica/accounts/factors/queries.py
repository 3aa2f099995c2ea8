"""Reading who has which factors."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tablica.accounts.factors.models import CodeApp, Passkey, RecoveryCode
from tablica.accounts.models import User


def with_a_factor() -> Q:
    """Users who have a second factor. Recovery codes are none: they stand in for one."""
    has_app = Exists(CodeApp.objects.filter(user=OuterRef("pk")))
    return Q(has_app) | Q(Exists(Passkey.objects.filter(user=OuterRef("pk"))))


def lacks_a_factor() -> Q:
    """Users whose role asks for a second factor that they do not have yet."""
    return Q(role__second_factor=True) & ~with_a_factor()


def has_factor(user: User) -> bool:
    """Whether the password alone does not let `user` in."""
    return User.objects.filter(with_a_factor(), pk=user.pk).exists()


def has_to_set_up(user: User) -> bool:
    """Whether the role of `user` asks for a second factor that they do not have yet."""
    return user.role.second_factor and not has_factor(user)


def code_app_of(user: User) -> CodeApp | None:
    """The app that shows the codes of `user`."""
    return CodeApp.objects.filter(user=user).first()


def codes_left(user: User) -> int:
    """How many recovery codes of `user` are unused."""
    return RecoveryCode.objects.filter(user=user, used_at=None).count()


def passkeys_of(user: User) -> QuerySet[Passkey]:
    """The passkeys of `user`, the oldest first."""
    return Passkey.objects.filter(user=user).order_by("pk")
