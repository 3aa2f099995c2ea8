"""A filling that is under way: enough of it to go on after it was stopped."""

from __future__ import annotations

from django.db import models


class Filling(models.Model):
    """One story being written into this database; the row is gone when all of it is there.

    `now` is the moment up to which the story goes. `batches` counts what is written for good; it
    moves in the same transaction as the rows themselves.
    """

    size = models.CharField(max_length=20)
    seed = models.TextField()
    now = models.DateTimeField()
    batches = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.size}, seed {self.seed}"
