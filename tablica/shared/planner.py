"""What the database's planner knows of the sizes of tables, by which it chooses its ways."""

from __future__ import annotations

from django.db import connection

# SQLite: look at every table, also those that no query of this connection has missed, in samples.
ALL_TABLES = "PRAGMA optimize(0x10002)"
# PostgreSQL: gives the statement that names ours.
OUR_TABLES = """
    SELECT 'ANALYZE ' || string_agg(quote_ident(tablename), ', ')
    FROM pg_tables WHERE schemaname = current_schema()
"""


def learn_sizes() -> None:
    """Let the planner look at the tables as they are now; takes seconds on large ones.

    On PostgreSQL at ours by name: all of them would be also those that its databases share, and
    who looks at these in a long transaction keeps everybody else waiting.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(ALL_TABLES)
            return
        cursor.execute(OUR_TABLES)
        cursor.execute(cursor.fetchone()[0])
