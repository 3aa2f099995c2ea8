"""What the command line promises: exit codes, one sentence, JSON, and tables that fit."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tablica.cli import registry
from tablica.shared.blobs import BlobStore
from tablica.shared.testing.plugin import MakeServer
from tablica.shared.testing.server import Server

ROOT = Path(__file__).resolve().parent.parent


def run(installation: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on the data of `installation`, whatever comes of it."""
    return subprocess.run(
        [sys.executable, "-m", "tablica", *arguments],
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def change_database(installation: Server, statement: str) -> None:
    if installation.database_url:
        with psycopg.connect(installation.database_url) as connection:
            connection.execute(statement)
    else:
        with sqlite3.connect(installation.data / "tablica.sqlite3") as connection:
            connection.execute(statement)


@pytest.fixture
def installation(make_server: MakeServer) -> Server:
    """An installation with tables and nothing else."""
    return make_server()


@pytest.fixture
def fresh(make_server: MakeServer) -> Server:
    """An installation without even tables."""
    return make_server(tables=False)


@pytest.mark.any_engine
def test_help_names_every_command(installation: Server):
    done = run(installation, "--help")
    assert done.returncode == 0
    assert registry.found()
    assert all(name in done.stdout and line for name, line in registry.found().items())


@pytest.mark.any_engine
def test_the_documentation_names_every_command():
    page = (ROOT / "docs/reference/command-line.md").read_text()
    assert [name for name in registry.found() if f"`{name}" not in page] == []


@pytest.mark.any_engine
@pytest.mark.parametrize("words", [[], ["nothing"], ["migrate", "now"], ["serve", "--port", "x"]])
def test_wrong_usage_is_2(words: list[str], installation: Server):
    done = run(installation, *words)
    assert done.returncode == 2
    assert "usage: tablica" in done.stderr


@pytest.mark.any_engine
def test_a_refusal_is_1_and_one_sentence(installation: Server):
    done = run(installation, "serve", "--workers", "0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == "--workers must be 1 or more.\n"


@pytest.mark.any_engine
def test_programs_read_the_sentence_as_json(installation: Server):
    done = run(installation, "--json", "serve", "--workers", "0")
    assert json.loads(done.stderr) == {"error": "--workers must be 1 or more."}


@pytest.mark.any_engine
def test_a_data_folder_that_cannot_be_is_one_sentence(installation: Server, tmp_path: Path):
    (tmp_path / "file").touch()
    done = run(installation, "migrate", "--data", str(tmp_path / "file"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.any_engine
def test_the_data_folder_is_named_before_or_after_the_command(installation: Server, tmp_path: Path):
    for place in ("before", "after"):
        option = ["--data", str(tmp_path / place)]
        words = [*option, "migrate"] if place == "before" else ["migrate", *option]
        assert run(installation, *words).returncode == 0
        assert (tmp_path / place / "tablica.sqlite3").exists()


def test_an_empty_database_gets_its_tables(fresh: Server):
    assert "http" in fresh.facts("welcome")["link"]
    assert fresh.facts("migrate") == {"applied": []}


def test_two_that_migrate_at_once_take_each_step_once(fresh: Server):
    both = [
        subprocess.Popen(
            [sys.executable, "-m", "tablica", "migrate", "--json"],
            env=fresh.environment,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    said = [json.loads(one.communicate()[0])["applied"] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert sorted(map(bool, said)) == [False, True]


def test_a_database_of_an_older_version_is_left_alone(installation: Server):
    change_database(
        installation,
        "DELETE FROM django_migrations WHERE id = (SELECT max(id) FROM django_migrations)",
    )
    done = run(installation, "welcome")
    assert done.returncode == 1
    assert "migrate" in done.stderr


def test_a_database_of_a_newer_version_is_refused(installation: Server):
    change_database(
        installation,
        "INSERT INTO django_migrations (app, name, applied)"
        " VALUES ('accounts', '9999_of_tomorrow', CURRENT_TIMESTAMP)",
    )
    done = run(installation, "welcome")
    assert done.returncode == 1
    assert "newer" in done.stderr


def test_the_doctor_finds_a_sound_installation_sound(installation: Server):
    report = installation.facts("doctor")
    assert report["ok"]
    assert len(report["findings"]) >= 3


def test_the_doctor_names_a_file_with_a_changed_bit(installation: Server):
    store = BlobStore(installation.data / "files")
    digest = store.put([b"what was agreed"], 100).sha256
    assert installation.facts("doctor")["ok"]
    file = store.path(digest)
    file.chmod(0o600)
    file.write_bytes(b"What was agreed")
    done = run(installation, "doctor", "--json")
    assert done.returncode == 1
    assert digest in done.stdout


def test_the_doctor_says_which_tables_are_missing(fresh: Server):
    done = run(fresh, "doctor")
    assert done.returncode == 1
    assert "tablica migrate" in done.stdout
