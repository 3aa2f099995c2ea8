"""What must be set for jobs to be safe."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register
def sqlite_locks_at_once(**kwargs: Any) -> list[CheckMessage]:
    """On SQLite a transaction must take the write lock when it begins.

    Otherwise two workers read the same ready job, and one of them fails with "database is locked".
    """
    database: dict[str, Any] = settings.DATABASES["default"]
    if not str(database["ENGINE"]).endswith("sqlite3"):
        return []
    if database.get("OPTIONS", {}).get("transaction_mode") == "IMMEDIATE":
        return []
    return [
        Error(
            "SQLite transactions do not lock at once.",
            hint='Set OPTIONS["transaction_mode"] = "IMMEDIATE" for the default database.',
            id="jobs.E001",
        )
    ]
