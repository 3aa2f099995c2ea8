"""Writing very many rows: Django's own INSERT, compiled once for each table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models.sql import InsertQuery

# What SQLite and PostgreSQL take as it is in Python.
PLAIN = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one table; numbered ones under their numbers, others as the engine counts.

    `bulk_create` does the same, but compiles each row into the statement anew, which takes most of
    its time. Nothing is filled in by itself (`auto_now_add`), and `rows` learn no numbers.
    """
    if not rows:
        return
    first = rows[0]
    fields = [
        field
        for field in type(first)._meta.concrete_fields
        if not field.primary_key or first.pk is not None
    ]
    query = InsertQuery(type(first))
    query.insert_values(fields, [first], raw=True)
    ((statement, _first_values),) = query.get_compiler(connection=connection).as_sql()
    read: Callable[[models.Model], tuple[Any, ...]] = attrgetter(*(f.attname for f in fields))
    prepared = [(n, _preparer(f)) for n, f in enumerate(fields) if not isinstance(f, PLAIN)]
    values: list[list[Any]] = []
    for row in rows:
        found = list(read(row))
        for place, prepare in prepared:
            found[place] = prepare(found[place])
        values.append(found)
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _preparer(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    """What turns a value of the field into what the engine takes."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return lambda value: field.get_db_prep_save(value, connection)
