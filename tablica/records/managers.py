"""Managers that fail closed: what somebody may see is asked for, or nothing is read.

`Model.objects` gives a queryset that raises when it is evaluated before `.visible_to(user)` or
`.unguarded(reason)` was called on it. Forgetting the filter is an error, never a leak. The guard
sits where SQL is made, so that it holds however the rows are asked for: iterated, counted, changed,
as a subquery of another table, or joined to an opened queryset by `|` or `union`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from tablica.accounts.models import User

M_co = TypeVar("M_co", bound=models.Model, covariant=True)


class Unguarded(RuntimeError):
    """A guarded table was about to be read without saying for whom."""


class GuardedQuery(Query):
    """A query that becomes SQL only once it is opened; copies of it are as open as it is."""

    opened = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        self.refuse_unopened()
        compiler: SQLCompiler = super().get_compiler(*args, **kwargs)
        return compiler

    def chain(self, klass: Any = None) -> Any:
        if klass is not None:
            self.refuse_unopened()
        return super().chain(klass)

    def combine(self, rhs: Query, connector: str) -> None:
        super().combine(rhs, connector)
        self.opened = self.opened and getattr(rhs, "opened", False)

    def refuse_unopened(self) -> None:
        """Raise `Unguarded` unless this was opened, or asks for nothing at all."""
        if not self.opened and not self.is_empty():
            _refuse(self.model)


def _refuse(model: type[models.Model] | None) -> NoReturn:
    name = model.__name__ if model else "This"
    raise Unguarded(f"{name}: call .visible_to(user) or .unguarded(reason=…) first")


class GuardedQuerySet(models.QuerySet[M_co]):
    """A queryset that opens only through `visible_to` or `unguarded`."""

    query: GuardedQuery

    def __init__(
        self, model: Any = None, query: Query | None = None, using: Any = None, hints: Any = None
    ) -> None:
        guarded = GuardedQuery(model) if query is None else query
        super().__init__(model, guarded, using, hints)

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

    def raw(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused always: SQL of one's own passes every filter."""
        _refuse(self.model)

    def delete(self) -> tuple[int, dict[str, int]]:
        self.query.refuse_unopened()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self.query.refuse_unopened()
        return super()._raw_delete(using)

    def _opened(self) -> Self:
        opened = self._chain()  # type: ignore[attr-defined]
        opened.query.opened = True
        return opened  # type: ignore[no-any-return]
