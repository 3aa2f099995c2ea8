"""A current SQLite for everything in this process, also where the system's is old."""

from __future__ import annotations

import importlib
import sqlite3
import sys

# Older ones can damage a database in WAL mode when a checkpoint meets a restart of the log.
NEEDED = (3, 51, 3)


def use_current() -> None:
    """Put the bundled SQLite in place of the system's when that is too old.

    To be called before Django is imported. Where there is no bundled one (it comes for Linux
    only), the system's stays, and `doctor` says so.
    """
    if sqlite3.sqlite_version_info >= NEEDED:
        return
    try:
        bundled = importlib.import_module("pysqlite3")
    except ImportError:
        return
    sys.modules["sqlite3"] = bundled
    sys.modules["sqlite3.dbapi2"] = importlib.import_module("pysqlite3.dbapi2")
