"""The lines of the trail, and its end."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

BEGINNING = "0" * 64
"""What stands before the first line."""


class Appended(RuntimeError):
    """A line of the trail was about to be changed or removed."""


class LineQuerySet(models.QuerySet["Line"]):
    """Lines are added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise Appended("Lines of the trail stay as they are.")

    def delete(self) -> NoReturn:
        raise Appended("Lines of the trail stay.")


class Line(models.Model):
    """One thing that happened. The numbers go from 1 up without a gap.

    `actor` is the number of the user, empty for nobody who is signed in and for the command line.
    `place` is the network address it came from, `about` what it happened to, such as `user 12`.
    `digest` is the SHA-256 of the line with `previous`, the digest of the line before.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    event = models.CharField(max_length=40, db_index=True)
    actor = models.BigIntegerField(null=True, db_index=True)
    place = models.CharField(max_length=64, blank=True)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    objects = LineQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.number} {self.event} {self.about}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise Appended("Lines of the trail stay as they are.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Appended("Lines of the trail stay.")


class End(models.Model):
    """The last line, one row: whoever adds a line locks it, so that the numbers have no gap."""

    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=BEGINNING)

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:8]}"
