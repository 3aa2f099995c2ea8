"""The gates notice: each rule of seeing and doing is broken on purpose, and one of them turns red.

The quick run only looks whether the changes still fit the code. With `--long` each is applied to a
copy of the house, where its gate is run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mutations import Mutation
from tests.mutations.coming_in import COMING_IN
from tests.mutations.doing import DOING
from tests.mutations.lending import LENT_OUT
from tests.mutations.seeing import SEEING

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).parent.parent
ALL = [*SEEING, *DOING, *LENT_OUT, *COMING_IN]
LEFT_OUT = (".git", ".venv", "node_modules", "data", ".mypy_cache", ".pytest_cache", ".ruff_cache")
LONGEST = 900  # seconds
RED = 1
"""What pytest returns when tests failed; anything else means that it could not run them."""


def by_rule(mutation: Mutation) -> str:
    return mutation.rule.replace(" ", "-")


@pytest.mark.parametrize("mutation", ALL, ids=by_rule)
def test_each_change_still_fits(mutation: Mutation) -> None:
    code = (ROOT / mutation.file).read_text()
    assert code.count(mutation.old) == 1, "the text to be replaced is there once"
    broken = code.replace(mutation.old, mutation.new)
    assert broken != code
    compile(broken, mutation.file, "exec")
    file, _colons, name = mutation.gate.partition("::")
    assert f"def {name.partition('[')[0]}" in (ROOT / file).read_text(), "its gate is there"


def test_there_are_many_and_each_is_another() -> None:
    assert len(ALL) >= 40
    assert [rule for rule, n in Counter(m.rule for m in ALL).items() if n > 1] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The house once more, to be broken."""
    place = tmp_path_factory.mktemp("broken") / "house"
    shutil.copytree(ROOT, place, ignore=shutil.ignore_patterns(*LEFT_OUT))
    return place


def run(place: Path, *gates: str) -> subprocess.CompletedProcess[str]:
    """Run these tests in the copy, as if nobody tested us."""
    ours = ("PYTEST_", "TABLICA_", "DATABASE_URL", "DJANGO_")
    env = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    env |= {"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    env |= {"PREPARED": str(place.parent / "tables.sqlite3")}
    words = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-x", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*words, "-p", "tests.prepared", *gates],
        cwd=place,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )


@pytest.mark.long
def test_the_gates_are_green_while_nothing_is_broken(copy: Path) -> None:
    done = run(copy, *dict.fromkeys(mutation.gate for mutation in ALL))
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.long
@pytest.mark.parametrize("mutation", ALL, ids=by_rule)
def test_its_gate_turns_red(mutation: Mutation, copy: Path) -> None:
    file = copy / mutation.file
    code = file.read_text()
    try:
        file.write_text(code.replace(mutation.old, mutation.new))
        done = run(copy, mutation.gate)
    finally:
        file.write_text(code)
    assert done.returncode == RED, done.stdout[-2000:] + done.stderr[-1000:]
