"""Managers that fail closed: what somebody may see is asked for, or nothing is read.

`Model.objects` gives a queryset that raises when it is evaluated before `.visible_to(user)` or
`.unguarded(reason)` was called on it. Forgetting the filter is an error, never a leak.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from tablica.accounts.models import User

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Unguarded(RuntimeError):
    """A guarded table was about to be read without saying for whom."""


class GuardedQuerySet(models.QuerySet[M_co]):
    """A queryset that opens only through `visible_to` or `unguarded`."""

    _open = False

    def visible_q(self, user: User) -> Q:
        """The filter for `user`; each model's queryset says it."""
        raise NotImplementedError

    def visible_to(self, user: User) -> Self:
        """Only what `user` may see, by the one rule of `records.rules`."""
        return self._opened().filter(self.visible_q(user))

    def unguarded(self, *, reason: str) -> Self:
        """Everything: for commands that already checked, jobs and measurements. Say why."""
        if not reason:
            raise Unguarded("unguarded() needs a reason")
        return self._opened()

    def _opened(self) -> Self:
        opened = self._chain()  # type: ignore[attr-defined]
        opened._open = True
        return opened  # type: ignore[no-any-return]

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]
        clone._open = self._open
        return clone  # type: ignore[no-any-return]

    def _refuse(self) -> None:
        if not self._open:
            raise Unguarded(
                f"{self.model.__name__}: call .visible_to(user) or .unguarded(reason=…) first"
            )

    def _fetch_all(self) -> None:
        self._refuse()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M_co]:
        self._refuse()
        return super().iterator(chunk_size)

    def count(self) -> int:
        self._refuse()
        return super().count()

    def exists(self) -> bool:
        self._refuse()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        self._refuse()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        self._refuse()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse()
        return super().delete()

    def explain(self, *, format: str | None = None, **options: Any) -> str:
        self._refuse()
        return super().explain(format=format, **options)
