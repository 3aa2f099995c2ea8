"""What a request reads from the database while somebody looks in, so that it can be told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from tablica.accounts.models import User

Read = dict[type["Noted"], set[int]]
_read: ContextVar[Read | None] = ContextVar("read_while_looking_in", default=None)


@contextmanager
def noting() -> Iterator[Read]:
    """Gather the numbers of what is read in here, by its sort; nothing is gathered outside."""
    read: Read = {}
    before = _read.set(read)
    try:
        yield read
    finally:
        _read.reset(before)


class Noted(models.Model):
    """What others can read that it was read, when that was possible only by looking in.

    Whatever page reads it, it comes by here: a page to come cannot forget to tell.
    """

    noted_as: ClassVar[str]

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> Self:
        row = super().from_db(*args, **kwargs)
        if _read.get() is not None:
            cls.note_read([row.pk])
        return row

    @classmethod
    def note_read(cls, numbers: Iterable[int]) -> None:
        """Say that something of these is shown, where a page reads single values of them."""
        read = _read.get()
        if read is not None:
            read.setdefault(cls, set()).update(numbers)

    @classmethod
    def of_person_q(cls, person: int) -> Q:
        """What somebody who looks into `person` sees beside what is open to them."""
        raise NotImplementedError

    @classmethod
    def open_q(cls, user: User) -> Q:
        """What `user` may see, thrown away or not."""
        raise NotImplementedError
