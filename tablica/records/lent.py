"""What is lent to a reader at this moment: shares, those they stand in for, whom they look into.

Like every right it is read when it is asked for: what ends is gone with the next request. Whoever
was never lent anything (`User.lent` is false) costs no query.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from tablica.accounts.models import User
from tablica.accounts.rules import know_access_of


@dataclass(frozen=True)
class Standing:
    """Somebody's place that a reader fills; in `kinds` of records, or in all when it is empty."""

    person: User
    kinds: frozenset[str] = frozenset()

    def covers(self, kind: str) -> bool:
        """Whether it is about records of this kind."""
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True)
class Lent:
    """What is lent to one reader.

    `shared` are the numbers of records and whether they may be changed, too; `standing` whose
    places the reader fills; `looks_into` the number of the colleague an administrator looks into.
    """

    shared: dict[int, bool] = field(default_factory=dict)
    standing: tuple[Standing, ...] = ()
    looks_into: int | None = None

    def key(self) -> object:
        """The same for two readers to whom the same is lent."""
        places = tuple(sorted((s.person.pk, tuple(sorted(s.kinds))) for s in self.standing))
        return tuple(sorted(self.shared.items())), places, self.looks_into


NOTHING = Lent()


def lent_to(user: User) -> Lent:
    """What is lent to `user`, read from the database once for this user object."""
    kept: Lent | None = getattr(user, "_lent", None)
    return kept if kept is not None else know_lent_to([user])[user.pk]


def know_lent_to(users: Collection[User]) -> dict[int, Lent]:
    """Read anew what is lent to all these, in as many queries as for one, and keep it with each."""
    some = [user.pk for user in users if user.lent and user.is_active]
    shared = _shares_of(some)
    standing = _places_of(some)
    found = {}
    for user in users:
        looks_into: int | None = getattr(user, "_looks_into", None)
        mine, places = shared.get(user.pk), standing.get(user.pk)
        lent = Lent(mine or {}, tuple(places or ()), looks_into)
        found[user.pk] = user._lent = lent  # type: ignore[attr-defined]
    return found


def look_into(user: User, person: int | None) -> None:
    """For as long as this user object lives they see also what is of `person`, or no more."""
    user._looks_into = person  # type: ignore[attr-defined]
    user.__dict__.pop("_lent", None)


def _shares_of(users: list[int]) -> dict[int, dict[int, bool]]:
    found: dict[int, dict[int, bool]] = {}
    if users:
        for user, record, edits in open_shares(users).values_list("user", "record", "edits"):
            found.setdefault(user, {})[record] = edits
    return found


def open_shares(users: Collection[int], *, edits: bool = False) -> QuerySet[Any, Any]:
    """What is shared with these people now; with `edits`, to be changed as well."""
    shares = apps.get_model("records", "Share")._default_manager
    open_ = Q(until=None) | Q(until__gt=timezone.now())
    found: QuerySet[Any, Any] = shares.filter(open_, user__in=users)
    return found.filter(edits=True) if edits else found


def _places_of(users: list[int]) -> dict[int, list[Standing]]:
    found: dict[int, list[Standing]] = {}
    if users:
        now = timezone.now()
        absences = apps.get_model("records", "Absence")._default_manager
        rows = absences.filter(
            deputy__in=users,
            starts_at__lte=now,
            ends_at__gt=now,
            withdrawn_at=None,
            person__deactivated_at=None,
        ).select_related("person__role")
        away = {row.person_id: row.person for row in rows}
        if away:
            know_access_of(list(away.values()))
        kinds: dict[tuple[int, int], list[list[str]]] = {}
        for row in rows:
            kinds.setdefault((row.deputy_id, row.person_id), []).append(row.kinds)
        for (deputy, person), said in kinds.items():
            covered = frozenset[str]().union(*said) if all(said) else frozenset[str]()
            found.setdefault(deputy, []).append(Standing(away[person], covered))
    return found
