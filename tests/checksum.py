"""The whole database as one number: equal before and after means that nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

# What may change without anybody's doing: sessions, keys that were used, jobs of the house.
VOLATILE = frozenset(
    {
        "django_session",
        "accounts_signinfailure",
        "once_submission",
        "limits_window",
        "sqlite_sequence",
    }
)
VOLATILE_COLUMNS = frozenset({"last_login", "last_used_at"})


def tables() -> list[str]:
    """Every table that holds something of the company, the words of the search included."""
    with connection.cursor() as cursor:
        found = connection.introspection.table_names(cursor)
    shadows = ("search_words_", "django_migrations")
    return [t for t in found if t not in VOLATILE and not t.startswith(shadows)]


def rows_of(table: str, *, without: Collection[str] = ()) -> list[str]:
    """The rows of a table as texts, sorted, so that their order on the disk does not count."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
        names = [column[0] for column in cursor.description]
        left_out = VOLATILE_COLUMNS | set(without)
        return sorted(
            repr([(n, v) for n, v in zip(names, row, strict=True) if n not in left_out])
            for row in cursor.fetchall()
        )


def snapshot() -> dict[str, list[str]]:
    """Every row of every table, and the names of the stored files."""
    found = {table: rows_of(table) for table in tables()}
    folder = settings.TABLICA_DATA / "files"
    found["files on disk"] = sorted(p.name for p in folder.rglob("*") if p.is_file())
    return found


def checksum() -> str:
    """One number for the whole database."""
    return hashlib.sha256(repr(sorted(snapshot().items())).encode()).hexdigest()


def difference(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[str]:
    """What differs, table by table, for the sentence of a failed test."""
    return [
        f"{table}: {sign} {row[:300]}"
        for table in sorted(before.keys() | after.keys())
        for sign, rows, others in (
            ("-", before.get(table, []), set(after.get(table, []))),
            ("+", after.get(table, []), set(before.get(table, []))),
        )
        for row in rows
        if row not in others
    ]


@contextmanager
def nothing_changes() -> Iterator[None]:
    """Fails when a single row differs afterwards."""
    before = snapshot()
    yield
    changed = difference(before, snapshot())
    assert changed == [], "\n".join(changed)
