"""The list of what is measured branch by branch is whole: no rule of rights stands beside it."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_engine
ROOT = Path(__file__).resolve().parent.parent
DECIDES = re.compile(r"may(_\w+)?|can(_\w+)?|sees_\w+|[a-z]\w*_q")


def rules_in(root: Path) -> Iterator[tuple[str, str]]:
    """Path and name of each function that decides about a user, by its name and what it takes."""
    for file in sorted((root / "tablica").rglob("*.py")):
        parts = file.relative_to(root).parts
        if "tests" in parts or "migrations" in parts:
            continue
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or not DECIDES.fullmatch(node.name):
                continue
            takes = [ast.unparse(a.annotation) for a in node.args.args if a.annotation]
            if {"User", "Standing"}.intersection(takes):
                yield "/".join(parts), node.name


def measured() -> set[str]:
    """The files that `bin/check` measures."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return set(project["tool"]["coverage"]["run"]["include"])


def test_every_rule_of_rights_is_measured() -> None:
    assert {path for path, _name in rules_in(ROOT)} - measured() == set()


def test_what_is_measured_is_there() -> None:
    assert [path for path in sorted(measured()) if not (ROOT / path).is_file()] == []


def test_a_rule_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "tablica/room").mkdir(parents=True)
    planted = "def may_look(user: User) -> bool:\n    return True\n\ndef other(user: User): ...\n"
    (tmp_path / "tablica/room/queries.py").write_text(planted, encoding="utf-8")
    assert list(rules_in(tmp_path)) == [("tablica/room/queries.py", "may_look")]
