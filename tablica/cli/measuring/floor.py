"""The floor of a page: the very same SQL alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection
from django.test import Client

from tablica.cli.measuring.actors import Actor

Statement = tuple[str, Any]
WRITES = ("INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


class Recorder:
    """Remembers each statement of a request, and how long it took to carry out."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.seconds = 0.0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            if not many:
                self.statements.append((sql, params))


def statements_of(actor: Actor, address: str) -> list[Statement]:
    """The SQL of one page, recorded in this process."""
    client = Client(SERVER_NAME="localhost")
    client.cookies["session"] = actor.cookie
    client.get(address)
    recorder = Recorder()
    with connection.execute_wrapper(recorder):
        response = client.get(address)
    if response.status_code != 200:
        raise AssertionError(f"{address} answers {response.status_code}")
    return recorder.statements


def replay(statements: list[Statement], rounds: int) -> float:
    """The median time in milliseconds of running these reads and fetching their rows."""
    taken = []
    for _round in range(rounds):
        began = time.perf_counter()
        with connection.cursor() as cursor:
            for sql, params in statements:
                if not sql.lstrip().upper().startswith(WRITES):
                    cursor.execute(sql, params)
                    cursor.fetchall()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


def posting(act: Callable[[], object], rounds: int) -> tuple[float, int]:
    """The median time in milliseconds that the database needs for `act`, commit included.

    `act` writes; so its statements cannot be repeated, and are timed while it runs. What a commit
    costs is timed on a transaction that changes one row.
    """
    taken = []
    recorder = Recorder()
    for _round in range(rounds):
        recorder = Recorder()
        with connection.execute_wrapper(recorder):
            act()
        taken.append(recorder.seconds)
    return (median(taken) + _commit(rounds)) * 1000, len(recorder.statements)


def _commit(rounds: int) -> float:
    from django.db import transaction

    from tablica.accounts.models import User

    taken = []
    for _round in range(rounds):
        transaction.set_autocommit(False)
        User.objects.filter(email__endswith="@bench.invalid").update(theme="auto")
        began = time.perf_counter()
        transaction.commit()
        taken.append(time.perf_counter() - began)
        transaction.set_autocommit(True)
    return median(taken)
