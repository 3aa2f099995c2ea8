"""Who may change who works here."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tablica.accounts.models import Role, Team, User
from tablica.accounts.rules import may_administer, may_give
from tablica.shared.errors import Refused


def require_administrator(by: User | None) -> None:
    """Raise `Refused` unless `by` administers. `None` is the command line of the machine itself."""
    if by is not None and not may_administer(by):
        raise Refused(_("Only an administrator may do this."))


def require_may_give(by: User | None, role: Role, teams: Collection[Team]) -> None:
    """Raise `Refused` when `by` may not give somebody new this role and these teams."""
    if by is not None and not may_give(by, role, teams):
        raise Refused(_("You cannot give more rights than you have."))


def keep_an_administrator(*, without: QuerySet[User]) -> None:
    """Raise `Refused` when nobody would administer if these no longer did."""
    others = User.objects.select_for_update(no_key=True).filter(
        role__administers=True, deactivated_at=None
    )
    if not others.exclude(pk__in=without.values("pk")).exists():
        raise Refused(_("Somebody has to administer Tablica: name another administrator first."))


def number_of(by: User | None) -> int | None:
    """Who did it, for the trail; None for the command line."""
    return by.pk if by is not None else None
