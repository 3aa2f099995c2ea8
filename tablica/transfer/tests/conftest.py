from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import pytest

from tablica.accounts.models import User
from tablica.records.kinds import kind_named
from tablica.records.models import Record, RecordModel
from tablica.transfer.commands import importing
from tablica.transfer.commands.importing import Options, import_table
from tablica.transfer.report import Report
from tablica.transfer.tests.tables import read_here
from tests.cast import make_user


class Importer(Protocol):
    def __call__(
        self, text: str, *, by: User | None = None, name: str = ..., **options: object
    ) -> Report: ...


@pytest.fixture
def boss(db: None) -> User:
    """Somebody who may do everything."""
    return make_user("Barbara Boss", role="administrator")


@pytest.fixture
def import_text(boss: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Importer:
    """Imports a table given as text, read without a process of its own."""
    monkeypatch.setattr(importing, "read", read_here)

    def run(text: str, *, by: User | None = None, name: str = "t.csv", **options: object) -> Report:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8", newline="")
        return import_table(path, by=by or boss, options=Options(**options))  # type: ignore[arg-type]

    return run


@pytest.fixture
def records() -> Callable[[str], dict[str, RecordModel]]:
    """Every record of a kind by its title."""

    def found(kind: str) -> dict[str, RecordModel]:
        rows = Record.objects.unguarded(reason="tests").filter(kind=kind)
        bodies = kind_named(kind).model.objects.unguarded(reason="tests")
        return {r.title: bodies.get(pk=r.pk) for r in rows}

    return found
