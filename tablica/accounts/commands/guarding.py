"""Who may change who works here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tablica.accounts.models import User
from tablica.accounts.rules import may_administer
from tablica.shared.errors import Refused


def require_administrator(by: User | None) -> None:
    """Raise `Refused` unless `by` administers. `None` is the command line of the machine itself."""
    if by is not None and not may_administer(by):
        raise Refused(_("Only an administrator may do this."))


def keep_an_administrator(*, without: User) -> None:
    others = User.objects.select_for_update().filter(role__administers=True, deactivated_at=None)
    if not others.exclude(pk=without.pk).exists():
        raise Refused(_("Somebody has to administer Tablica: name another administrator first."))
