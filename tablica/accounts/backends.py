"""Signing in with e-mail and password."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest  # noqa: TID251  Django gives one to each backend

from tablica.accounts.doors import passwords_open
from tablica.accounts.models import User
from tablica.accounts.queries import of_address


class EmailBackend:
    """Checks a password in the same time whether or not the address is known."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = ""
    ) -> User | None:
        if not passwords_open():
            return None
        user = of_address(username)
        if user is None:
            make_password(password)
            return None
        if not check_password(password, user.password, setter=self._rehash(user, password)):
            return None
        return user if user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """The user of a session; someone deactivated is nobody from the next request on."""
        user = User.objects.select_related("role").filter(pk=user_id).first()
        return user if user and user.is_active else None

    @staticmethod
    def _rehash(user: User, password: str):  # type: ignore[no-untyped-def]
        def again(_raw: str) -> None:
            user.set_password(password)
            user.save(update_fields=["password"])

        return again
