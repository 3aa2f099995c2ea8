"""The three audiences that every record may have, under fixed numbers."""

from __future__ import annotations

from typing import Any

from django.core.management.color import no_style
from django.db import connection

from tablica.records.models import Audience


def make_audiences(**kwargs: Any) -> None:
    """Add 'everyone', 'team' and 'only me' where they are missing; runs after each migration."""
    fixed = {
        Audience.EVERYONE: Audience.Type.EVERYONE,
        Audience.TEAM: Audience.Type.TEAM,
        Audience.ME: Audience.Type.ME,
    }
    if Audience.objects.filter(pk__in=fixed).count() == len(fixed):
        return
    for pk, type_ in fixed.items():
        Audience.objects.get_or_create(pk=pk, defaults={"type": type_, "key": type_.value})
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Audience]):
            cursor.execute(statement)
