"""Loaded by `-p` in runs that follow each other: their database has its tables already.

`PREPARED` names a database file; where there is none yet, the first run leaves it there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Begin with the database that was left."""
    kept = Path(os.environ["PREPARED"])
    if kept.exists():
        shutil.copyfile(kept, _ours())
        config.option.reuse_db = True


@pytest.fixture(scope="session", autouse=True)
def leave_the_tables(django_db_setup: None) -> Iterator[None]:
    """Leave it to the next run, before anything is written."""
    kept = Path(os.environ["PREPARED"])
    if not kept.exists():
        with closing(sqlite3.connect(_ours())) as ours, closing(sqlite3.connect(kept)) as copy:
            ours.backup(copy)
    yield


def _ours() -> Path:
    return Path(os.environ["TABLICA_DATA"]) / "test.sqlite3"
