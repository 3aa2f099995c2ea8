"""Sealing all that is kept sealed anew, with the newest key, so that the older ones can go.

Rooms declare what they keep sealed. A run that is cut off is begun again: what is done stays done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from tablica.shared.sealing import Unreadable, name_of, seal, unseal

AT_ONCE = 100
"""Rows of one transaction."""


@dataclass(frozen=True)
class Sealed:
    """A column of sealed secrets; `about` says what one of them is for, as it was sealed."""

    model: str
    field: str
    about: Callable[[Any], str]

    @property
    def rows(self) -> models.QuerySet[Any, Any]:
        """All of them, in order."""
        every: models.QuerySet[Any, Any] = apps.get_model(self.model)._default_manager.all()
        return every.order_by("pk")


@dataclass(frozen=True)
class Count:
    """How many secrets were sealed anew, were so already, and could not be opened by any key."""

    done: int = 0
    already: int = 0
    unreadable: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.done + other.done,
            self.already + other.already,
            self.unreadable + other.unreadable,
        )


_declared: dict[tuple[str, str], Sealed] = {}


def declare(sealed: Sealed) -> None:
    """Let this column be sealed anew with the others; twice the same is a mistake."""
    if (sealed.model, sealed.field) in _declared:
        raise ValueError(f"{sealed.model}.{sealed.field} is declared twice")
    _declared[sealed.model, sealed.field] = sealed


def declared() -> list[Sealed]:
    """Everything that rooms keep sealed."""
    return list(_declared.values())


def reseal_all() -> Count:
    """Seal everything with the first of the keys that another one sealed."""
    return sum((each for of in declared() for each in _each_batch(of)), Count())


def by_older_keys() -> int:
    """How many secrets the first of the keys did not seal."""
    first = name_of(settings.KEYS[0])
    return sum(
        of.rows.exclude(**{f"{of.field}__startswith": f"{first}."}).count() for of in declared()
    )


def _each_batch(of: Sealed) -> Iterator[Count]:
    first, after = name_of(settings.KEYS[0]), 0
    while True:
        with transaction.atomic():
            rows = list(of.rows.select_for_update().filter(pk__gt=after)[:AT_ONCE])
            old = [row for row in rows if not getattr(row, of.field).startswith(f"{first}.")]
            done = sum(_reseal(of, row) for row in old)
        if not rows:
            return
        after = rows[-1].pk
        yield Count(done, len(rows) - len(old), len(old) - done)


def _reseal(of: Sealed, row: Any) -> bool:
    """Whether any of the keys opens it; what none opens stays as it is."""
    about = of.about(row)
    try:
        secret = unseal(getattr(row, of.field), about=about)
    except Unreadable:
        return False
    of.rows.filter(pk=row.pk).update(**{of.field: seal(secret, about=about)})
    return True
