"""Spaces: walls for internal topics that belong to no client."""

from __future__ import annotations

from django.db import models

from tablica.records.models import RecordModel


class Space(RecordModel):
    """An internal topic: a fair, a price list, how we work."""

    about = models.TextField(blank=True)
