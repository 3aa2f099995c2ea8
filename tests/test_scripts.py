"""The scripts make what is stale and nothing else, and the lock files fit."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.pace import patience

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
LOCKED = [
    "pyproject.toml",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-node.lock",
    "assets/requirements.in",
    "package.json",
    "package-lock.json",
]


@pytest.fixture
def locks() -> ModuleType:
    specification = importlib.util.spec_from_file_location("locks", ROOT / "bin/_locks.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in LOCKED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_the_lock_files_fit(locks: ModuleType):
    assert list(locks.problems(ROOT)) == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("pyproject.toml", '"nh3>=0.3.8"', '"nh3>=99"'),
        ("pyproject.toml", '"nh3>=0.3.8"', '"never-locked"'),
        ("requirements.lock", "nh3==", "--index-url https://packages.example\nnh3=="),
        ("assets/requirements.in", ">=24,<25", ">=99"),
        ("package.json", '"htmx.org": "^4', '"htmx.org": "^5'),
        ("package-lock.json", '"integrity":', '"resolved": "https://x.example", "integrity":'),
    ],
)
def test_a_lock_file_that_does_not_fit_is_seen(
    name: str, old: str, new: str, locks: ModuleType, copy: Path
):
    text = (copy / name).read_text()
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1))
    assert list(locks.problems(copy))


@pytest.mark.parametrize("script", ["run", "test", "check", "tablica", "lock", "_env"])
def test_the_scripts_are_well_formed(script: str):
    assert subprocess.run(["bash", "-n", ROOT / "bin" / script], check=False).returncode == 0


def bash(script: str, at: Path) -> bool:
    return (
        subprocess.run(["bash", "-c", f". bin/_env; {script}"], cwd=at, check=False).returncode == 0
    )


def test_what_is_made_is_stale_when_its_sources_change_or_it_moves(tmp_path: Path):
    place = tmp_path / "place"
    (place / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "bin/_env", place / "bin")
    (place / "source").write_text("a")
    assert not bash("fresh made source", place)
    assert bash("digest source >made; fresh made source", place)
    (place / "source").write_text("b")
    assert not bash("fresh made source", place)
    assert bash("digest source >made", place)
    assert not bash("fresh made source source", place)
    moved = place.rename(tmp_path / "elsewhere")
    assert not bash("fresh made source", moved)


@pytest.mark.parametrize("words", [["--nothing"], ["--port"]])
def test_bin_run_refuses_what_it_does_not_know(words: list[str]):
    done = subprocess.run([ROOT / "bin/run", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert words[0] in done.stderr


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    started: list[subprocess.Popen[str]] = []

    def begin() -> tuple[list[str], float]:
        """The lines until it serves, and the seconds that took."""
        environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        began = time.monotonic()
        process = subprocess.Popen(
            [ROOT / "bin/run", "--empty", "--data", tmp_path / "data", "--port", "0"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        assert process.stdout is not None
        lines = []
        while not lines or not lines[-1].startswith("Tablica is at"):
            line = process.stdout.readline()
            assert line, lines
            lines.append(line.strip())
        took = time.monotonic() - began
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        return lines, took

    yield begin
    for process in started:
        if process.poll() is None:
            process.kill()


def test_bin_run_starts_empty_and_lets_the_first_one_in(start, tmp_path: Path):
    first, _ = start()
    again, took = start()
    links = [line for line in (*first, *again) if line.startswith("http")]
    assert len(set(links)) == 2
    assert (tmp_path / "data/tablica.sqlite3").exists()
    assert took < patience(15)
