"""What the database's planner knows of the sizes of tables, by which it chooses its ways."""

from __future__ import annotations

from django.db import connection

# SQLite: look at every table, also those that no query of this connection has missed, in samples.
ALL_TABLES = "PRAGMA optimize(0x10002)"


def learn_sizes() -> None:
    """Let the planner look at the tables as they are now; takes seconds on large ones."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_TABLES if connection.vendor == "sqlite" else "ANALYZE")
